"""Split a body at its headings; convert heading levels, lines meant as headings, checklists and plain bullets."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import takewhile

from sopkit.adopt.metadata.labels import Confidence, is_label
from sopkit.adopt.plan import PlanLine, mapping_line
from sopkit.model.body import Block, Body, Heading
from sopkit.model.finding import Edit
from sopkit.model.sop import Sop
from sopkit.parsing.sections import STEP_HEADING, find_headings, heading_words
from sopkit.parsing.steps import is_contents, is_step_list, is_task_list, table_steps
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
        index, heading = found[position]
        last, until = (found[stop][0], found[stop][1].start) if stop < len(found) else (len(root.children), end)
        blocks = tuple(block for block in root.children[index + 1 : last] if block.start < end)
        yield BodyPiece(heading, heading.start, until, blocks, tuple(one for _, one in found[position:stop]))


def _split_piece(
    root: Block, piece: BodyPiece, table: AliasTable, decided: Callable[[str], bool]
) -> Iterator[BodyPiece]:
    """The piece, or its own text and each part of it where its sub-headings are the sections of an SOP."""
    heading = piece.heading
    inner = [one for one in piece.headings if one is not heading]
    is_decided = decided(heading.text) if heading is not None else False
    if is_decided and any(decided(one.text) for one in inner):
        is_decided = False  # a map that was saved names the heading and each of its parts
    if heading is None or not inner or heading_words(heading.text) in table or is_decided:
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
    written = data[heading.start : heading.end]
    if match := _ATX.match(written):
        return Edit(heading.start + match.start(1), heading.start + match.end(1), "#" * level)
    if written.lstrip().startswith(b"<"):
        text = _HTML.sub(rb"\g<1>%d" % level, written)
        return Edit(heading.start, heading.end, text.decode("utf-8", "surrogateescape"))
    lines = written.rstrip().decode("utf-8", "surrogateescape").splitlines()
    if len(lines) < _MAX_UNDERLINED_LEVEL:
        return None
    end = heading.start + len(written.rstrip())
    if level <= _MAX_UNDERLINED_LEVEL:
        line = lines[-1].strip()
        return Edit(end - len(line.encode()), end, ("=" if level == 1 else "-") * len(line))
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
    alike = [one for one in lines if one.form in forms]
    changes = [Edit(one.start, one.end, f"{'#' * min(one.depth + 1, MAX_LEVEL)} {one.words}") for one in alike]
    plan_lines = []
    title = _find_title_line(sop, lines, alike[0].start)
    if title is not None:
        changes.insert(0, Edit(title.start, title.end, f"# {title.words}"))
        words = f"the bold line `{title.words}` is made the title"
        plan_lines.append(mapping_line("title", words, sop.source.line_of(title.start), Confidence.LIKELY))
    first = ", ".join(one.words for one in alike[:_MAX_SHOWN]) + (" …" if len(alike) > _MAX_SHOWN else "")
    words = f"{len(alike)} lines are made headings, as they are written like names of sections: {first}"
    plan_lines.append(mapping_line("headings", words, sop.source.line_of(alike[0].start), Confidence.LIKELY))
    return apply_edits(data, changes), tuple(plan_lines)


def _find_heading_lines(sop: Sop) -> Iterator[_HeadingLine]:
    for block in sop.body.root.children:
        raw = sop.source.data[block.start : block.end].decode("utf-8", "replace").strip()
        match = _LINE.fullmatch(raw) if block.kind == "paragraph" and len(raw) <= 100 else None  # noqa: PLR2004 - a line
        if match is None:
            continue
        number, bold = match["number"] or "", match["bold"] is not None
        if not bold and not _ESCAPED.search(number):
            continue
        words = match["words"].strip().strip("*_").strip()
        plain = number.replace("\\", "")
        depth = len(re.findall(r"\d+", number)) or 1
        form = (bold, bool(number), words.isupper())
        yield _HeadingLine(block.start, block.start + len(raw.encode()), f"{plain} {words}".strip(), bold, form, depth)


def _find_title_line(sop: Sop, lines: Iterable[_HeadingLine], before: int) -> _HeadingLine | None:
    starts = {one.start: one for one in lines}
    title = None
    for block in sop.body.root.children:
        line = starts.get(block.start)
        if line is None or block.start >= before or not line.bold or is_label(line.words.partition(":")[0], {}):
            break
        title = line
    return title


def count_steps(blocks: Iterable[Block]) -> int:
    """How many steps blocks hold at first sight: items of ordered and task lists, rows of tables of steps."""
    return sum(
        len(block.children) if is_step_list(block) else len(table_steps(block)) * (block.kind == "table")
        for block in blocks
    )


_BOX = re.compile(r"([ ]*)([□☐☑☒■▢]|\[[ xX]\])(?=\s)")
_BOX_PART = re.compile(r"[ ]*[-*•]\s")
_CHECKED_BOXES = frozenset("☑☒■")
_MIN_BOXES = 2


def convert_checklist(data: bytes, code: Block) -> Iterator[Edit]:
    """The changes that make a task list of a fenced block in which every line is a box or a part of one."""
    lines = data[code.start : code.end].splitlines(keepends=True)
    inside = [line.decode("utf-8", "replace") for line in lines[1:-1]]
    boxes = [_BOX.match(line) for line in inside]
    if not code.level or code.detail.strip() or sum(box is not None for box in boxes) < _MIN_BOXES:
        return
    fence, closing = lines[0].strip()[:3], lines[-1].strip()
    closed = fence in {b"```", b"~~~"} and closing.startswith(fence) and not closing.strip(fence[:1])
    if boxes[0] is None or boxes[0][1] or not closed:
        return
    if any(not box and line.strip() and not _BOX_PART.match(line) for box, line in zip(boxes, inside, strict=True)):
        return
    at = code.start
    yield Edit(at, at + len(lines[0].rstrip()), "")
    at += len(lines[0])
    for raw, box in zip(lines[1:-1], boxes, strict=True):
        if box is not None:
            start = at + len(box[1].encode())
            mark = "x" if box[2] in _CHECKED_BOXES or box[2] in {"[x]", "[X]"} else " "
            yield Edit(start, start + len(box[2].encode()), f"- [{mark}]")
        at += len(raw)
    yield Edit(at, at + len(lines[-1].rstrip()), "")


_MARKER = re.compile(rb"([ ]{0,3})([-*+])([ \t]+)")
_INDENTED = re.compile(rb"\n(?=[ \t])")
_STEP_NUMBER = re.compile(r"step\s+\d", re.IGNORECASE)
_MIN_BULLETS = 2


@dataclass(frozen=True, eq=False)
class BulletList:
    """A list of plain bullets, and the heading under which it stands."""

    list: Block
    under: str


def find_plain_bullets(piece: BodyPiece) -> Iterator[BulletList]:
    """The lists of plain bullets of a piece that stand neither beside steps nor below one."""
    steps = _step_headings(piece)
    above = 0
    for heading, following in zip([None, *piece.headings], [*piece.headings, None], strict=True):
        if heading is not None and heading.start in steps:
            above = heading.level
        elif heading is not None and heading.level <= above:
            above = 0
        start = heading.start if heading else piece.start
        end = following.start if following else piece.end
        blocks = [block for block in piece.blocks if start <= block.start < end and block.kind != "heading"]
        if above or count_steps(blocks):
            continue
        for block in takewhile(lambda block: not _is_bold_step(block), blocks):
            is_bullets = block.kind == "list" and len(block.children) >= _MIN_BULLETS and not is_task_list(block)
            if is_bullets and not is_contents(block):
                yield BulletList(block, heading.text if heading else "")


def _step_headings(piece: BodyPiece) -> frozenset[int]:
    """Where the headings of a piece begin that say "Step 2", or that count from one on among those of their level."""
    starts = {one.start for one in piece.headings if _STEP_NUMBER.match(one.text)}
    inner = [one for one in piece.headings if one is not piece.heading]
    for level in {one.level for one in inner}:
        numbered = [(one, match) for one in inner if one.level == level and (match := STEP_HEADING.match(one.text))]
        if len(numbered) >= _MIN_BULLETS and numbered[0][1][1] == "1":
            starts |= {one.start for one, _ in numbered}
    return frozenset(starts)


def _is_bold_step(block: Block) -> bool:
    strong = block.kind == "paragraph" and block.inlines and block.inlines[0].kind == "strong"
    return bool(strong) and _STEP_NUMBER.match(block.text) is not None


def number_bullets(data: bytes, bullets: BulletList) -> Iterator[Edit]:
    """The changes that number the items of a list; what is below an item stays below it."""
    for item in bullets.list.children:
        start = data.rfind(b"\n", 0, item.start) + 1
        match = _MARKER.match(data, start)
        if match is None:
            continue
        blanks = match[3]
        if blanks == b" ":
            yield Edit(match.start(2), match.end(2), "1.")
            indented = _INDENTED.finditer(data, match.end(), item.end)
            yield from (Edit(line.end(), line.end(), " ") for line in indented)
        else:  # room for the point, so that the text of the item stays in its column
            yield Edit(match.start(2), match.end(2) + (blanks[:1] == b" "), "1.")
