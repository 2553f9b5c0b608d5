"""One editor's session: its open documents, and the libraries that contain them."""

import logging
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from pygls.uris import from_fs_path, to_fs_path

from sopkit.library import CONFIG_NAME, Library, register_path
from sopkit.lsp.convert import Positions
from sopkit.lsp.diagnostics import configuration_findings, findings_in
from sopkit.lsp.library_cache import LibraryCache
from sopkit.lsp.outline import document_at
from sopkit.model.finding import Finding
from sopkit.model.registers import REGISTERS
from sopkit.model.source import Source

Span = tuple[int, int, int, int]
"""First line and column, last line and column, as the editor counts."""


@dataclass(frozen=True, slots=True)
class OpenDocument:
    """An open document. It is never changed: each edit gives another one."""

    uri: str
    path: Path
    version: int
    source: Source

    def changed(self, changes: Sequence[tuple[Span | None, str]], version: int, encoding: str) -> "OpenDocument":
        """The document after edits, each of which counts from the one before; one without a span is the whole text."""
        source = self.source
        for span, text in changes:
            written = to_bytes(text)
            if span is not None:
                at = Positions(source, encoding)
                start, end = at.offset(*span[:2]), at.offset(*span[2:])
                start, end = min(start, end), max(start, end)
                written = source.data[:start] + written + source.data[end:]
            source = Source(written)
        return replace(self, version=version, source=source)


def to_bytes(text: str) -> bytes:
    """The bytes of a text from the editor; half a character, which JSON can hold, becomes a question mark."""
    return text.encode("utf-8", "replace")


_log = logging.getLogger(__name__)
_REGISTER_PATHS = frozenset(map(register_path, REGISTERS))


@dataclass(frozen=True, slots=True)
class FileView:
    """A file of a library with everything that is needed to answer for it."""

    library: Library
    path: str
    positions: Positions

    @property
    def source(self) -> Source:
        """The text of the file."""
        return self.positions.source


@dataclass(frozen=True, slots=True)
class FileFindings:
    """The findings in one file, whose version is None when it is not open; `inside` a library none is an answer."""

    uri: str
    version: int | None
    findings: tuple[Finding, ...]
    positions: Positions
    inside: bool = True


