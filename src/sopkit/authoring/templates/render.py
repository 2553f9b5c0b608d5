"""The values of the names in a template, and the text of the SOP that the template gives."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from sopkit.authoring.request import format_head_lines
from sopkit.authoring.templates.sandbox import TemplateValues, fill_template
from sopkit.frameworks.loader import load_catalogue
from sopkit.model.catalogue import Catalogue
from sopkit.model.config import SHIPPED_AREAS, LibraryTable
from sopkit.model.errors import SopkitError
from sopkit.model.frameworks import FrameworkHead
from sopkit.model.similarity import nearest
from sopkit.model.sop_document import ControlClaim
from sopkit.model.template import DEFAULT_COMPANY, Template
from sopkit.parsing.yaml import double_quote, flow_list, yaml_scalar


@dataclass(frozen=True)
class TemplateInput:
    """What is known of the SOP that is made; what is not decided stays a mark."""

    id: str
    title: str
    area: str
    owner: str
    approvers: tuple[str, ...]
    organisation: str = DEFAULT_COMPANY
    frameworks: tuple[str, ...] = ()
    decided: Mapping[str, str] = field(default_factory=dict)
    linked: Callable[[str, str], str] = lambda _, words: words


def make_values(template: Template, filling: TemplateInput, catalogue: Catalogue) -> TemplateValues:
    """The names of a template's text with their values.

    Raises SopkitError for an answer to no decision of it, and for a control that its framework has not.
    """
    decisions = template.header.decisions
    if unknown := [name for name in filling.decided if name not in decisions]:
        near = nearest(unknown[0], decisions, 1, 0.5)
        known = f"its decisions are {', '.join(decisions)}" if decisions else "it leaves none to you"
        raise SopkitError(
            f"the template {template.name} has no decision {unknown[0]!r}",
            f"did you mean {near[0]}?" if near else known,
        )
    return {
        "head": _format_head(template, filling),
        "controls": _format_controls(template, filling.frameworks),
        "control_references": _format_references(template, filling.frameworks, catalogue),
        "id": filling.id,
        "title": filling.title,
        "organisation": filling.organisation or DEFAULT_COMPANY,
        "area": filling.area,
        "owner": filling.owner,
        "frameworks": filling.frameworks,
        "decide": lambda name: filling.decided.get(name) or decisions[name].mark,
        "sop": filling.linked,
    }


def _format_head(template: Template, filling: TemplateInput) -> str:
    lines = format_head_lines(filling.id, filling.title, filling.area, filling.owner)
    lines += [f"approvers: {flow_list(filling.approvers)}", f"template: {double_quote(template.label)}"]
    return "\n".join(lines)


def _used_claims(template: Template, frameworks: tuple[str, ...]) -> list[tuple[str, tuple[ControlClaim, ...]]]:
    """The claims of the frameworks that the library uses, in the library's order."""
    claims = template.header.controls
    return [(framework, claims[framework]) for framework in frameworks if claims.get(framework)]


def _format_controls(template: Template, frameworks: tuple[str, ...]) -> str:
    lines: list[str] = []
    for framework, claims in _used_claims(template, frameworks):
        if all(claim.strength == "full" and not claim.note for claim in claims):
            lines.append(f"  {framework}: {flow_list(tuple(claim.id for claim in claims))}")
            continue
        lines.append(f"  {framework}:")
        for claim in claims:
            if claim.strength == "full" and not claim.note:
                lines.append(f"    - {yaml_scalar(claim.id)}")
                continue
            lines += [f"    - id: {yaml_scalar(claim.id)}", f"      strength: {claim.strength}"]
            lines += [f"      note: {yaml_scalar(claim.note)}"] if claim.note else []
    return "\n".join(("controls:", *lines)) if lines else ""


def _format_references(template: Template, frameworks: tuple[str, ...], catalogue: Catalogue) -> str:
    lines = []
    for framework, claims in _used_claims(template, frameworks):
        source = catalogue.framework(framework)
        for claim in claims:
            control = source.by_id.get(claim.id) if source else None
            if source is None or control is None:
                raise SopkitError(
                    f"{template.path}: {claim.id} is no control of {framework}",
                    f"write the id as `sopkit control list {framework}` shows it",
                )
            lines.append(f"* {_framework_name(source)} {control.id} {control.title}")
    return "\n".join(lines)


def _framework_name(framework: FrameworkHead) -> str:
    """The name under which people cite a framework: without the second publisher of a joint standard."""
    first = framework.cited_as[0] if framework.cited_as else framework.title
    short = first.replace("ISO/IEC ", "ISO ")
    return short if short in framework.cited_as else first


def render_template(template: Template, filling: TemplateInput, catalogue: Catalogue) -> str:
    """The text of the SOP. Raises SopkitError with file and line of the template."""
    return fill_template(template, make_values(template, filling, catalogue))


def render_example(template: Template) -> str:
    """The SOP that a template gives where there is no library: every default kept, nothing decided."""
    header = template.header
    area = SHIPPED_AREAS.get(header.area)
    filling = TemplateInput(
        id=f"{area.prefix if area else 'SOP'}-001",
        title=header.title,
        area=header.area,
        owner=header.owner,
        approvers=header.approvers,
        frameworks=LibraryTable.default().frameworks,
    )
    return render_template(template, filling, load_catalogue())
