"""Find the front matter of a source document in any form, give it YAML between two `---` lines, and read its keys."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from sopkit.adopt.plan import PlanLine, mapping_line
from sopkit.model.finding import Edit
from sopkit.model.sop import Sop
from sopkit.model.source import Source
from sopkit.parsing.yaml import YamlTree, read_yaml
from sopkit.registers.edits import apply_edits

_FENCE = re.compile(rb"---[ \t]*$")
_END = re.compile(rb"(?:---|\.\.\.)[ \t]*$")
_KEY = re.compile(rb"[A-Za-z_][\w .-]{0,60}:(?:[ \t]|$)")
_CONTINUATION = re.compile(rb"(?:[ \t]|#|-[ \t]|[\]})])|$")
_MAX_LINES = 100_000
_MAX_LATE_LINES = 12


class FrontForm(StrEnum):
    """In what form a document says its keys."""

    NONE = "none"
    YAML = "yaml"
    LATE = "late"


@dataclass(frozen=True, slots=True)
class FrontShape:
    """The keys stand in `start:end`, with their fences in `outer_start:outer_end`; `fix` makes the fences complete."""

    kind: FrontForm
    start: int
    end: int
    outer_start: int
    outer_end: int
    fix: Edit | None = None
    fix_words: str = ""


def find_shape(source: Source) -> FrontShape:
    """How the document says its keys; any bytes give a shape."""
    lines = _FirstLines(source)
    if not lines.count:
        return _empty_shape(lines)
    if _FENCE.match(lines[0]):
        return _find_fenced(lines) or _empty_shape(lines)
    if _KEY.match(lines[0]) and (end := _find_end_of_keys(lines, 1)) is not None and _END.match(lines[end]):
        start = lines.start(0)
        opening, words = Edit(start, start, f"---{source.line_end}"), "the line `---` above the keys: added"
        return FrontShape(FrontForm.YAML, start, lines.start(end), start, lines.start(end + 1), opening, words)
    return _find_late(lines) or _empty_shape(lines)


def _empty_shape(lines: "_FirstLines") -> FrontShape:
    start = lines.start(0)
    return FrontShape(FrontForm.NONE, start, start, start, start)


def _make_shape(kind: FrontForm, lines: "_FirstLines", opening: int, closing: int) -> FrontShape:
    return FrontShape(
        kind, lines.start(opening + 1), lines.start(closing), lines.start(opening), lines.start(closing + 1)
    )


def _find_fenced(lines: "_FirstLines") -> FrontShape | None:
    """Keys below a first line `---`; None when that is a line across the page and no front matter."""
    source = lines.source
    end = next((at for at in range(1, lines.count) if _END.match(lines[at])), None)
    if end is None:
        stop = _find_end_of_open(lines)
        if stop == 1 or not any(_KEY.match(lines[at]) for at in range(1, stop)):
            return None
        at = lines.start(stop)
        before = "" if source.data[:at].endswith((b"\n", b"\r")) else source.line_end
        closing, words = Edit(at, at, f"{before}---{source.line_end}"), "the line `---` below the keys: added"
        return FrontShape(FrontForm.YAML, lines.start(1), at, lines.start(0), at, closing, words)
    empty = not any(lines[at].strip() for at in range(1, end))
    if empty and end + 1 < lines.count and _KEY.match(lines[end + 1]):
        second = _find_end_of_keys(lines, end + 1)
        if second is not None and _END.match(lines[second]):
            start, close = lines.start(end + 1), lines.start(second)
            extra, words = Edit(lines.start(end), start, ""), "one line `---` too many above the keys: taken out"
            return FrontShape(FrontForm.YAML, start, close, lines.start(0), lines.start(second + 1), extra, words)
    tree = read_yaml(source, lines.start(1), lines.start(end), "", "front matter")
    if not tree.broken and tree.value is not None and not isinstance(tree.value, dict):
        return None
    if tree.broken and not any(_KEY.match(lines[at]) for at in range(1, end)):
        return None
    return _make_shape(FrontForm.YAML, lines, 0, end)


def _find_end_of_keys(lines: "_FirstLines", start: int) -> int | None:
    """The first line from an index on that belongs to no key, or None."""
    return next(
        (at for at in range(start, lines.count) if not _KEY.match(lines[at]) and not _CONTINUATION.match(lines[at])),
        None,
    )


def _find_end_of_open(lines: "_FirstLines") -> int:
    """Where keys end that no line closes: at a line of another form, or at a blank line before one that is no key."""
    stop = _find_end_of_keys(lines, 1)
    stop = lines.count if stop is None else stop
    for at in range(1, stop):
        if not lines[at].strip():
            below = next((lines[after] for after in range(at, lines.count) if lines[after].strip()), b"")
            if not _KEY.match(below):
                return at
    return stop


def _find_late(lines: "_FirstLines") -> FrontShape | None:
    """Keys between two `---` lines that stand below a heading, a comment or blank lines, else None."""
    for at in range(min(lines.count, _MAX_LATE_LINES)):
        line = lines[at]
        if _FENCE.match(line) and at + 1 < lines.count and _KEY.match(lines[at + 1]):
            end = next((further for further in range(at + 2, lines.count) if _END.match(lines[further])), None)
            if end is None or _find_end_of_keys(lines, at + 1) != end:
                return None
            return _make_shape(FrontForm.LATE, lines, at, end)
        if line.strip() and not line.startswith((b"#", b"<!--")):
            return None
    return None


class _FirstLines:
    """The first lines of a file as bytes, without line ends."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.starts = source.line_starts[:_MAX_LINES]
        self.count = len(self.starts) - (self.starts[-1] == len(source.data))

    def start(self, index: int) -> int:
        if index == 0:
            return self.source.text_start
        every = self.source.line_starts
        return every[index] if index < len(every) else len(self.source.data)

    def __getitem__(self, index: int) -> bytes:
        return self.source.data[self.start(index) : self.start(index + 1)].rstrip(b"\r\n")