class Session:
    """Documents come and go in one thread; every other method may be called from any."""

    def __init__(self, today: Callable[[str], date]) -> None:
        self.encoding = "utf-16"
        self.cache = LibraryCache(today)
        self.documents: dict[str, OpenDocument] = {}
        self._found: tuple[Library, str, tuple[Finding, ...]] | None = None

    def opened(self, uri: str, version: int, text: str) -> None:
        """An editor shows a document."""
        path = path_of(uri)
        if path is not None:
            self.documents[uri] = OpenDocument(uri, path, version, Source(to_bytes(text)))

    def home(self, uri: str) -> tuple[Path, str] | None:
        """The library's folder and the path in it of a file, open or not."""
        document = self.documents.get(uri)
        path = document.path if document is not None else path_of(uri)
        return self.cache.home(path) if path is not None else None

    def view(self, uri: str) -> FileView | None:
        """What is known of a file; None unless it is an SOP, a register or the configuration of a library."""
        home = self.home(uri)
        library = self._library(home[0]) if home is not None else None
        if home is None or library is None:
            return None
        path = home[1]
        if path not in library.by_path and path not in _REGISTER_PATHS and path != CONFIG_NAME:
            return None
        positions = self.positions(library, path)
        return FileView(library, path, positions) if positions is not None else None

    def libraries(self) -> Iterator[Library]:
        """The libraries of the open documents."""
        for root in self._by_root(self.documents):
            if (library := self._library(root)) is not None:
                yield library

    def uri(self, library: Library, path: str) -> str:
        """The address of a file, as the editor wrote it when it is open."""
        full = library.root / path
        known = next((one.uri for one in [*self.documents.values()] if one.path == full), None)
        return known or from_fs_path(str(full)) or ""

    def version(self, uri: str) -> int | None:
        """The version of an open document."""
        document = self.documents.get(uri)
        return document.version if document is not None else None

    def positions(self, library: Library, path: str) -> Positions | None:
        """The way to and from the bytes of a file; None when it cannot be read."""
        if (document := self._document(library.root / path)) is not None:
            return Positions(document.source, self.encoding)
        if (known := document_at(library, path)) is not None:
            return Positions(known.source, self.encoding, from_editor=False)
        try:
            return Positions(Source((library.root / path).read_bytes()), self.encoding, from_editor=False)
        except OSError:
            return None

    def findings(self, view: FileView) -> tuple[Finding, ...]:
        """The findings in one file, worked out once for one state of the library; for the thread that lints."""
        known = self._found
        if known is None or known[0] is not view.library or known[1] != view.path:
            known = (view.library, view.path, tuple(findings_in(view.library, (view.path,))[view.path]))
            self._found = known
        return known[2]

    def others(self, library: Library, folder: str) -> dict[str, Positions]:
        """The files of a library that name ids and that no rule reads: the configuration, and those of a folder."""
        try:
            names = sorted(entry.name for entry in os.scandir(library.root / folder) if entry.name.endswith(".yaml"))
        except OSError:
            names = []
        paths = (CONFIG_NAME, *(f"{folder}/{name}" for name in names))
        found = ((path, self.positions(library, path)) for path in paths)
        return {path: positions for path, positions in found if positions is not None}

    def check(self, uris: Iterable[str]) -> list[FileFindings]:
        """The findings in all open documents of the libraries in which one of these files lies, and of no library."""
        roots = {home[0] for uri in uris if (home := self.home(uri)) is not None}
        documents = dict(self.documents)
        by_root = self._by_root(documents)
        self.cache.forget(by_root)
        found: list[FileFindings] = []
        for root, paths in by_root.items():
            if root in roots:
                found += self._check(root, paths)
        inside = {document.uri for paths in by_root.values() for document in paths.values()}
        for uri, document in documents.items():
            if uri not in inside:
                positions = Positions(document.source, self.encoding)
                found.append(FileFindings(uri, document.version, (), positions, inside=False))
        return found

    def _check(self, root: Path, paths: dict[str, OpenDocument]) -> Iterator[FileFindings]:
        library = self._library(root)
        findings: dict[str, list[Finding]] = {}
        if library is not None:
            findings = findings_in(library, [path for path in paths if path != CONFIG_NAME])
        for path, document in paths.items():
            if path != CONFIG_NAME:
                known = library is not None and (path in library.by_path or path in _REGISTER_PATHS)
                positions = Positions(document.source, self.encoding)
                some = tuple(findings.get(path, ()))
                yield FileFindings(document.uri, document.version, some, positions, inside=known)
        yield self._configuration(root, paths.get(CONFIG_NAME))

    def _configuration(self, root: Path, document: OpenDocument | None) -> FileFindings:
        """What is wrong with a configuration; why it was not used is told of the text on disk only."""
        path = root / CONFIG_NAME
        try:
            saved = Source(path.read_bytes())
        except OSError:
            saved = Source(b"")
        if document is None:
            found = configuration_findings(saved, self.cache.error(root))
            positions = Positions(saved, self.encoding, from_editor=False)
            return FileFindings(from_fs_path(str(path)) or "", None, tuple(found), positions, inside=False)
        error = self.cache.error(root) if document.source.data == saved.data else None
        found = configuration_findings(document.source, error)
        positions = Positions(document.source, self.encoding)
        return FileFindings(document.uri, document.version, tuple(found), positions)

    def _library(self, root: Path) -> Library | None:
        texts = {path: one.source.data for path, one in self._by_root(dict(self.documents)).get(root, {}).items()}
        texts.pop(CONFIG_NAME, None)  # counts once it is saved
        return self.cache.library(root, texts)

    def _by_root(self, documents: dict[str, OpenDocument]) -> dict[Path, dict[str, OpenDocument]]:
        found: dict[Path, dict[str, OpenDocument]] = {}
        for document in documents.values():
            if (home := self.cache.home(document.path)) is not None:
                found.setdefault(home[0], {})[home[1]] = document
        return found

    def _document(self, path: Path) -> OpenDocument | None:
        return next((one for one in [*self.documents.values()] if one.path == path), None)


def path_of(uri: str) -> Path | None:
    """The file that an address means; None for one that is no file, such as a new document without a name."""
    try:
        path = to_fs_path(uri)
    except ValueError:
        return None
    return Path(path) if path and "\0" not in path else None
