"""Links of a draft: targets rewritten or copied with the draft, broken links, and changed anchors."""

import html
import os
import posixpath
import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote, unquote

from sopkit.adopt.plan import PlanLine, leftover_line, mapping_line
from sopkit.adopt.survey import Destination, DocumentSurvey
from sopkit.library import Library
from sopkit.model.body import Body, Link
from sopkit.model.finding import Edit
from sopkit.model.paths import path_fault
from sopkit.model.sop import Sop
from sopkit.model.source import Source
from sopkit.parsing.sections import heading_anchors
from sopkit.reading import read_file

_TARGET_START = re.compile(rb"\]\(")
_INLINE = re.compile(
    rb"\][(]\s*(?:<(?P<angled>(?:\\.|[^<>\\\n])*)>|(?P<bare>(?:\\.|[^\s\\])*?))"
    rb"(?:\s+(?:\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*'|\((?:\\.|[^()\\])*\)))?\s*[)]",
    re.DOTALL,
)
_DEFINITION = re.compile(
    rb"^[ ]{0,3}\[(?!\^)(?:\\.|[^\[\]\\\n])+\]:[ \t]*(?:\r?\n[ \t]*)?(?:<(?P<angled>[^<>\n]*)>|(?P<bare>[^\s<]\S*))",
    re.MULTILINE,
)
_ATTRIBUTE = re.compile(rb"""\b(?:src|href)\s*=\s*(?:"(?P<double>[^"]*)"|'(?P<single>[^']*)')""", re.IGNORECASE)
_COMMENT = re.compile(rb"<!--.*?(?:-->|\Z)", re.DOTALL)
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")


@dataclass(frozen=True, slots=True)
class LinkTarget:
    """The bytes of a target, and what they mean once escapes are read."""

    start: int
    end: int
    meant: str


def find_link_targets(source: Source, body: Body) -> Iterator[LinkTarget]:
    """Every target in a body, in no order; text in code, comments, titles and labels is none."""
    for link in body.links:
        if (found := _inline_target(source.data, link)) is not None:
            yield found
    yield from _definition_targets(source.data, body)
    yield from _attribute_targets(source.data, body)


def _inline_target(data: bytes, link: Link) -> LinkTarget | None:
    """The target between the brackets of a link; None where it is a reference, whose definition holds the target."""
    openings = [match.start() for match in _TARGET_START.finditer(data, link.start, link.end)]
    for at in reversed(openings):
        match = _INLINE.fullmatch(data, at, link.end)
        if match is None:
            continue
        start, end = match.span("angled" if match["angled"] is not None else "bare")
        if _unescape(data[start:end]) == link.target:
            return LinkTarget(start, end, link.target)
    return None


def _definition_targets(data: bytes, body: Body) -> Iterator[LinkTarget]:
    kinds = {"code", "html", "paragraph", "heading"}
    spans = sorted((block.start, block.end) for block in body.blocks if block.kind in kinds)
    for match in _DEFINITION.finditer(data, body.root.start):
        index = bisect_right(spans, match.start(), key=lambda span: span[0]) - 1
        if index < 0 or match.start() >= spans[index][1]:
            start, end = match.span("angled" if match["angled"] is not None else "bare")
            yield LinkTarget(start, end, _unescape(data[start:end]))


def _attribute_targets(data: bytes, body: Body) -> Iterator[LinkTarget]:
    spans = {(block.start, block.end) for block in body.blocks if block.kind == "html"}
    spans |= {(part.start, part.end) for block in body.blocks for part in block.inlines if part.kind == "html"}
    for start, end in sorted(spans):
        hidden = [match.span() for match in _COMMENT.finditer(data, start, end)]
        for match in _ATTRIBUTE.finditer(data, start, end):
            if not any(first <= match.start() < last for first, last in hidden):
                at, until = match.span("double" if match["double"] is not None else "single")
                yield LinkTarget(at, until, html.unescape(data[at:until].decode("utf-8", "surrogateescape")))


def _unescape(written: bytes) -> str:
    return html.unescape(_ESCAPED.sub(r"\1", written.decode("utf-8", "surrogateescape")))


_EXTERNAL = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*:|//|/|#|\{|%7B|<%", re.IGNORECASE)
_DOCUMENTS = (".md", ".markdown", ".erb", ".html")
_MAX_BYTES = 20 * 1024 * 1024
_SAFE_CHARACTERS = "/:@!$*+,;=~"
"""What stays as it is in a target, wherever that stands: no brackets, quotes or ampersands."""


@dataclass(frozen=True)
class MovedLinks:
    """The changes of links, the files that come along by path in the library, and what the plan says."""

    changes: tuple[Edit, ...] = ()
    beside: Mapping[str, bytes] = field(default_factory=dict)
    plan_lines: tuple[PlanLine, ...] = ()


def move_links(
    one: DocumentSurvey, destination: Destination, body: Body, library: Library, targets: Mapping[Path, str]
) -> MovedLinks:
    """What the links of a document need so that they lead to the same from its new place.

    `targets` are the drafts that other documents become, by path in the library.
    """
    work = _LinkMover(one, destination, library, targets)
    changes = tuple(dict.fromkeys(work.changes(Source(one.data), body)))
    return MovedLinks(changes, work.beside, tuple(work.plan_lines))


