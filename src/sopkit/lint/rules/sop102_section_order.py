"""SOP102: The sections stand in the order of the templates, or in that of the library."""

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations, pairwise

from sopkit.library import RuleContext
from sopkit.lint.rule import rule
from sopkit.model.body import Section
from sopkit.model.finding import Edit, Finding, Fix, FixClass, Severity
from sopkit.model.sop import Sop
from sopkit.model.sop_document import SECTION_ORDER

_BEHIND = SECTION_ORDER.index("Procedure") + 1
_SHIPPED = {
    name: min(rank, _BEHIND) if name != SECTION_ORDER[-1] else _BEHIND + 1 for rank, name in enumerate(SECTION_ORDER)
}
"""What stands behind the procedure may stand there in any order, but for the last."""
_BLANK = b" \t\r\n"
_NUMBERED = re.compile(r"\W*\d")
_BLANK_LINE = 2
"""Line ends in what parts two blocks by an empty line."""


@rule(
    "SOP102",
    severity=Severity.WARNING,
    fix=FixClass.MATERIAL,
    bad="""
        ## Records

        - The access ticket in the Jira project ACCESS, kept for 3 years.

        ## References

        - ISO 27001:2022 A.5.18 Access rights

        ## Metrics

        - Rights that are granted within 4 hours: 95 %.
        """,
    good="""
        ## Records

        - The access ticket in the Jira project ACCESS, kept for 3 years.
        """,
)
def section_order(sop: Sop, context: RuleContext) -> Iterator[Finding]:
    """The sections stand in the order of the templates, or in that of the library.

    That is Purpose, Scope, Roles, Inputs, Procedure, then whatever follows from carrying it out in any order (Outputs,
    Records, Exceptions, Escalation, Rollback, Metrics, Feedback), and References at the end. Definitions and Triggers
    stand anywhere, and so does what is no section of sopkit's. Of several sections of one name the first counts.
    `[sections] order` names another order; what it does not name stands anywhere. In a library of documents that were
    not written as SOPs (`identity = "path"`) those without steps, such as an overview of a team, are not looked at.

    Why: who knows one SOP of a library knows where to look in all of them, also at night.
    Mend: move the section; `--fix` does, with every byte of it, unless its heading is numbered. Where all SOPs have
    another order, write that one in sopkit.toml.
    """
    if context.config.library.identity == "path" and not sop.body.procedures:
        return
    order = context.config.sections.order
    sections = _ranked_sections(sop, {name: rank for rank, name in enumerate(order)} if order else _SHIPPED)
    in_order = _in_order(sections)
    for rank, section in (each for each in sections if each not in in_order):
        behind = next((other for other_rank, other in in_order if other_rank > rank), None)
        before = [other for other_rank, other in in_order if other_rank <= rank]
        if behind is not None and (section.start > behind.start or not before):
            target = f"above {behind.names[0]}"
        else:
            target = f"below {before[-1].names[0]}"
        fix = _move_fix(sop, section, behind, in_order[-1][1])
        message = f"section {section.names[0]} is out of order; move it {target}"
        yield sop.finding((section.heading.start, section.heading.end), message, fix=fix)


def _ranked_sections(sop: Sop, ranks: Mapping[str, int]) -> list[tuple[int, Section]]:
    """The sections that have a place in the order: beside each other, each name once."""
    top = min((section.heading.level for section in sop.body.sections), default=0)
    found: dict[str, Section] = {}
    for section in sop.body.sections:
        name = section.names[0]
        if section.heading.level == top and name in ranks and (name not in found or name == "References"):
            found[name] = section
    sections = sorted(found.values(), key=lambda section: section.start)
    higher = [heading.start for heading in sop.body.headings if heading.level < top]
    if sections and any(sections[0].start < start < sections[-1].start for start in higher):
        return []
    return [(min(ranks[name] for name in each.names if name in ranks), each) for each in sections]


def _in_order(sections: Sequence[tuple[int, Section]]) -> tuple[tuple[int, Section], ...]:
    """The largest set of sections already in order; of several, the one with the longest texts."""
    for size in range(len(sections), 0, -1):
        ordered = (some for some in combinations(sections, size) if all(a <= b for (a, _), (b, _) in pairwise(some)))
        longest = max(ordered, key=lambda some: sum(each.end - each.start for _, each in some), default=())
        if longest:
            return longest
    return ()


def _move_fix(sop: Sop, section: Section, behind: Section | None, last: Section) -> Fix | None:
    """The section moved above another, or below the last, together with the blank lines that separate it."""
    data = sop.source.data
    target = behind.heading.start if behind else last.end
    cuts = (section.heading.start, section.end, target)
    for block in sop.body.root.children:
        is_markup = block.kind == "html" or (block.kind == "paragraph" and not block.text.strip())
        if is_markup and any(block.end <= cut and not data[block.end : cut].strip() for cut in cuts):
            return None  # a comment or an anchor, which belongs to what follows it
    start, end = section.heading.start, _end(data, section.end)
    if behind is not None and behind.start < section.start:
        gap = data[_end(data, start) : start]
        gone, text, at = (start - len(gap), end), data[start:end] + gap, target
    else:
        gap = data[end : len(data) - len(data[end:].lstrip(_BLANK))]
        gone, text, at = (start, end + len(gap)), gap + data[start:end], _end(data, target)
    if _NUMBERED.match(section.heading.text) or len(gap.splitlines()) < _BLANK_LINE:
        return None
    edits = (Edit(*gone, ""), Edit(at, at, text.decode()))
    return Fix(f"move section {section.names[0]}", tuple(sorted(edits, key=lambda edit: edit.start)))


def _end(data: bytes, at: int) -> int:
    """The end of the last text before an offset."""
    return len(data[:at].rstrip(_BLANK))
