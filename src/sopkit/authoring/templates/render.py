"""Render a template in a small part of Jinja2, without file access, code or unbounded growth."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

from jinja2 import StrictUndefined, TemplateSyntaxError, nodes
from jinja2.exceptions import TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from sopkit.authoring.request import format_head_lines
from sopkit.frameworks.loader import load_catalogue
from sopkit.model.areas import SHIPPED_AREAS
from sopkit.model.catalogue import Catalogue
from sopkit.model.config import LibraryTable
from sopkit.model.errors import SopkitError
from sopkit.model.similarity import nearest
from sopkit.model.sop_document import ControlClaim
from sopkit.model.template import DEFAULT_COMPANY, Template
from sopkit.parsing.yaml import double_quote, flow_list, yaml_scalar

VALUE_NAMES = (
    "head", "controls", "control_references", "id", "title", "organisation", "area", "owner", "frameworks",
)  # fmt: skip
LIST_NAMES = ("frameworks",)
CALL_NAMES = {"decide": 1, "sop": 2}
"""What may be called, with how many texts."""
FILTER_NAMES = ("quoted", "lower", "upper")
MAX_CHARACTERS = 1_000_000
"""Longest text that a template may give."""

_MAX_DEPTH = 20  # blocks or operators in each other, branches of an `if`, comparisons in one
_MAX_NODES = 5_000  # of 65 kB of text; the compiler of Python fails on far more, and far later
_EMPTY = "\x00"
_ALLOWED_NODES = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name, nodes.Call, nodes.Filter, nodes.If, nodes.For,
    nodes.Compare, nodes.Operand, nodes.Not, nodes.And, nodes.Or, nodes.Const,
)  # fmt: skip
_COMPARISONS = ("eq", "in", "notin")
_LANGUAGE = (
    "a template may use the names head, controls, control_references, id, title, organisation, area, owner, frameworks;"
    " decide(NAME); sop(TEMPLATE, WORDS); the filters quoted, lower, upper;"
    " if/elif/else with in, not, and, or, ==; and for over frameworks"
)

_Pending = tuple[nodes.Node, int, int, frozenset[str], bool]
"""A node to look at: its line where it has none of its own, its depth, the names known there, and whether in a loop."""

TemplateValues = Mapping[str, str | tuple[str, ...] | Callable[..., str]]


def check_template(template: Template) -> tuple[nodes.Call, ...]:
    """The calls in a template that keeps to the language. Raises SopkitError with the line where it does not."""
    return tuple(_find_calls(template, _parse_template(template)))


def fill_template(template: Template, values: TemplateValues) -> str:
    """The text of a template with values for its names. Raises SopkitError with file and line."""
    tree = _parse_template(template)
    for _ in _find_calls(template, tree):
        pass
    try:
        compiled = _make_environment().from_string(tree)
        parts, size = [], 0
        for part in compiled.generate(**values):
            size += len(part)
            if size > MAX_CHARACTERS:
                raise SopkitError(f"{template.path}: gives more than {MAX_CHARACTERS} characters", "shorten it")
            parts.append(part)
    except (TemplateError, RecursionError, SyntaxError, MemoryError) as error:
        raise SopkitError(f"{template.path}: cannot be filled in: {error}", _LANGUAGE) from error
    lines = "".join(parts).splitlines(keepends=True)
    return "".join(rest for line in lines if (rest := line.replace(_EMPTY, "")).strip() or _EMPTY not in line)


@cache
def _make_environment() -> ImmutableSandboxedEnvironment:
    environment = ImmutableSandboxedEnvironment(
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,
        finalize=lambda value: _EMPTY if value == "" else value,
    )
    environment.globals.clear()
    environment.filters = {"quoted": double_quote, "lower": str.lower, "upper": str.upper}
    return environment


def _parse_template(template: Template) -> nodes.Template:
    try:
        return _make_environment().parse(template.text)
    except TemplateSyntaxError as error:
        raise _template_error(template, error.lineno, error.message or "not understood") from error
    except (RecursionError, ValueError, MemoryError) as error:
        raise SopkitError(f"{template.path}: too deep or too long to be read", _LANGUAGE) from error


def _find_calls(template: Template, tree: nodes.Template) -> Iterator[nodes.Call]:
    stack: list[_Pending] = [(tree, 1, 0, frozenset(VALUE_NAMES), False)]
    count = 0
    while stack:
        node, line, depth, names, looped = stack.pop()
        line, count = node.lineno or line, count + 1
        if depth > _MAX_DEPTH or count > _MAX_NODES:
            raise _template_error(template, line, "nested too deeply" if depth > _MAX_DEPTH else "too many expressions")
        if fault := _describe_fault(template, node, names, looped=looped):
            raise _template_error(template, line, fault)
        inside: Sequence[nodes.Node] = list(node.iter_child_nodes())
        if isinstance(node, nodes.Call):
            yield node
            inside = node.args
        elif isinstance(node, nodes.For) and isinstance(node.target, nodes.Name):
            inside = [*node.body, *node.else_]
            names, looped = names | {node.target.name}, True
        stack += [(child, line, depth + 1, names, looped) for child in inside[::-1]]


def _describe_fault(template: Template, node: nodes.Node, names: frozenset[str], *, looped: bool) -> str:
    if type(node) not in _ALLOWED_NODES:
        return f"{type(node).__name__.lower()} is no part of a template's language"
    if isinstance(node, nodes.Name) and node.name not in names:
        near = nearest(node.name, (*names, *CALL_NAMES), 1, 0.5)
        return f"no name `{node.name}`{f'; did you mean `{near[0]}`?' if near else ''}"
    if isinstance(node, nodes.Filter) and (node.name not in FILTER_NAMES or node.args or node.kwargs or node.dyn_args):
        return f"no filter `{node.name}` of that form"
    if isinstance(node, nodes.Operand) and node.op not in _COMPARISONS:
        return f"no comparison `{node.op}`"
    if isinstance(node, nodes.Const) and not (isinstance(node.value, str) and node.value.isprintable()):
        return f"{node.value!r} is no plain text"[:100]
    branches = node.elif_ if isinstance(node, nodes.If) else node.ops if isinstance(node, nodes.Compare) else []
    if len(branches) > _MAX_DEPTH:
        return "too many branches or comparisons in one"
    if isinstance(node, nodes.For):
        return _describe_loop_fault(node, names, looped=looped)
    return _describe_call_fault(template, node) if isinstance(node, nodes.Call) else ""


def _describe_loop_fault(node: nodes.For, names: frozenset[str], *, looped: bool) -> str:
    if not (isinstance(node.iter, nodes.Name) and node.iter.name in LIST_NAMES):
        return f"a loop goes over {' or '.join(LIST_NAMES)} only"
    if looped or node.recursive or node.test is not None:
        return "a loop may hold no other loop, and have no condition"
    if not isinstance(node.target, nodes.Name) or node.target.name in {*names, *CALL_NAMES}:
        return "a loop has one new name"
    return ""


def _describe_call_fault(template: Template, node: nodes.Call) -> str:
    name = node.node.name if isinstance(node.node, nodes.Name) else ""
    if name not in CALL_NAMES:
        return f"`{name or 'this'}` cannot be called"
    texts = [item.value for item in node.args if isinstance(item, nodes.Const) and isinstance(item.value, str)]
    if node.kwargs or node.dyn_args or node.dyn_kwargs or not len(texts) == len(node.args) == CALL_NAMES[name]:
        return f"{name}() takes {CALL_NAMES[name]} text{'s' if CALL_NAMES[name] > 1 else ''} in quotes"
    if name == "decide" and texts[0] not in template.header.decisions:
        known = template.header.decisions
        near = nearest(texts[0], known, 1, 0.5)
        return f"no decision `{texts[0]}`; " + (
            f"did you mean `{near[0]}`?" if near else "declare it under `decisions` in the header"
        )
    return ""


def _template_error(template: Template, line: int, fault: str) -> SopkitError:
    return SopkitError(f"{template.path}:{template.first_line + line - 1}: {fault}", _LANGUAGE)


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
    link: Callable[[str, str], str] = lambda _, words: words


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
    head = format_head_lines(filling.id, filling.title, filling.area, filling.owner)
    head += [f"approvers: {flow_list(filling.approvers)}", f"template: {double_quote(template.label)}"]
    return {
        "head": "\n".join(head),
        "controls": _format_controls(template, filling.frameworks),
        "control_references": _format_references(template, filling.frameworks, catalogue),
        "id": filling.id,
        "title": filling.title,
        "organisation": filling.organisation or DEFAULT_COMPANY,
        "area": filling.area,
        "owner": filling.owner,
        "frameworks": filling.frameworks,
        "decide": lambda name: filling.decided.get(name) or decisions[name].mark,
        "sop": filling.link,
    }


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
            first = source.cited_as[0] if source.cited_as else source.title
            short = first.replace("ISO/IEC ", "ISO ")  # people leave the second publisher of a joint standard out
            lines.append(f"* {short if short in source.cited_as else first} {control.id} {control.title}")
    return "\n".join(lines)


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
