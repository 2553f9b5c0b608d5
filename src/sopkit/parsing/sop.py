"""Read one SOP from the bytes of its file; any bytes give an SOP with findings."""

import re
from collections.abc import Callable, Iterator
from itertools import chain

from sopkit.model.body import Block, Body, Inline, Link
from sopkit.model.config import Config
from sopkit.model.finding import Edit, Finding, Fix, FixClass
from sopkit.model.sop import FrontMatter, FrontMatterReading, Sop, ValidationResult
from sopkit.model.source import Source
from sopkit.parsing.lexicon import lexicon
from sopkit.parsing.markdown import parse_blocks
from sopkit.parsing.roles import find_roles, normal_name, remove_titles
from sopkit.parsing.sections import find_headings, find_sections, find_title, heading_anchors, html_anchors
from sopkit.parsing.steps import find_procedures
from sopkit.parsing.yaml import YamlTree, read_yaml

MAX_SOP_BYTES = 2 * 1024 * 1024
"""Largest file that is read as an SOP, in bytes."""

_CONFLICT = re.compile(rb"^(?:<{7}|>{7}) \S", re.MULTILINE)

Validator = Callable[[Sop], ValidationResult]


def parse(path: str, data: bytes, config: Config, validate: Validator, aliases: dict[str, tuple[str, ...]]) -> Sop:
    """Read an SOP from the bytes of its file; `path` is relative to the library's root."""
    source = Source(data)
    if (unreadable := unreadable_finding(source, path)) is not None:
        return unreadable_sop(path, source, unreadable, config)
    return Sop(
        path=path,
        source=source,
        read=lambda sop: read_front_matter(sop.source, sop.path, config),
        parse_body=lambda sop: read_body(sop, aliases, config.library.language),
        validate=validate,
        known_id=path if config.library.identity == "path" else plain_id(source),
    )


def unreadable_sop(path: str, source: Source, finding: Finding, config: Config) -> Sop:
    """The SOP of a file that cannot be read: nothing is known but the one finding."""
    reading = FrontMatterReading(FrontMatter(readable=False), len(source.data), (finding,), body_known=False)
    return Sop(
        path=path,
        source=source,
        read=lambda _: reading,
        parse_body=lambda _: Body(Block("root", 0, 0)),
        validate=lambda _: (None, ()),
        known_id=path if config.library.identity == "path" else "",
    )


def unreadable_finding(source: Source, path: str) -> Finding | None:
    """Why a file cannot be read as a document, or None."""
    data = source.data
    if len(data) > MAX_SOP_BYTES:
        message = f"file is larger than {MAX_SOP_BYTES // 1024 // 1024} MiB; an SOP is a few kilobytes of text"
        return Finding(path, source.place(0), message, "SOP001")
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        message = f"byte 0x{data[error.start]:02x} is not UTF-8; save the file as UTF-8"
        return Finding(path, source.place(error.start, error.start + 1), message, "SOP001")
    nul = data.find(b"\0")
    if nul >= 0:
        return Finding(path, source.place(nul, nul + 1), "NUL byte in the text; delete it", "SOP001")
    if (b"<<<<<<< " in data or b">>>>>>> " in data) and (match := _CONFLICT.search(data)):
        place = source.line_place(source.line_of(match.start()))
        return Finding(path, place, "merge-conflict markers; decide between the two texts", "SOP001")
    return None


def read_body(sop: Sop, aliases: dict[str, tuple[str, ...]], language: str) -> Body:
    """The Markdown of an SOP as blocks, sections, steps and links; `language` is that of the library."""
    source, start = sop.source, sop.body_start
    if not sop.readable:
        return Body(Block("root", start, start))
    root = parse_blocks(source.data[start:].decode("utf-8", "replace"), start)
    found = find_headings(root)
    sections = find_sections(root, found, aliases)
    runs = [run for section in sections if "Procedure" in section.names for run in find_procedures(section)]
    roles = next((section for section in sections if "Roles" in section.names), None) if runs else None
    declared = frozenset(normal_name(name) for name, _, _ in find_roles(roles))
    return Body(
        root=root,
        headings=tuple(heading for _, heading in found),
        title=find_title(found, aliases),
        sections=sections,
        procedures=tuple(remove_titles(runs, declared, lexicon(sop.text("language") or language))),
        find_links=_body_links,
        find_anchors=lambda body: chain(heading_anchors(body.headings), html_anchors(body.blocks)),
        check=lambda body: _unclosed_fences(sop.path, source, body.blocks),
    )


def _body_links(body: Body) -> Iterator[Link]:
    for block in body.blocks:
        for at, part in enumerate(block.inlines):
            if part.kind in {"link", "image"}:
                text = "".join(_span_texts(block.inlines, at))
                yield Link(part.text, text, part.start, part.end, image=part.kind == "image")


def _span_texts(inlines: list[Inline], at: int) -> Iterator[str]:
    """The words inside the span that begins at an index."""
    for index in range(at + 1, len(inlines)):
        if inlines[index].start >= inlines[at].end:
            return
        if inlines[index].kind in {"text", "code"}:
            yield inlines[index].text


