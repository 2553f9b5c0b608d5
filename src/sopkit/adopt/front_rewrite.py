"""Rewrite the front matter of a draft: set the keys of an SOP, and keep all other keys."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sopkit.adopt.front_matter import FrontForm, FrontShape
from sopkit.adopt.plan import PlanLine, leftover_line, mapping_line
from sopkit.model.config import Config
from sopkit.model.finding import Edit
from sopkit.model.sop_document import SopDocument
from sopkit.model.source import Source
from sopkit.parsing.yaml import YamlTree, double_quote, read_yaml
from sopkit.registers.edits import yaml_value

FrontValue = str | tuple[str, ...] | Mapping[str, tuple[str, ...]]

SOP_KEYS = frozenset(SopDocument.model_fields) - {"sections"}
_KEY = re.compile(r"""("[^"\\]{1,80}"|'[^']{1,80}'|[\w$/.(](?:[^:#"'\[\]{}]|:(?=\S)){0,80}?)[ \t]*:(?:[ \t]|$)""")
_LENGTH = re.compile(r"\d+ (?:days|weeks|months|years)")
_MARK = "# adopted: "


@dataclass(frozen=True)
class RewrittenFront:
    """The changes of the front matter, the foreign keys that stay, and what the plan says."""

    changes: tuple[Edit, ...]
    extra: tuple[str, ...]
    plan_lines: tuple[PlanLine, ...]


@dataclass(frozen=True, slots=True)
class _KeyLines:
    """The lines of one key of the front matter."""

    key: str
    start: int
    end: int
    text: str


def rewrite_front(
    source: Source,
    shape: FrontShape,
    values: Mapping[str, FrontValue | None],
    config: Config,
    origin: tuple[str, ...] = (),
) -> RewrittenFront:
    """Bring the keys of a document, whose fences are mended, to what an SOP has.

    `values` are our keys; one that is None was written by somebody and is no value for us: its lines become comments.
    `origin` are lines that say where a draft comes from that stands elsewhere than its source.
    """
    eol = source.line_end
    if shape.kind is FrontForm.NONE:
        lines = ["---", *origin, *_all_key_lines(values), "---", "", ""]
        return RewrittenFront((Edit(shape.start, shape.start, eol.join(lines)),), (), ())
    tree = read_yaml(source, shape.start, shape.end, "", "front matter")
    typed = tree.value if isinstance(tree.value, dict) else {} if tree.value is None else None
    tolerated = frozenset((*config.front_matter.extra, *config.front_matter.claims.values()))
    aliases = config.front_matter.aliases
    front = _FrontMatter(source, values, aliases, tolerated, None if _has_invalid_value(tree) else typed)
    chunks = tuple(_split_keys(source, shape))
    last = {chunk.key: chunk for chunk in chunks if chunk.key}
    rewritten = [_rewrite_key(front, chunk, last=last.get(chunk.key) is chunk) for chunk in chunks]
    known = {chunk.key for chunk in chunks} | SOP_KEYS | tolerated | {*aliases}
    hidden = [key for key in front.typed or () if key not in known and not any(map(_has_other_text, chunks))]
    there = {one.sop_key for one in rewritten}
    missing = {key: value for key, value in values.items() if value is not None and key not in there}
    on_top = "".join(f"{line}{eol}" for line in (*origin, *_all_key_lines(missing)))
    opening = (Edit(shape.start, shape.start, on_top),) if on_top else ()
    return RewrittenFront(
        (*opening, *(change for one in rewritten for change in one.changes)),
        (*(one.extra for one in rewritten if one.extra), *hidden),
        tuple(line for one in rewritten for line in one.plan_lines),
    )


def _all_key_lines(values: Mapping[str, FrontValue | None]) -> Iterator[str]:
    for key, value in values.items():
        if value is not None:
            yield from key_lines(key, value).split("\n")


def key_lines(key: str, value: FrontValue) -> str:
    """The lines of a key: a text, a list, or for each framework a list; without the last line end."""
    if isinstance(value, Mapping):
        return "\n".join((f"{key}:", *(f"  {name}: {yaml_value(items)}" for name, items in value.items())))
    if isinstance(value, str) and _LENGTH.fullmatch(value):
        return f"{key}: {value}"
    return f"{key}: {double_quote(str(value)) if key == 'version' else yaml_value(value)}"


@dataclass(frozen=True)
class _FrontMatter:
    """The front matter as a whole; `typed` is None where it is no YAML, and is then read key by key."""

    source: Source
    values: Mapping[str, FrontValue | None]
    aliases: Mapping[str, str]
    tolerated: frozenset[str]
    typed: Mapping[str, object] | None


