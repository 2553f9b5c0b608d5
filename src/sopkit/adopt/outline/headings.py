"""Split a body at its headings, change heading levels, and convert lines that are meant as headings."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from sopkit.adopt.metadata.labels import is_label
from sopkit.adopt.metadata.statement import Confidence
from sopkit.adopt.plan import PlanLine, mapping_line
from sopkit.model.body import Block, Body, Heading
from sopkit.model.finding import Edit
from sopkit.model.sop import Sop
from sopkit.parsing.sections import STEP_HEADING, find_headings, heading_words
from sopkit.registers.edits import apply_edits

AliasTable = Mapping[str, tuple[str, ...]]
_SPLIT_SECTIONS = frozenset({"Purpose", "Scope", "Roles"})
_MIN_SECTIONS = 2


@dataclass(frozen=True, eq=False)
class BodyPiece:
    """A stretch of the body: a heading (None: text before the first one), its blocks, and all headings in it."""

    heading: Heading | None
    start: int
    end: int
    blocks: tuple[Block, ...]
    headings: tuple[Heading, ...] = ()
    inner: bool = False
    """Whether its heading stood below another one, whose parts are the sections of an SOP."""


@dataclass(frozen=True, eq=False)
class BodyPieces:
    """The body cut up. `title` is None when no heading is one."""

    title: Heading | None
    lead: tuple[Block, ...]
    pieces: tuple[BodyPiece, ...]
    end: int


def split_body(body: Body, table: AliasTable, decided: Callable[[str], bool]) -> BodyPieces:
    """Cut a body at its top headings; `decided` says of a heading whether somebody decided about it."""
    root = body.root
    found = find_headings(root)
    title = body.title or _find_title(found, table)
    at = next((index for index, (_, heading) in enumerate(found) if title and heading.start == title.start), -1)
    after = found[at + 1 :] if at >= 0 else found
    first = after[0][0] if after else len(root.children)
    lead = root.children[(found[at][0] + 1 if at >= 0 else 0) : first]
    pieces = tuple(
        piece for top in _split_at_headings(root, after, root.end) for piece in _split_piece(root, top, table, decided)
    )
    return BodyPieces(title, tuple(lead), pieces, root.end)


def _find_title(found: Sequence[tuple[int, Heading]], table: AliasTable) -> Heading | None:
    if not found:
        return None
    first = found[0][1]
    below = all(heading.level > first.level for _, heading in found[1:])
    return first if below and heading_words(first.text) not in table and not STEP_HEADING.match(first.text) else None


def _split_at_headings(root: Block, found: Sequence[tuple[int, Heading]], end: int) -> Iterator[BodyPiece]:
    tops: list[int] = []
    for position, (_, heading) in enumerate(found):
        if not tops or heading.level <= found[tops[-1]][1].level:
            tops.append(position)
    for number, position in enumerate(tops):
        stop = tops[number + 1] if number + 1 < len(tops) else len(found)
        yield _make_piece(root, found, position, stop, end)


def _make_piece(root: Block, found: Sequence[tuple[int, Heading]], position: int, stop: int, end: int) -> BodyPiece:
    index, heading = found[position]
    last, until = (found[stop][0], found[stop][1].start) if stop < len(found) else (len(root.children), end)
    blocks = tuple(block for block in root.children[index + 1 : last] if block.start < end)
    return BodyPiece(heading, heading.start, until, blocks, tuple(one for _, one in found[position:stop]))


def _split_piece(
    root: Block, piece: BodyPiece, table: AliasTable, decided: Callable[[str], bool]
) -> Iterator[BodyPiece]:
    """The piece, or its own text and each part of it where its sub-headings are the sections of an SOP."""
    heading = piece.heading
    inner = [one for one in piece.headings if one is not heading]
    whole = decided(heading.text) if heading is not None else False
    if whole and any(decided(one.text) for one in inner):
        whole = False  # a map that was saved names the heading and each of its parts
    if heading is None or not inner or heading_words(heading.text) in table or whole:
        yield piece
        return
    level = min(one.level for one in inner)
    names = {name for one in inner if one.level == level for name in table.get(heading_words(one.text), ())}
    if len(names) < _MIN_SECTIONS or not names & _SPLIT_SECTIONS:
        yield piece
        return
    at = {block.start: index for index, block in enumerate(root.children)}
    found = [(at[one.start], one) for one in inner]
    first = found[0][1].start
    own = tuple(block for block in piece.blocks if block.start < first)
    yield BodyPiece(heading, piece.start, first, own, (heading,))
    yield from (replace(one, inner=True) for one in _split_at_headings(root, found, piece.end))


MAX_LEVEL = 6
_ATX = re.compile(rb"[ ]{0,3}(#{1,6})(?=[ \t\r\n]|$)")
_HTML = re.compile(rb"(</?h)[1-6](?=[\s>])", re.IGNORECASE)
_MAX_UNDERLINED_LEVEL = 2


def change_level(data: bytes, heading: Heading, level: int) -> Edit | None:
    """The change that gives a heading another level (at most 6); None when it has it already."""
    level = max(1, min(level, MAX_LEVEL))
    if level == heading.level:
        return None
    whole = data[heading.start : heading.end]
    if match := _ATX.match(whole):
        return Edit(heading.start + match.start(1), heading.start + match.end(1), "#" * level)
    if whole.lstrip().startswith(b"<"):
        text = _HTML.sub(rb"\g<1>%d" % level, whole)
        return Edit(heading.start, heading.end, text.decode("utf-8", "surrogateescape"))
    return _change_underlined(whole, heading, level)


def _change_underlined(whole: bytes, heading: Heading, level: int) -> Edit | None:
    lines = whole.rstrip().decode("utf-8", "surrogateescape").splitlines()
    if len(lines) < _MAX_UNDERLINED_LEVEL:
        return None
    end = heading.start + len(whole.rstrip())
    if level <= _MAX_UNDERLINED_LEVEL:
        line = lines[-1].strip()
        marks = ("=" if level == 1 else "-") * len(line)
        start = end - len(line.encode())
        return Edit(start, end, marks)
    words = " ".join(line.strip() for line in lines[:-1])
    return Edit(heading.start, end, f"{'#' * level} {words}")


_LINE = re.compile(
    r"(?P<bold>\*\*|__)?(?P<number>\d{1,2}(?:\.\d{1,2}){0,3}(?:\\?[.)])?)?[ \t]*"
    r"(?P<words>[^\W\d_][^\n]{0,78}?)[ \t]*(?P<colon>:?)(?(bold)(?P=bold)[ \t]*:?)[ \t]*\\?"
)
_ESCAPED = re.compile(r"\d\\[.)]$")
_MIN_HEADING_LINES = 2
_MAX_SHOWN = 6


@dataclass(frozen=True, slots=True)
class _HeadingLine:
    """A line of its own: where it stands, its words, how it is written, and how deep its number is."""

    start: int
    end: int
    words: str
    bold: bool
    form: tuple[bool, bool, bool]
    """Whether it is in bold, has a number, is in capitals: headings of a document are written alike."""
    depth: int


def convert_heading_lines(sop: Sop, table: AliasTable) -> tuple[bytes, tuple[PlanLine, ...]]:
    """The bytes of a document without headings, lines that name sections made headings, and what was done.

    Two lines must name sections of ours; those that are written as these are headings with them.
    """
    data = sop.source.data
    if sop.body.headings:
        return data, ()
    lines = tuple(_find_heading_lines(sop))
    known = [one for one in lines if heading_words(one.words) in table]
    if len(known) < _MIN_HEADING_LINES:
        return data, ()
    forms = {one.form for one in known}
    taken = [one for one in lines if one.form in forms]
    changes = [Edit(one.start, one.end, f"{'#' * min(one.depth + 1, MAX_LEVEL)} {one.words}") for one in taken]
    title = _find_title_line(sop, lines, taken[0].start)
    if title is not None:
        changes.insert(0, Edit(title.start, title.end, f"# {title.words}"))
    return apply_edits(data, changes), tuple(_heading_plan_lines(sop, taken, title))


def _find_heading_lines(sop: Sop) -> Iterator[_HeadingLine]:
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
        yield _HeadingLine(block.start, end, f"{plain} {words}".strip(), bold, form, depth)


def _find_title_line(sop: Sop, lines: Iterable[_HeadingLine], before: int) -> _HeadingLine | None:
    starts = {one.start: one for one in lines}
    title = None
    for block in sop.body.root.children:
        line = starts.get(block.start)
        if line is None or block.start >= before or not line.bold or is_label(line.words.partition(":")[0], {}):
            break
        title = line
    return title


def _heading_plan_lines(sop: Sop, taken: list[_HeadingLine], title: _HeadingLine | None) -> Iterator[PlanLine]:
    if title is not None:
        line = sop.source.line_of(title.start)
        yield mapping_line("title", f"the bold line `{title.words}` is made the title", line, Confidence.LIKELY)
    shown = ", ".join(one.words for one in taken[:_MAX_SHOWN]) + (" …" if len(taken) > _MAX_SHOWN else "")
    words = f"{len(taken)} lines are made headings, as they are written like names of sections: {shown}"
    yield mapping_line("headings", words, sop.source.line_of(taken[0].start), Confidence.LIKELY)
