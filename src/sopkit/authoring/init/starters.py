"""The first SOP of each chosen area, and the registers that it needs."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from sopkit.authoring.init.texts import text
from sopkit.authoring.templates.draft import Draft, draft
from sopkit.authoring.templates.wishes import Wishes
from sopkit.library import Library
from sopkit.model.template import Template
from sopkit.parsing.register import Register, read_register
from sopkit.parsing.template import find_template, template_names

REGISTERS = ("people", "roles", "policies", "assets", "risks", "vendors", "glossary")
"""The registers that a library begins with; the others are begun when somebody needs them."""

_BLANK = "blank"


@dataclass(frozen=True)
class Beginning:
    """Registers and first SOPs by path; `there` are paths of first SOPs that an earlier run made."""

    registers: Mapping[str, bytes]
    sops: Mapping[str, bytes]
    there: tuple[str, ...]
    id: str
    """The id of the first SOP."""


def beginning(library: Library, areas: tuple[str, ...]) -> Beginning:
    """Registers and first SOPs for a library that may lack every file. Raises SopkitError when one is broken."""
    begun = _begun(library)
    library = replace(library, registers=begun)
    templates = _templates(library)
    drafts: tuple[Draft, ...] = ()
    there: list[tuple[str, str]] = []
    for area in areas:
        template = templates.get(area, templates[""])
        made = next(
            (sop for sop in library.sops if _is_of(sop.text("template"), template, sop.text("area"), area)), None
        )
        if made is not None:
            there.append((made.id, made.path))
            continue
        title = "" if template.header.starter else f"First procedure of {library.config.all_areas[area].title.lower()}"
        drafts += (draft(library, template, Wishes(area=area, title=title), drafts),)
    registers = {register.path: register.source.data for register in begun.values() if register.path}
    for one in drafts:
        registers |= one.registers
    ids = [*(one.id for one in drafts), *(known for known, _ in there)]
    return Beginning(
        registers, {one.path: one.text.encode() for one in drafts}, tuple(path for _, path in there), ids[0]
    )


def _begun(library: Library) -> dict[str, Register]:
    """The registers with those begun that have no file yet."""
    found = {register.name: register for register in library.registers.values()}
    for name in REGISTERS:
        if not found[name].path:
            path = found[name].file
            found[name] = read_register(name, path, text(path).encode())
    return found


def _is_of(label: str, template: Template, its_area: str, area: str) -> bool:
    return label.partition("@")[0] == template.name and its_area == area


def _templates(library: Library) -> dict[str, Template]:
    """The template with which each area begins, its first starter; under no name the one for areas without any."""
    known = [find_template(library.root, name) for name in template_names(library.root)]
    starters = {template.header.area: template for template in reversed(known) if template.header.starter}
    return {"": next(template for template in known if template.name == _BLANK), **starters}