def fix_front_matter(source: Source) -> tuple[bytes, tuple[PlanLine, ...]]:
    """The bytes with the fences of the front matter where they belong, and what was done."""
    shape = find_shape(source)
    data, eol = source.data, source.line_end
    line = source.line_of(shape.outer_start)
    if shape.kind is FrontForm.LATE:
        block = data[shape.outer_start : shape.outer_end]
        block += b"" if block.endswith((b"\n", b"\r")) else eol.encode()
        top = source.text_start
        fixed = data[:top] + block + data[top : shape.outer_start] + data[shape.outer_end :]
        return fixed, (mapping_line("front matter", "moved to the first line", line),)
    fixes = (shape.fix,) if shape.fix is not None else ()
    plan_lines = tuple(mapping_line("front matter", shape.fix_words, source.line_of(one.start)) for one in fixes)
    fixed = apply_edits(data, fixes)
    if shape.kind is FrontForm.YAML and shape.outer_end == len(data) and not fixed.endswith((b"\n", b"\r")):
        fixed += eol.encode()  # what is put below the last line must not become a part of it
    return fixed, plan_lines


_KEY_LINE = re.compile(rb"^([A-Za-z_][\w .-]{0,60}?)[ \t]*[:=](.*)$", re.MULTILINE)
_LATE_FRONT = re.compile(rb"---[ \t]*\r?\n(.*?)^(?:---|\.\.\.)[ \t]*\r?$\n?", re.MULTILINE | re.DOTALL)
_GROUPS = frozenset({"metadata", "meta", "document", "info", "params", "custom", "properties"})
"""Keys that only gather others."""


@dataclass(frozen=True, slots=True)
class ForeignKey:
    """A key with its value as plain data, and the bytes of both together."""

    name: str
    value: object
    start: int
    end: int


def find_front_span(sop: Sop) -> tuple[int, int]:
    """The bytes from the first to the last line of the front matter with its fences; an empty range without any."""
    if sop.front.present:
        return sop.source.text_start, max(sop.body_start, sop.front.end)
    if (match := _match_late_front(sop)) is not None:
        return match.start(), match.end()
    return sop.source.text_start, sop.source.text_start


def _match_late_front(sop: Sop) -> re.Match[bytes] | None:
    """Front matter that our own reader leaves alone: YAML below a heading or blank lines."""
    late = _LATE_FRONT.match(sop.source.data, sop.body_start) if sop.body_start > sop.source.text_start else None
    return late if late is not None and _KEY_LINE.match(late[1]) else None


def read_front_keys(sop: Sop) -> Iterator[ForeignKey]:
    """All keys of the front matter of a document, in order; none when it has none."""
    front = sop.front
    if front.present and front.readable:
        yield from _read_mapping(front.typed, YamlTree(None, front.places, front.key_places))
    elif front.present:
        yield from _read_plain_lines(sop.source.data, front.start, front.end)
    elif (match := _match_late_front(sop)) is not None:
        tree = read_yaml(sop.source, match.start(1), match.end(1), sop.path, "front matter")
        if tree.broken or not isinstance(tree.value, dict):
            yield from _read_plain_lines(sop.source.data, match.start(1), match.end(1))
        else:
            yield from _read_mapping(tree.value, tree)


def _read_mapping(mapping: Mapping[str, object], tree: YamlTree, loc: tuple[str, ...] = ()) -> Iterator[ForeignKey]:
    """The keys of a mapping; instead of one that only gathers others, `metadata: {owner: …}`, the keys in it."""
    for name, value in mapping.items():
        key, where = tree.key_places.get((*loc, name)), tree.places.get((*loc, name))
        if key is None:
            continue
        if not loc and isinstance(value, dict) and name.casefold() in _GROUPS:
            yield from _read_mapping(value, tree, (name,))
        else:
            yield ForeignKey(str(name), value, key.start, max(key.end, where.end if where else 0))


def _read_plain_lines(data: bytes, start: int, end: int) -> Iterator[ForeignKey]:
    for match in _KEY_LINE.finditer(data, start, end):
        value = match[2].decode("utf-8", "replace").strip()
        quoted = len(value) > 1 and value[0] == value[-1] and value[0] in "\"'"
        yield ForeignKey(match[1].decode(), value[1:-1] if quoted else value, match.start(), match.end())
