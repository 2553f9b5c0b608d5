"""Find the front matter of a file and read its keys."""

import re

from sopkit.model.config import Config
from sopkit.model.finding import Edit, Finding, Fix, FixClass
from sopkit.model.sop import FrontMatter, FrontMatterReading
from sopkit.model.source import Source
from sopkit.parsing.yaml import YamlTree, read_yaml

_FENCE = re.compile(rb"^---[ \t]*$")
_END = re.compile(rb"^(?:---|\.\.\.)[ \t]*$")
_CLOSING = re.compile(rb"^(?:---|\.\.\.)[ \t]*$", re.MULTILINE)
_KEY_LINE = re.compile(rb"^[A-Za-z_][\w .-]{0,60}:(?:[ \t]|$)")
_CONTINUATION_LINE = re.compile(rb"^(?:[ \t]|#|-[ \t]|[\]})])|^$")
_ID_LINE = re.compile(rb"^id:[ \t]*[\"']?([^\s\"'#]+)", re.MULTILINE)
_PLAIN_ID = re.compile(rb"id:[ \t]+([A-Za-z][A-Za-z0-9_.-]*)[ \t]*(?=\n\S|\n?\Z)")
_ANY_ID = re.compile(rb"^id\s*:|[\"'{,?]\s*id\b", re.MULTILINE)
_MAX_LINES = 400


def read_front_matter(source: Source, path: str, config: Config) -> FrontMatterReading:
    """The front matter of a file, with the configured aliases and defaults applied."""
    lines = _Lines(source)
    first = lines[0]
    if _FENCE.match(first):
        end = _closing_index(source, lines)
        if end is None:
            return _read_without_end(source, path)
        if (second := _second_end(lines, end)) is not None:
            message = "front matter ends before its keys; keep one of the lines `---` above them"
            finding = Finding(path, source.line_place(end + 1), message, "SOP002")
            return FrontMatterReading(
                _recover_id(source, lines.start(end), lines.start(second)), lines.start(second + 1), (finding,)
            )
        return _read_fenced(source, path, config, lines.start(1), lines.start(end), lines.start(end + 1))
    if first.rstrip() == b"+++":
        return _read_missing(source, path, "front matter is TOML (+++); write it as YAML between two lines `---`", 0)
    headless = _end_without_start(lines)
    if headless is not None:
        return _read_without_start(source, path, config, lines, headless)
    at = _late_fence_index(lines)
    if at is not None:
        message = "front matter does not begin on the first line; move what stands before it below it"
        return _read_missing(source, path, message, lines.start(at))
    return _read_missing(source, path, "no front matter; begin the file with `---`, the keys, and `---`", 0)


def plain_id(source: Source) -> str | None:
    """The id where a glance is enough: `id: AC-001` is the first line of fenced front matter, and no other sets it."""
    data = source.data
    if not data.startswith(b"---\n") or b"\r" in data or (end := _CLOSING.search(data, 4)) is None:
        return None
    first = _PLAIN_ID.match(data, 4, end.start())
    if first is None or first[1].lower() == b"null" or _ANY_ID.search(data, first.end(), end.start()):
        return None
    return first[1].decode("ascii")


def _closing_index(source: Source, lines: "_Lines") -> int | None:
    """The index of the line that closes front matter, or None."""
    if b"\r" in source.data:
        return next((at for at in range(1, len(lines)) if _END.match(lines[at])), None)
    match = _CLOSING.search(source.data, lines.start(1), lines.start(len(lines)))
    return source.line_of(match.start()) - 1 if match else None


