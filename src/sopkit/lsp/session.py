"""One editor's session: its open documents, and the libraries that contain them."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from lsprotocol import types
from pygls.uris import from_fs_path, to_fs_path

from sopkit.library import CONFIG_NAME, Library, register_path
from sopkit.lint.engine import LintOptions, lint
from sopkit.lsp.convert import Positions
from sopkit.lsp.library_cache import LibraryCache
from sopkit.lsp.outline import document_at
from sopkit.model.errors import SopkitError
from sopkit.model.finding import Finding, Severity
from sopkit.model.registers import REGISTERS
from sopkit.model.source import Source
from sopkit.parsing.config import read_config
from sopkit.reading import list_files, read_file

Span = tuple[int, int, int, int]
"""First line and column, last line and column, as the editor counts."""


@dataclass(frozen=True, slots=True)
class OpenDocument:
    """An open document. It is never changed: each edit gives another one."""

    uri: str
    path: Path
    version: int
    source: Source

    def edit(self, changes: Sequence[tuple[Span | None, str]], version: int, encoding: str) -> "OpenDocument":
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


_REGISTER_PATHS = frozenset(map(register_path, REGISTERS))

CONFIGURATION = "configuration"
"""Code of a finding about the configuration, which no rule makes."""

_CONFIG_LINE = re.compile(rf"{re.escape(CONFIG_NAME)}:(\d{{1,9}}): ")


def findings_in(library: Library, paths: Iterable[str]) -> dict[str, list[Finding]]:
    """The findings of each of the paths, by the rules that need no history, sorted."""
    found = {path: list[Finding]() for path in paths}
    report = lint(library, LintOptions(paths=tuple(found), tree_only=True))
    for finding in report.findings:
        if finding.path in found:
            found[finding.path].append(finding)
    return found


def configuration_findings(source: Source, error: SopkitError | None) -> list[Finding]:
    """The errors in the text of a configuration, or the error that prevented its use."""
    try:
        read_config(source.data, CONFIG_NAME)
    except SopkitError as mistake:
        error = mistake
    if error is None:
        return []
    line = _CONFIG_LINE.match(error.message)
    text = _CONFIG_LINE.sub("", error.message).removeprefix(f"{CONFIG_NAME}: ")
    words = f"{text}; {error.hint}" if error.hint else text
    place = source.line_place(int(line[1]) if line else 1)
    return [Finding(CONFIG_NAME, place, words, CONFIGURATION, Severity.ERROR)]


@dataclass(frozen=True, slots=True)
class FileView:
    """A file of a library with its positions, as a request needs them."""

    library: Library
    path: str
    positions: Positions

    @property
    def source(self) -> Source:
        """The text of the file."""
        return self.positions.source

    def offset(self, at: types.Position) -> int:
        """The byte at a position in the editor."""
        return self.positions.offset(at.line, at.character)


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
        self._last_findings: tuple[Library, str, tuple[Finding, ...]] | None = None

    def open(self, uri: str, version: int, text: str) -> None:
        """Add a document that the editor has opened."""
        path = path_of(uri)
        if path is not None:
            self.documents[uri] = OpenDocument(uri, path, version, Source(to_bytes(text)))

    def locate(self, uri: str) -> tuple[Path, str] | None:
        """The folder of the library that contains a file, open or not, and the path of the file in it."""
        document = self.documents.get(uri)
        path = document.path if document is not None else path_of(uri)
        return self.cache.locate(path) if path is not None else None

    def view(self, uri: str) -> FileView | None:
        """What is known of a file; None unless it is an SOP, a register or the configuration of a library."""
        location = self.locate(uri)
        library = self._library(location[0]) if location is not None else None
        if location is None or library is None:
            return None
        path = location[1]
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
        document = self._document(full)
        return document.uri if document is not None else from_fs_path(str(full)) or ""

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
            return Positions(Source(read_file(library.root, path)), self.encoding, from_editor=False)
        except OSError:
            return None

    def findings(self, view: FileView) -> tuple[Finding, ...]:
        """The findings in one file, worked out once for one state of the library; for the thread that lints."""
        known = self._last_findings
        if known is None or known[0] is not view.library or known[1] != view.path:
            known = (view.library, view.path, tuple(findings_in(view.library, (view.path,))[view.path]))
            self._last_findings = known
        return known[2]

    def unchecked_files(self, library: Library, folder: str) -> dict[str, Positions]:
        """The YAML files with ids that no rule reads: the configuration, and those in a folder of the library."""
        try:
            found = [path for path in list_files(library.root, folder) if path.endswith(".yaml")]
        except OSError:
            found = []
        paths = (CONFIG_NAME, *found)
        return {path: positions for path in paths if (positions := self.positions(library, path)) is not None}

    def check(self, uris: Iterable[str]) -> list[FileFindings]:
        """The findings in all open documents of the libraries in which one of these files lies, and of no library."""
        roots = {location[0] for uri in uris if (location := self.locate(uri)) is not None}
        documents = dict(self.documents)
        by_root = self._by_root(documents)
        self.cache.forget(by_root)
        checked = [file for root, paths in by_root.items() if root in roots for file in self._check(root, paths)]
        inside = {document.uri for paths in by_root.values() for document in paths.values()}
        outside = [document for uri, document in documents.items() if uri not in inside]
        return checked + [self._file(document, (), inside=False) for document in outside]

    def _file(self, document: OpenDocument, findings: Iterable[Finding], *, inside: bool = True) -> FileFindings:
        positions = Positions(document.source, self.encoding)
        return FileFindings(document.uri, document.version, tuple(findings), positions, inside)

    def _check(self, root: Path, paths: dict[str, OpenDocument]) -> Iterator[FileFindings]:
        library = self._library(root)
        checked = [path for path in paths if path != CONFIG_NAME]
        findings = findings_in(library, checked) if library is not None else {}
        for path in checked:
            known = library is not None and (path in library.by_path or path in _REGISTER_PATHS)
            yield self._file(paths[path], findings.get(path, ()), inside=known)
        # Why a configuration was not used is shown with the text on disk only.
        document, error = paths.get(CONFIG_NAME), self.cache.error(root)
        config_path = root / CONFIG_NAME
        try:
            saved = Source(read_file(root, CONFIG_NAME))
        except OSError:
            saved = Source(b"")
        if document is not None:
            error = error if document.source.data == saved.data else None
            yield self._file(document, configuration_findings(document.source, error))
        else:
            positions = Positions(saved, self.encoding, from_editor=False)
            found = tuple(configuration_findings(saved, error))
            yield FileFindings(from_fs_path(str(config_path)) or "", None, found, positions, inside=False)

    def _library(self, root: Path) -> Library | None:
        texts = {path: one.source.data for path, one in self._by_root(dict(self.documents)).get(root, {}).items()}
        texts.pop(CONFIG_NAME, None)  # counts once it is saved
        return self.cache.library(root, texts)

    def _by_root(self, documents: dict[str, OpenDocument]) -> dict[Path, dict[str, OpenDocument]]:
        found: dict[Path, dict[str, OpenDocument]] = {}
        for document in documents.values():
            if (location := self.cache.locate(document.path)) is not None:
                found.setdefault(location[0], {})[location[1]] = document
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
