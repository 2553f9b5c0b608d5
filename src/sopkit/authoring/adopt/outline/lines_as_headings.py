"""Lines that are meant as headings: in bold, or with a number that an export has escaped, as word processors write."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sopkit.authoring.adopt.changes import TextChange, carry_out
from sopkit.authoring.adopt.metadata.labels import is_label
from sopkit.authoring.adopt.metadata.statement import Confidence
from sopkit.authoring.adopt.outline.levels import DEEPEST
from sopkit.authoring.adopt.outline.pieces import Table
from sopkit.authoring.adopt.plan import How, PlanLine
from sopkit.model.sop import Sop
from sopkit.parsing.sections import heading_words

_LINE = re.compile(
    r"(?P<bold>\*\*|__)?(?P<number>\d{1,2}(?:\.\d{1,2}){0,3}(?:\\?[.)])?)?[ \t]*"
    r"(?P<words>[^\W\d_][^\n]{0,78}?)[ \t]*(?P<colon>:?)(?(bold)(?P=bold)[ \t]*:?)[ \t]*\\?"
)
_ESCAPED = re.compile(r"\d\\[.)]$")
_FEWEST = 2
_SHOWN = 6


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of its own: where it stands, its words, how it is written, and how deep its number is."""

    start: int
    end: int
    words: str
    bold: bool
    form: tuple[bool, bool, bool]
    """Whether it is in bold, has a number, is in capitals: headings of a document are written alike."""
    depth: int


def with_headings(sop: Sop, table: Table) -> tuple[bytes, tuple[PlanLine, ...]]:
    """The bytes of a document without headings, lines that name sections made headings, and what was done.

    Two lines must name sections of ours; those that are written as these are headings with them.
    """
    data = sop.source.data
    if sop.body.headings:
        return data, ()
    lines = tuple(_lines(sop))
    known = [one for one in lines if heading_words(one.words) in table]
    if len(known) < _FEWEST:
        return data, ()
    forms = {one.form for one in known}
    taken = [one for one in lines if one.form in forms]
    changes = [
        TextChange(one.start, one.end, f"{'#' * min(one.depth + 1, DEEPEST)} {one.words}", "heading") for one in taken
    ]
    title = _title(sop, lines, taken[0].start)
    if title is not None:
        changes.insert(0, TextChange(title.start, title.end, f"# {title.words}", "title"))
    return carry_out(data, changes), tuple(_told(sop, taken, title))


def _lines(sop: Sop) -> Iterator[_Line]:
    for block in sop.body.root.children:
        raw = sop.source.data[block.start : block.end].decode("utf-8", "replace").strip()
        match = _LINE.fullmatch(raw) if block.kind == "paragraph" and len(raw) <= 100 else None  # noqa: PLR2004 - a line
        if match is None:
            continue
        number = match["number"] or ""
        bold = match["bold"] is not None
        if not bold and not _ESCAPED.search(number):
            continue
        words = match["words"].strip().strip("*_").strip()
        plain = number.replace("\\", "")
        end = block.start + len(raw.encode())
        depth = len(re.findall(r"\d+", number)) or 1
        form = (bold, bool(number), words.isupper())
        yield _Line(block.start, end, f"{plain} {words}".strip(), bold, form, depth)


def _title(sop: Sop, lines: Iterable[_Line], before: int) -> _Line | None:
    """The last of the bold lines with which the document begins; None where the first block is something else."""
    starts = {one.start: one for one in lines}
    title = None
    for block in sop.body.root.children:
        line = starts.get(block.start)
        if line is None or block.start >= before or not line.bold or is_label(line.words.partition(":")[0], {}):
            break
        title = line
    return title


def _told(sop: Sop, taken: list[_Line], title: _Line | None) -> Iterator[PlanLine]:
    if title is not None:
        line = sop.source.line_of(title.start)
        yield PlanLine(
            How.GUESSED, "title", f"the bold line `{title.words}` is made the title", line, Confidence.LIKELY
        )
    shown = ", ".join(one.words for one in taken[:_SHOWN]) + (" …" if len(taken) > _SHOWN else "")
    words = f"{len(taken)} lines are made headings, as they are written like names of sections: {shown}"
    yield PlanLine(How.GUESSED, "headings", words, sop.source.line_of(taken[0].start), Confidence.LIKELY)
