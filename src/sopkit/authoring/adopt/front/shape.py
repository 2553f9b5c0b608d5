"""Where the keys of a foreign document stand, and what makes front matter of them."""

import re
from dataclasses import dataclass
from enum import StrEnum

from sopkit.authoring.adopt.changes import TextChange
from sopkit.model.source import Source
from sopkit.parsing.yaml import read_yaml

_FENCE = re.compile(rb"---[ \t]*$")
_END = re.compile(rb"(?:---|\.\.\.)[ \t]*$")
_TOML = re.compile(rb"\+\+\+[ \t]*$")
_KEY = re.compile(rb"[A-Za-z_][\w .-]{0,60}:(?:[ \t]|$)")
_INSIDE = re.compile(rb"(?:[ \t]|#|-[ \t]|[\]})])|$")
_MOST_LINES = 100_000
_LATEST = 12


class FrontForm(StrEnum):
    """In what form a document says its keys."""

    NONE = "none"
    YAML = "yaml"
    TOML = "toml"
    LATE = "late"


@dataclass(frozen=True, slots=True)
class Shape:
    """The keys stand in `start:end`, with their fences in `outer_start:outer_end`; `mends` make fences of the rest."""

    kind: FrontForm
    start: int
    end: int
    outer_start: int
    outer_end: int
    mends: tuple[TextChange, ...] = ()


def shape_of(source: Source) -> Shape:
    """How the document says its keys; any bytes give a shape."""
    lines = _Lines(source)
    if not lines.count:
        return _none(lines)
    if _FENCE.match(lines[0]):
        return _fenced(lines) or _none(lines)
    if _TOML.match(lines[0]):
        end = next((at for at in range(1, lines.count) if _TOML.match(lines[at])), None)
        return _none(lines) if end is None else _between(FrontForm.TOML, lines, 0, end)
    if _KEY.match(lines[0]) and (end := _end_of_keys(lines, 1)) is not None and _END.match(lines[end]):
        opening = TextChange(lines.start(0), lines.start(0), f"---{source.line_end}", "the line `---` above the keys")
        start = lines.start(0)
        return Shape(FrontForm.YAML, start, lines.start(end), start, lines.start(end + 1), (opening,))
    at = _late(lines)
    if at is not None:
        end = next(further for further in range(at + 1, lines.count) if _END.match(lines[further]))
        return _between(FrontForm.LATE, lines, at, end)
    return _none(lines)


def _none(lines: "_Lines") -> Shape:
    start = lines.start(0)
    return Shape(FrontForm.NONE, start, start, start, start)


def _between(kind: FrontForm, lines: "_Lines", opening: int, closing: int) -> Shape:
    return Shape(kind, lines.start(opening + 1), lines.start(closing), lines.start(opening), lines.start(closing + 1))


def _fenced(lines: "_Lines") -> Shape | None:
    """Keys below a first line `---`; None when that is a line across the page and no front matter."""
    source = lines.source
    end = next((at for at in range(1, lines.count) if _END.match(lines[at])), None)
    if end is None:
        stop = _end_of_open(lines)
        if stop == 1 or not any(_KEY.match(lines[at]) for at in range(1, stop)):
            return None
        at = lines.start(stop)
        before = "" if source.data[:at].endswith((b"\n", b"\r")) else source.line_end
        closing = TextChange(at, at, f"{before}---{source.line_end}", "the line `---` below the keys")
        return Shape(FrontForm.YAML, lines.start(1), at, lines.start(0), at, (closing,))
    empty = not any(lines[at].strip() for at in range(1, end))
    if empty and end + 1 < lines.count and _KEY.match(lines[end + 1]):
        second = _end_of_keys(lines, end + 1)
        if second is not None and _END.match(lines[second]):
            gone = TextChange(lines.start(end), lines.start(end + 1), "", "one line `---` too many above the keys")
            start, close = lines.start(end + 1), lines.start(second)
            return Shape(FrontForm.YAML, start, close, lines.start(0), lines.start(second + 1), (gone,))
    tree = read_yaml(source, lines.start(1), lines.start(end), "", "front matter")
    if not tree.broken and tree.value is not None and not isinstance(tree.value, dict):
        return None
    if tree.broken and not any(_KEY.match(lines[at]) for at in range(1, end)):
        return None
    return _between(FrontForm.YAML, lines, 0, end)


def _end_of_keys(lines: "_Lines", start: int) -> int | None:
    """The first line from an index on that belongs to no key, or None."""
    return next(
        (at for at in range(start, lines.count) if not _KEY.match(lines[at]) and not _INSIDE.match(lines[at])), None
    )


def _end_of_open(lines: "_Lines") -> int:
    """Where keys end that no line closes: at a line of another form, or at a blank line before one that is no key."""
    stop = _end_of_keys(lines, 1)
    stop = lines.count if stop is None else stop
    for at in range(1, stop):
        if not lines[at].strip():
            below = next((lines[after] for after in range(at, lines.count) if lines[after].strip()), b"")
            if not _KEY.match(below):
                return at
    return stop


def _late(lines: "_Lines") -> int | None:
    """The line `---` above keys that stand below a heading, a comment or blank lines, else None."""
    for at in range(min(lines.count, _LATEST)):
        line = lines[at]
        if _FENCE.match(line) and at + 1 < lines.count and _KEY.match(lines[at + 1]):
            end = next((further for further in range(at + 2, lines.count) if _END.match(lines[further])), None)
            keys = _end_of_keys(lines, at + 1)
            return at if end is not None and keys == end else None
        if line.strip() and not line.startswith((b"#", b"<!--")):
            return None
    return None


class _Lines:
    """The first lines of a file as bytes, without line ends."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.starts = source.line_starts[:_MOST_LINES]
        self.count = len(self.starts) - (self.starts[-1] == len(source.data))

    def start(self, index: int) -> int:
        if index == 0:
            return self.source.text_start
        every = self.source.line_starts
        return every[index] if index < len(every) else len(self.source.data)

    def __getitem__(self, index: int) -> bytes:
        return self.source.data[self.start(index) : self.start(index + 1)].rstrip(b"\r\n")