class _Lines:
    """The first lines of a file as bytes, without line ends."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.starts = source.line_starts[: _MAX_LINES + 1]
        self.count = min(len(source.line_starts), _MAX_LINES)

    def __len__(self) -> int:
        return self.count

    def start(self, index: int) -> int:
        if index == 0:
            return self.source.text_start
        return self.starts[index] if index < len(self.starts) else len(self.source.data)

    def __getitem__(self, index: int) -> bytes:
        return self.source.data[self.start(index) : self.start(index + 1)].rstrip(b"\r\n")


def _second_end(lines: _Lines, end: int) -> int | None:
    """The line that closes the keys below an empty front matter, else None."""
    if any(lines[at].strip() for at in range(1, end)) or not _KEY_LINE.match(lines[end + 1]):
        return None
    for at in range(end + 2, len(lines)):
        if _END.match(lines[at]):
            return at
        if not _KEY_LINE.match(lines[at]) and not _CONTINUATION_LINE.match(lines[at]):
            return None
    return None


def _read_fenced(source: Source, path: str, config: Config, start: int, end: int, body: int) -> FrontMatterReading:
    tree = read_yaml(source, start, end, path, "front matter")
    if not tree.broken and tree.value is not None and not isinstance(tree.value, dict):
        message = "front matter is not a list of `key: value` lines; is this `---` only a line across the page?"
        finding = Finding(path, source.line_place(1), message, "SOP002")
        return FrontMatterReading(_recover_id(source, start, end), body, (finding,))
    if tree.broken:
        return FrontMatterReading(_recover_id(source, start, end), body, tuple(tree.findings))
    return FrontMatterReading(_front_matter(tree, start, end, config), body, tuple(tree.findings))


def _front_matter(tree: YamlTree, start: int, end: int, config: Config) -> FrontMatter:
    typed: dict[str, object] = dict(tree.value) if isinstance(tree.value, dict) else {}
    values: dict[str, object] = {}
    spelled: dict[str, str] = {}
    for key, value in typed.items():
        name = config.front_matter.aliases.get(key, key)
        if name != key and name in typed:
            continue
        values[name] = value
        if name != key:
            spelled[name] = key
    for key, default in config.front_matter.defaults.items():
        if values.get(key) is None:
            values[key] = default
    return FrontMatter(
        start=start,
        end=end,
        present=True,
        typed=typed,
        values={key: value for key, value in values.items() if value is not None},
        places=tree.places,
        key_places=tree.key_places,
        spelled=spelled,
    )


def _recover_id(source: Source, start: int, end: int) -> FrontMatter:
    """Front matter that cannot be read: only the id is looked for, so that links to it are not lost as well."""
    match = _ID_LINE.search(source.data, start, end)
    values: dict[str, object] = {"id": match[1].decode("utf-8", "replace")} if match else {}
    return FrontMatter(start=start, end=end, present=True, readable=False, values=values)


def _read_without_end(source: Source, path: str) -> FrontMatterReading:
    message = "front matter has no closing line `---`; add it after the last key"
    finding = Finding(path, source.line_place(1), message, "SOP002")
    stop = min(len(source.data), 20_000)
    return FrontMatterReading(_recover_id(source, 0, stop), len(source.data), (finding,), body_known=False)


def _read_missing(source: Source, path: str, message: str, body: int) -> FrontMatterReading:
    finding = Finding(path, source.line_place(1), message, "SOP002")
    return FrontMatterReading(FrontMatter(readable=False), max(body, source.text_start), (finding,))


def _end_without_start(lines: _Lines) -> int | None:
    """The line of the closing `---` when the lines before it read as front matter, else None."""
    if not _KEY_LINE.match(lines[0]):
        return None
    for at in range(1, len(lines)):
        line = lines[at]
        if _END.match(line):
            return at
        if not _KEY_LINE.match(line) and not _CONTINUATION_LINE.match(line):
            return None
    return None


def _read_without_start(source: Source, path: str, config: Config, lines: _Lines, end: int) -> FrontMatterReading:
    start = source.text_start
    reading = _read_fenced(source, path, config, start, lines.start(end), lines.start(end + 1))
    fix = Fix("insert the opening line", (Edit(start, start, f"---{source.line_end}"),), FixClass.SUGGESTION)
    message = "front matter has no opening line `---`; put it on the first line"
    finding = Finding(path, source.line_place(1), message, "SOP002", fix=fix)
    others = tuple(found for found in reading.findings if found.code != "SOP002")
    return FrontMatterReading(reading.front, reading.body_start, (finding, *others))


def _late_fence_index(lines: _Lines) -> int | None:
    """The index of a `---` that opens front matter after a heading or blank lines, else None."""
    for at in range(min(len(lines), 12)):
        line = lines[at]
        if _FENCE.match(line) and at + 1 < len(lines) and _KEY_LINE.match(lines[at + 1]):
            closed = any(_END.match(lines[further]) for further in range(at + 2, len(lines)))
            return at if closed else None
        if line.strip() and not line.startswith((b"#", b"<!--")):
            return None
    return None
