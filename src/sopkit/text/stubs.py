"""Sections that an SOP lacks, and the stubs that take their places until somebody writes them."""

from collections.abc import Iterable, Sequence

from sopkit.model.document import REQUIRED_SECTIONS, SECTION_ORDER
from sopkit.model.finding import Edit, Finding, Fix, FixClass
from sopkit.model.sop import Sop
from sopkit.model.source import Place

_A_PROCEDURE = 3
"""Numbered items that may be meant as steps."""


def missing_sections(sop: Sop) -> Iterable[Finding]:
    """A finding for each of the six sections that the body lacks, with a stub as its fix."""
    if not sections_known(sop):
        return
    for name in REQUIRED_SECTIONS:
        if sop.body.section(name) is None:
            message = f"no section {name}; {_advice(sop, name)}"
            yield Finding(sop.path, title_place(sop), message, "SOP101", fix=stubs(sop, (name,)))


def _advice(sop: Sop, name: str) -> str:
    if name == "Procedure" and (line := _numbered_list(sop)):
        return f"put the steps (line {line}) below a heading `## {name}`"
    return f"add a heading `## {name}`"


def _numbered_list(sop: Sop) -> int:
    """The line on which the first list begins that may well be steps, or 0."""
    lists = (block for block in sop.body.root.children if block.kind == "list" and block.ordered is not None)
    first = next((block for block in lists if len(block.children) >= _A_PROCEDURE), None)
    return 0 if first is None else sop.source.line_of(first.start)


def sections_known(sop: Sop) -> bool:
    """Whether the text tells which sections are there: an open fence swallows headings."""
    return sop.readable and not any(finding.code == "SOP111" for finding in sop.body.findings)


def title_place(sop: Sop) -> Place:
    """Where to say that something is missing: the line of the title, or of the first heading, or the first."""
    body = sop.body
    heading = body.title or (body.headings[0] if body.headings else None)
    return sop.source.line_place(sop.source.line_of(heading.start if heading else sop.body_start))


def stubs(
    sop: Sop, names: Sequence[str], kind: FixClass = FixClass.MATERIAL, more: tuple[Edit, ...] = ()
) -> Fix | None:
    """The fix that puts a stub of each section into its place, with more edits; None where a place cannot be told."""
    added: dict[int, str] = {}
    for name in names:
        place = _stub(sop, name)
        if place is None:
            return None
        at, text = place
        added[at] = added.get(at, "") + text
    edits = (Edit(at, at, text.replace("\n", sop.source.line_end)) for at, text in added.items())
    label = f"add a stub of the section {names[0]}" if len(names) == 1 else f"add stubs of {', '.join(names)}"
    return Fix(label, (*edits, *more), kind)


def _stub(sop: Sop, name: str) -> tuple[int, str] | None:
    """Where the stub of a section stands: above the next one in the order of sections, else at the end."""
    body, data = sop.body, sop.source.data
    later = SECTION_ORDER[SECTION_ORDER.index(name) + 1 :] if name in SECTION_ORDER else SECTION_ORDER[-1:]
    following = next((section for section in body.sections if not set(later).isdisjoint(section.names)), None)
    # At the end, a heading of a deeper level than another section's would be a part of that one.
    highest = min((section.heading.level for section in body.sections), default=2)
    level = following.heading.level if following else highest
    if level == 1 and sum(heading.level == 1 for heading in body.headings) == 1:
        return None  # it would be a second title
    stub = f"{'#' * level} {name}\n\n[decide: {name.lower()}]\n"
    if following is not None:
        return following.heading.start, stub + "\n"
    last = body.root.children[-1] if body.root.children else None
    if last is not None and last.kind == "html":
        return None  # a comment or an element that is never closed would swallow it
    return len(data), ("" if data.endswith((b"\n", b"\r")) or not data else "\n") + "\n" + stub