class _LinkMover:
    def __init__(
        self, one: DocumentSurvey, destination: Destination, library: Library, targets: Mapping[Path, str]
    ) -> None:
        self.foreign, self.destination, self.root, self.targets = one.foreign, destination, library.root, targets
        self.folder = posixpath.dirname(destination.target)
        self.files_folder = f"{posixpath.splitext(posixpath.basename(destination.target))[0]}-files"
        self.beside: dict[str, bytes] = {}
        self.plan_lines: list[PlanLine] = []
        self.new_targets: dict[str, str | None] = {}

    def changes(self, source: Source, body: Body) -> Iterator[Edit]:
        for one in find_link_targets(source, body):
            if one.meant not in self.new_targets:
                self.new_targets[one.meant] = self._new_target(one.meant, source.line_of(one.start))
            there = self.new_targets[one.meant]
            if there is not None and there != one.meant:
                yield Edit(one.start, one.end, there)

    def _new_target(self, written: str, line: int) -> str | None:
        """How a link reads from the new place; None when it stays as it is."""
        bare = re.split(r"[?#]", written, maxsplit=1)[0]
        if not bare or _EXTERNAL.match(written):
            return None
        rest = written[len(bare) :]
        name = unquote(bare)
        if name in self.foreign.images:
            return self._copy(name, self.foreign.images[name], line) + rest
        full = Path(os.path.normpath(self.foreign.path.parent / name))
        target = self.targets.get(full)
        if target is None and full.is_relative_to(self.root):
            target = full.relative_to(self.root).as_posix()
        if target is not None:
            there = posixpath.relpath(target, self.folder or ".")
            if full not in self.targets and not os.path.lexists(full):
                self.plan_lines.append(leftover_line(f"link {written}", "leads to nothing, and did so before", line))
            elif there != posixpath.normpath(name):
                self.plan_lines.append(mapping_line(f"link {written}", f"reads {there} from the new place", line))
            return None if there == posixpath.normpath(name) else quote(there, safe=_SAFE_CHARACTERS) + rest
        around = _folder_around(self.foreign.path)
        near = full.relative_to(around).as_posix() if full.is_relative_to(around) else ".."
        if name.startswith("/") or path_fault(near):
            words = "leads far from the document, so it is not copied: put the file beside it, if it belongs to it"
            self.plan_lines.append(leftover_line(f"link {written}", words, line))
            return None
        data = _read_companion(around, near)
        if data is None:
            self.plan_lines.append(leftover_line(f"link {written}", "leads to nothing that could come along", line))
            return None
        return self._copy(full.name, data, line) + rest

    def _copy(self, name: str, data: bytes, line: int) -> str:
        name = posixpath.basename(name)
        stem, suffix = posixpath.splitext(name)
        path, count = posixpath.join(self.folder, self.files_folder, name), 1
        while self.beside.get(path, data) != data:
            count += 1
            path = posixpath.join(self.folder, self.files_folder, f"{stem}-{count}{suffix}")
        self.beside[path] = data
        self.plan_lines.append(mapping_line(f"file {name}", f"comes along as {path}", line))
        return quote(f"{self.files_folder}/{posixpath.basename(path)}", safe=_SAFE_CHARACTERS)


def _folder_around(document: Path) -> Path:
    """The folder with what a document may bring along: its repository, or the folder around its own.

    A text from elsewhere shall not fetch the keys and settings of whoever adopts it, be it through a symbolic link.
    """
    return next((folder for folder in document.parents if (folder / ".git").exists()), document.parent.parent)


def _read_companion(around: Path, path: str) -> bytes | None:
    """The bytes of a file that a document names; None when it is none that could come along."""
    if path.lower().endswith(_DOCUMENTS):
        return None
    try:
        data = read_file(around, path, _MAX_BYTES + 1)
    except OSError:
        return None
    return data if len(data) <= _MAX_BYTES else None


def find_broken_links(sop: Sop, library: Library, *, moved: bool) -> Iterator[PlanLine]:
    """Links of a draft that lead to nothing: within it, and for one that is changed in place to other files."""
    for target in dict.fromkeys(link.target for link in sop.body.links):
        path, _, anchor = target.partition("#")
        if not path and anchor and unquote(anchor) not in sop.anchors and anchor != "top":
            yield leftover_line(f"link {target}", "leads to no heading, and did so before")
        bare = unquote(path.partition("?")[0])
        if moved or not bare or _EXTERNAL.match(target):
            continue
        full = posixpath.normpath(posixpath.join(posixpath.dirname(sop.path), bare))
        if not full.startswith("..") and not library.exists(full):
            yield leftover_line(f"link {target}", "leads to nothing, and did so before")


_TEXT_BELOW = 80
"""Bytes below a heading by which it is known again."""

_NamedAnchor = tuple[str, bytes]


def find_changed_anchors(source: Source, body: Body, sop: Sop) -> Iterator[PlanLine]:
    """What the plan says of each anchor of a document that leads to another heading in its draft."""
    there: dict[_NamedAnchor, list[str]] = {}
    for anchor, named, _ in _read_anchors(sop.source, sop.body):
        there.setdefault(named, []).append(anchor)
    for anchor, named, line in _read_anchors(source, body):
        found = there.get(named, [])
        if found and anchor not in found:
            words = f"is #{found[0]} in the draft, where other headings have the same words; see what links to it"
            yield leftover_line(f"anchor #{anchor}", words, line)


def _read_anchors(source: Source, body: Body) -> Iterator[tuple[str, _NamedAnchor, int]]:
    """Each anchor, by the words of its heading and the text below it, and the line."""
    ends = (*(heading.start for heading in body.headings), len(source.data))[1:]
    for heading, anchor, end in zip(body.headings, heading_anchors(body.headings), ends, strict=True):
        below = source.data[heading.end : min(end, heading.end + _TEXT_BELOW)]
        yield anchor, (heading.text, b"".join(below.split())), source.line_of(heading.start)