def _unclosed_fences(path: str, source: Source, blocks: tuple[Block, ...]) -> Iterator[Finding]:
    for block in blocks:
        if block.kind != "code" or not block.level or source.data[block.end :].strip():
            continue
        lines = source.data[block.start : block.end].rstrip().splitlines() or [b""]
        opening = lines[0].lstrip()
        mark = opening[: len(opening) - len(opening.lstrip(opening[:1]))]
        closing = lines[-1].strip().lstrip(b"> ")
        if len(lines) > 1 and closing.startswith(mark) and not closing.strip(mark[:1]):
            continue
        place = source.line_place(source.line_of(block.start))
        advice = f"add a line {mark.decode()} where the code ends"
        message = f"code fence is never closed and swallows the rest of the file; {advice}"
        yield Finding(path, place, message, "SOP111")


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
    if _FENCE.match(lines[0]):
        end = _closing_line(source, lines)
        if end is None:
            message = "front matter has no closing line `---`; add it after the last key"
            finding = Finding(path, source.line_place(1), message, "SOP002")
            front = _recover_id(source, 0, min(len(source.data), 20_000))
            return FrontMatterReading(front, len(source.data), (finding,), body_known=False)
        is_empty = not any(lines[at].strip() for at in range(1, end))
        if is_empty and (second := _end_of_keys(lines, end + 1)) is not None:
            message = "front matter ends before its keys; keep one of the lines `---` above them"
            finding = Finding(path, source.line_place(end + 1), message, "SOP002")
            front = _recover_id(source, lines.start(end), lines.start(second))
            return FrontMatterReading(front, lines.start(second + 1), (finding,))
        return _read_fenced(source, path, config, lines.start(1), lines.start(end), lines.start(end + 1))
    start = source.text_start
    if lines[0].rstrip() == b"+++":
        message, body = "front matter is TOML (+++); write it as YAML between two lines `---`", 0
    elif (end := _end_of_keys(lines, 0)) is not None:
        reading = _read_fenced(source, path, config, start, lines.start(end), lines.start(end + 1))
        fix = Fix("insert the opening line", (Edit(start, start, f"---{source.line_end}"),), FixClass.SUGGESTION)
        message = "front matter has no opening line `---`; put it on the first line"
        finding = Finding(path, source.line_place(1), message, "SOP002", fix=fix)
        others = (found for found in reading.findings if found.code != "SOP002")
        return FrontMatterReading(reading.front, reading.body_start, (finding, *others))
    elif (at := _late_fence(lines)) is not None:
        message = "front matter does not begin on the first line; move what stands before it below it"
        body = lines.start(at)
    else:
        message, body = "no front matter; begin the file with `---`, the keys, and `---`", 0
    finding = Finding(path, source.line_place(1), message, "SOP002")
    return FrontMatterReading(FrontMatter(readable=False), max(body, start), (finding,))


def plain_id(source: Source) -> str | None:
    """The id where a glance is enough: `id: AC-001` is the first line of fenced front matter, and no other sets it."""
    data = source.data
    if not data.startswith(b"---\n") or b"\r" in data or (end := _CLOSING.search(data, 4)) is None:
        return None
    first = _PLAIN_ID.match(data, 4, end.start())
    if first is None or first[1].lower() == b"null" or _ANY_ID.search(data, first.end(), end.start()):
        return None
    return first[1].decode("ascii")


def _closing_line(source: Source, lines: "_Lines") -> int | None:
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


def _end_of_keys(lines: _Lines, first: int) -> int | None:
    """The line that closes front matter when all lines from `first` up to it read as keys and values, else None."""
    if not _KEY_LINE.match(lines[first]):
        return None
    for at in range(first + 1, len(lines)):
        line = lines[at]
        if _END.match(line):
            return at
        if not _KEY_LINE.match(line) and not _CONTINUATION_LINE.match(line):
            return None
    return None


def _late_fence(lines: _Lines) -> int | None:
    """The index of a `---` that opens front matter after a heading or blank lines, else None."""
    for at in range(min(len(lines), 12)):
        line = lines[at]
        if _FENCE.match(line) and at + 1 < len(lines) and _KEY_LINE.match(lines[at + 1]):
            return at if any(_END.match(lines[below]) for below in range(at + 2, len(lines))) else None
        if line.strip() and not line.startswith((b"#", b"<!--")):
            return None
    return None


def _read_fenced(source: Source, path: str, config: Config, start: int, end: int, body: int) -> FrontMatterReading:
    tree = read_yaml(source, start, end, path, "front matter")
    findings = tuple(tree.findings)
    if not tree.broken and tree.value is not None and not isinstance(tree.value, dict):
        message = "front matter is not a list of `key: value` lines; is this `---` only a line across the page?"
        findings = (Finding(path, source.line_place(1), message, "SOP002"),)
    elif not tree.broken:
        return FrontMatterReading(_front_matter(tree, start, end, config), body, findings)
    return FrontMatterReading(_recover_id(source, start, end), body, findings)


def _front_matter(tree: YamlTree, start: int, end: int, config: Config) -> FrontMatter:
    """The front matter with the configured aliases and defaults applied."""
    typed: dict[str, object] = dict(tree.value) if isinstance(tree.value, dict) else {}
    names = {key: config.front_matter.aliases.get(key, key) for key in typed}
    spelled = {name: key for key, name in names.items() if name not in typed}
    values = {names[key]: value for key, value in typed.items() if names[key] == key or names[key] in spelled}
    values |= {key: value for key, value in config.front_matter.defaults.items() if values.get(key) is None}
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