@dataclass(frozen=True)
class _RewrittenKey:
    """What becomes of the lines of a key: which key of ours stands there, or which foreign one stays."""

    changes: tuple[Edit, ...] = ()
    plan_lines: tuple[PlanLine, ...] = ()
    sop_key: str = ""
    extra: str = ""


def _rewrite_key(front: _FrontMatter, chunk: _KeyLines, *, last: bool) -> _RewrittenKey:
    if not chunk.key:
        return _comment_out(front, chunk, "is no key") if _has_other_text(chunk) else _RewrittenKey()
    if not last:
        return _comment_out(front, chunk, "stands a second time below")
    value, change = _read_key_value(front, chunk)
    if change is None and value is _UNREADABLE:
        return _comment_out(front, chunk, "is no YAML")
    changes = () if change is None else (change,)
    name = front.aliases.get(chunk.key, chunk.key)
    if name in front.values and name == chunk.key:
        expected = front.values[name]
        if expected is not None and _is_same_value(value, expected):
            return _RewrittenKey(changes, sop_key=name)
        return _comment_out(front, chunk, f"is no {name} of ours" if expected is None else "says something else")
    plan_lines = (
        (mapping_line(f"key {chunk.key}", "put in quotes", front.source.line_of(chunk.start)),) if changes else ()
    )
    foreign = chunk.key not in SOP_KEYS and chunk.key not in front.tolerated and chunk.key not in front.aliases
    return _RewrittenKey(changes, plan_lines, name if name in SOP_KEYS else "", chunk.key if foreign else "")


def _has_other_text(chunk: _KeyLines) -> bool:
    return not chunk.key and any(line.strip() and line.lstrip()[0] != "#" for line in chunk.text.splitlines())


def _read_key_value(front: _FrontMatter, chunk: _KeyLines) -> tuple[object, Edit | None]:
    """The value of a key, and the change without which its line is no YAML."""
    if front.typed is not None:
        return front.typed.get(chunk.key), None
    tree = read_yaml(front.source, chunk.start, chunk.end, "", "front matter")
    if not _has_invalid_value(tree) and isinstance(tree.value, dict) and set(tree.value) == {chunk.key}:
        return tree.value[chunk.key], None
    line = chunk.text.rstrip()
    value = line.partition(":")[2].strip()
    if "\n" in line or "\r" in line or not value:
        return _UNREADABLE, None
    if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'":
        value = value[1:-1]
    end = chunk.start + len(line.encode())
    return value, Edit(chunk.start, end, f"{chunk.key}: {double_quote(value)}")


def _comment_out(front: _FrontMatter, chunk: _KeyLines, why: str) -> _RewrittenKey:
    what = f"key {chunk.key}" if chunk.key else "line of the front matter"
    plan_lines = leftover_line(what, f"kept as a comment: it {why}", front.source.line_of(chunk.start))
    at = chunk.start
    changes = []
    for line in chunk.text.splitlines(keepends=True):
        if line.strip():
            changes.append(Edit(at, at, _MARK))
        at += len(line.encode("utf-8", "surrogateescape"))
    return _RewrittenKey(tuple(changes), (plan_lines,))


_UNREADABLE = object()


def _has_invalid_value(tree: YamlTree) -> bool:
    """Whether something in it is no YAML that we read, such as a mapping where a key belongs."""
    return tree.broken or any(finding.code == "SOP002" for finding in tree.findings)


def _is_same_value(value: object, expected: FrontValue) -> bool:
    if isinstance(value, dict) and isinstance(expected, Mapping):
        return value.keys() == expected.keys() and all(_is_same_value(value[key], expected[key]) for key in value)
    if isinstance(expected, tuple):
        return ([value] if isinstance(value, str) else value) == list(expected)
    return value == expected


def _split_keys(source: Source, shape: FrontShape) -> Iterator[_KeyLines]:
    """The lines of each key, with all that is indented below it; lines before the first key have none."""
    key, start, lines = "", shape.start, list[str]()
    at = shape.start
    for line in source.data[shape.start : shape.end].splitlines(keepends=True):
        text = line.decode("utf-8", "surrogateescape")
        match = _KEY.match(text.rstrip("\r\n"))
        if match:
            if lines:
                yield _KeyLines(key, start, at, "".join(lines))
            key, start, lines = match[1].strip("\"'"), at, []
        lines.append(text)
        at += len(line)
    if lines:
        yield _KeyLines(key, start, at, "".join(lines))
