"""SOP112: A bullet, a paragraph or a command that is indented below a step belongs to the step."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from sopkit.library import RuleContext
from sopkit.lint.rule import rule
from sopkit.lint.steps import under_indented_runs
from sopkit.model.body import Block
from sopkit.model.finding import Edit, Finding, Fix, FixClass, Severity
from sopkit.model.sop import Sop
from sopkit.model.source import Source

_MARKER = re.compile(r"\d{1,9}[.)](?P<blanks>[ \t]*)(?P<text>[^ \t\r\n]?)")
_MAX_BLANKS = 4
"""After a marker; with more, the item begins with an indented code block one column behind the marker."""
_TAB = 4
_ORDERED = re.compile(rb"^[ \t]*\d{1,9}[.)][ \t\r\n]", re.MULTILINE)
_WHAT = {"list": "this bullet", "paragraph": "this paragraph", "code": "this block of code", "table": "this table"}


@rule(
    "SOP112",
    severity=Severity.WARNING,
    fix=FixClass.MATERIAL,
    bad="""
        ## Procedure

        9. **Line manager**: Ask for access in Jira.
           - Evidence: Access ticket
        10. **Asset owner**: Decide on the request.
           - Evidence: Access ticket, with the decision
        11. **IT operations**: Grant the access within 4 hours.
        """,
    good="""
        ## Procedure

        9. **Line manager**: Ask for access in Jira.
           - Evidence: Access ticket
        10. **Asset owner**: Decide on the request.
            - Evidence: Access ticket, with the decision
        11. **IT operations**: Grant the access within 4 hours.
        """,
)
def stray_bullet(sop: Sop, context: RuleContext) -> Iterator[Finding]:
    """A bullet, a paragraph or a command that is indented below a step belongs to the step.

    Markdown takes it for a part of the step only from the column on in which the step's own words begin: three spaces
    below `9. `, four below `10. `. With fewer it ends the list: what proves the step, or warns of it, belongs to no
    step, and the next step begins a list of its own. Numbered sub-steps with fewer become steps of the list itself, and
    everything behind is counted on from them.

    Why: the page shows it nearly in its place, so nobody sees that reports and readers' tools have lost it.
    Mend: indent it as far as the words of the step; `--fix` does.
    """
    if not _ORDERED.search(sop.source.data, sop.body_start):
        return
    for block in sop.body.blocks:
        if block.kind in {"root", "item"}:
            yield from _below_lists(sop, block.children)
    for run in under_indented_runs(sop):
        line = sop.source.line_place(sop.source.line_of(run.items[0].start))
        fix = _indent_fix(sop.source, run.items, _indent(sop.source, run.items[0]) + run.missing)
        message = f"this sub-step is counted as a step of its own; indent it by {_spaces(run.missing)} more"
        yield sop.finding(line, message, fix=fix)


def _spaces(count: int) -> str:
    return "1 space" if count == 1 else f"{count} spaces"


def _below_lists(sop: Sop, blocks: Sequence[Block]) -> Iterator[Finding]:
    for at, (above, first) in enumerate(pairwise(blocks), 1):
        if above.kind != "list" or above.ordered is None:
            continue
        marker, content = _columns(sop.source, above.children[-1])
        stray = []
        for block in blocks[at:]:
            if block.kind not in _WHAT or not marker < _indent(sop.source, block) < content:
                break
            stray.append(block)
        if stray:
            behind = blocks[at + len(stray)] if at + len(stray) < len(blocks) else None
            fix = _indent_fix(sop.source, stray, content) if _continues_list(above, behind) else None
            missing = content - _indent(sop.source, first)
            line = sop.source.line_place(sop.source.line_of(_start(sop.source, first)))
            message = f"{_WHAT[first.kind]} falls out of the step above it; indent it by {_spaces(missing)} more"
            yield sop.finding(line, message, fix=fix)


def _start(source: Source, block: Block) -> int:
    """The offset of the first character of a block that is not blank."""
    start = source.line_starts[source.line_of(block.start) - 1]
    line = source.data[start : block.end]
    return start + len(line) - len(line.lstrip())


def _indent(source: Source, block: Block) -> int:
    """The column, from 0, in which a block begins; -1 when something else stands before it."""
    start = _start(source, block)
    before = source.data[source.line_starts[source.line_of(start) - 1] : start]
    return len(before.expandtabs(_TAB)) if not before.strip() else -1


def _columns(source: Source, item: Block) -> tuple[int, int]:
    """The columns, from 0, in which the marker of an item and its words begin."""
    start = _start(source, item)
    line = source.line_of(start)
    before = source.data[source.line_starts[line - 1] : start].decode("utf-8", "replace").expandtabs(_TAB)
    match = _MARKER.match(source.data[start : source.line_place(line).end].decode("utf-8", "replace"))
    if match is None:
        return 0, 0
    blanks = len(match["blanks"].expandtabs(_TAB))
    wide = blanks if match["text"] and 0 < blanks <= _MAX_BLANKS else 1
    return len(before), len(before) + match.start("blanks") + wide


def _continues_list(above: Block, behind: Block | None) -> bool:
    """Whether the list behind, which joins the one above once nothing parts them, goes on with it."""
    if behind is None or behind.kind != "list" or behind.ordered is None or above.ordered is None:
        return True
    return behind.ordered == above.ordered + len(above.children) or behind.ordered == above.ordered == 1


def _indent_fix(source: Source, blocks: Sequence[Block], column: int) -> Fix:
    """The lines of the blocks moved right, so that the first begins in a column.

    Words that go on further left stay: they go on all the same, or are the next step, which the words had swallowed.
    Lines of code and rows of a table would fall out there, so they move to the column.
    """
    least = _indent(source, blocks[0])
    edits = {}
    for block in blocks:
        first, last = source.line_of(_start(source, block)), source.line_of(max(block.end - 1, block.start))
        for line in range(first, last + 1):
            place = source.line_place(line)
            text = source.data[place.start : place.end]
            indent = len(text[: len(text) - len(text.lstrip())].expandtabs(_TAB))
            if text.strip() and (indent >= least or block.kind in {"code", "table"}):
                edits[line] = Edit(place.start, place.start, " " * (column - min(indent, least)))
    return Fix("indent it below the step", tuple(edits.values()))
