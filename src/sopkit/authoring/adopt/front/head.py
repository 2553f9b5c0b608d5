"""The front matter of a draft: our keys, the keys of others as they are, and nothing that was written lost."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sopkit.authoring.adopt.changes import TextChange
from sopkit.authoring.adopt.front.shape import FrontForm, Shape
from sopkit.authoring.adopt.plan import How, PlanLine
from sopkit.authoring.templates.scalar import flow, quoted, scalar
from sopkit.model.config import Config
from sopkit.model.document import SopDocument
from sopkit.model.source import Source
from sopkit.text.nodes import YamlTree, read_yaml

Value = str | tuple[str, ...] | Mapping[str, tuple[str, ...]]

OURS = frozenset(SopDocument.model_fields) - {"sections"}
_KEY = re.compile(r"([A-Za-z_][\w .-]{0,60}):(?:[ \t]|$)")
_LENGTH = re.compile(r"\d+ (?:days|weeks|months|years)")
_MARK = "# adopted: "


@dataclass(frozen=True)
class RewrittenFront:
    """The changes of the front matter, the foreign keys that stay, and what the plan says."""

    changes: tuple[TextChange, ...]
    extra: tuple[str, ...]
    told: tuple[PlanLine, ...]


@dataclass(frozen=True, slots=True)
class _Chunk:
    """The lines of one key of the front matter."""

    key: str
    start: int
    end: int
    text: str


def rewrite_front(
    source: Source, shape: Shape, values: Mapping[str, Value | None], config: Config, origin: tuple[str, ...] = ()
) -> RewrittenFront:
    """Bring the keys of a document, whose fences are mended, to what an SOP has.

    `values` are our keys; one that is None was written by somebody and is no value for us: its lines become comments.
    `origin` are lines that say where a draft comes from that stands elsewhere than its source.
    """
    eol = source.line_end
    if shape.kind is FrontForm.NONE:
        lines = ["---", *origin, *_lines(values), "---", "", ""]
        return RewrittenFront((TextChange(shape.start, shape.start, eol.join(lines), "front matter"),), (), ())
    inside = _Keys(source, shape, values, config)
    named = TextChange(shape.start, shape.start, "".join(f"{line}{eol}" for line in origin), "where it comes from")
    return RewrittenFront((*((named,) if origin else ()), *inside.changes()), inside.extra, tuple(inside.told))


def _lines(values: Mapping[str, Value | None]) -> Iterator[str]:
    for key, value in values.items():
        if value is not None:
            yield from line_of(key, value).split("\n")


def line_of(key: str, value: Value) -> str:
    """The lines of a key: a text, a list, or for each framework a list; without the last line end."""
    if isinstance(value, str) and _LENGTH.fullmatch(value):
        return f"{key}: {value}"
    if isinstance(value, str):
        return f"{key}: {quoted(value) if key == 'version' else scalar(value)}"
    if isinstance(value, tuple):
        return f"{key}: {flow(value)}"
    return "\n".join((f"{key}:", *(f"  {name}: {flow(items)}" for name, items in value.items())))


class _Keys:
    """The lines of YAML front matter, key by key."""

    def __init__(self, source: Source, shape: Shape, values: Mapping[str, Value | None], config: Config) -> None:
        self.source, self.shape, self.values = source, shape, values
        self.tolerated = {*config.front_matter.extra, *config.front_matter.claims.values()}
        self.aliases = config.front_matter.aliases
        tree = read_yaml(source, shape.start, shape.end, "", "front matter")
        self.broken = _broken(tree) or not isinstance(tree.value, dict | None)
        self.chunks = tuple(_chunks(source, shape))
        self.extra: tuple[str, ...] = ()
        self.told: list[PlanLine] = []
        self.standing: set[str] = set()
        self.typed = tree.value if isinstance(tree.value, dict) and not self.broken else {}

    def changes(self) -> Iterator[TextChange]:
        """Our keys at the top where they lack, those that say something else replaced, the others left."""
        kept = {chunk.key: chunk for chunk in self.chunks if chunk.key}
        inside: list[TextChange] = []
        for chunk in self.chunks:
            inside += self._chunk(chunk, last=kept.get(chunk.key) is chunk)
        missing = {key: value for key, value in self.values.items() if value is not None and key not in self.standing}
        if missing:
            text = "".join(f"{line}{self.source.line_end}" for line in _lines(missing))
            yield TextChange(self.shape.start, self.shape.start, text, f"keys {', '.join(missing)}")
        yield from inside

    def _chunk(self, chunk: _Chunk, *, last: bool) -> Iterator[TextChange]:
        if not chunk.key:
            if self.broken and chunk.text.strip() and not chunk.text.lstrip().startswith("#"):
                yield from self._commented(chunk, "is no key")
            return
        if not last:
            yield from self._commented(chunk, "stands a second time below")
            return
        value, change = self._readable(chunk)
        if change is None and value is _UNREADABLE:
            yield from self._commented(chunk, "is no YAML")
            return
        name = self.aliases.get(chunk.key, chunk.key)
        if name in self.values and name == chunk.key:
            wanted = self.values[name]
            if wanted is not None and _same(value, wanted):
                self.standing.add(name)
                if change is not None:
                    yield change
                return
            yield from self._commented(chunk, f"is no {name} of ours" if wanted is None else "says something else")
            return
        self.standing |= {name} & OURS
        if chunk.key not in OURS and chunk.key not in self.tolerated and chunk.key not in self.aliases:
            self.extra = (*self.extra, chunk.key)
        if change is not None:
            self.told.append(PlanLine(How.MAPPED, f"key {chunk.key}", "put in quotes", self._line(chunk)))
            yield change

    def _readable(self, chunk: _Chunk) -> tuple[object, TextChange | None]:
        """The value of a key, and the change without which its line is no YAML."""
        if not self.broken:
            return self.typed.get(chunk.key), None
        tree = read_yaml(self.source, chunk.start, chunk.end, "", "front matter")
        if not _broken(tree) and isinstance(tree.value, dict) and set(tree.value) == {chunk.key}:
            return tree.value[chunk.key], None
        line = chunk.text.rstrip()
        value = line.partition(":")[2].strip()
        if "\n" in line or "\r" in line or not value:
            return _UNREADABLE, None
        if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'":
            value = value[1:-1]
        size = len(line.encode())
        change = TextChange(
            chunk.start, chunk.start + size, f"{chunk.key}: {quoted(value)}", f"key {chunk.key} in quotes"
        )
        return value, change

    def _commented(self, chunk: _Chunk, why: str) -> Iterator[TextChange]:
        what = f"key {chunk.key}" if chunk.key else "line of the front matter"
        self.told.append(PlanLine(How.LEFT, what, f"kept as a comment: it {why}", self._line(chunk)))
        at = chunk.start
        for line in chunk.text.splitlines(keepends=True):
            if line.strip():
                yield TextChange(at, at, _MARK, f"{what} as a comment")
            at += len(line.encode("utf-8", "surrogateescape"))

    def _line(self, chunk: _Chunk) -> int:
        return self.source.line_of(chunk.start)


_UNREADABLE = object()


def _broken(tree: YamlTree) -> bool:
    """Whether something in it is no YAML that we read, such as a mapping where a key belongs."""
    return tree.broken or any(finding.code == "SOP002" for finding in tree.findings)


def _same(value: object, wanted: Value) -> bool:
    if isinstance(value, list) and isinstance(wanted, tuple):
        return tuple(value) == wanted
    if isinstance(value, str) and isinstance(wanted, tuple):
        return (value,) == wanted
    if isinstance(value, dict) and isinstance(wanted, Mapping):
        return {key: [items] if isinstance(items, str) else items for key, items in value.items()} == {
            key: list(items) for key, items in wanted.items()
        }
    return value == wanted


def _chunks(source: Source, shape: Shape) -> Iterator[_Chunk]:
    """The lines of each key, with all that is indented below it; lines before the first key have none."""
    key, start, lines = "", shape.start, list[str]()
    at = shape.start
    for line in source.data[shape.start : shape.end].splitlines(keepends=True):
        text = line.decode("utf-8", "surrogateescape")
        match = _KEY.match(text.rstrip("\r\n"))
        if match:
            if lines:
                yield _Chunk(key, start, at, "".join(lines))
            key, start, lines = match[1], at, []
        lines.append(text)
        at += len(line)
    if lines:
        yield _Chunk(key, start, at, "".join(lines))
