"""The server as editors see it: documents in, diagnostics out, and the threads in which requests are answered."""

import asyncio
import logging
from collections.abc import Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any, TypeVar

from lsprotocol import types
from pygls.exceptions import JsonRpcException
from pygls.lsp.server import LanguageServer
from pygls.protocol import LanguageServerProtocol, default_converter
from pygls.protocol.language_server import lsp_method

from sopkit import __version__
from sopkit.library import CONFIG_NAME
from sopkit.lsp import convert
from sopkit.lsp.session import Session, path_of

_log = logging.getLogger(__name__)
_RECHECK_DELAY = 0.12  # seconds without an edit before findings are worked out
_WATCHED = ("**/*.md", "**/*.markdown", "**/registers/*.yaml", f"**/{CONFIG_NAME}", "**/controls/*.yaml")
Params = TypeVar("Params")
Answer = TypeVar("Answer")


class _Protocol(LanguageServerProtocol):
    """The protocol, with the text of documents kept by the session: pygls ends lines where editors do not."""

    @lsp_method(types.TEXT_DOCUMENT_DID_OPEN)
    def lsp_text_document__did_open(self, params: types.DidOpenTextDocumentParams) -> Generator[Any, Any, None]:
        yield self.fm.features[types.TEXT_DOCUMENT_DID_OPEN], (params,), None

    @lsp_method(types.TEXT_DOCUMENT_DID_CHANGE)
    def lsp_text_document__did_change(self, params: types.DidChangeTextDocumentParams) -> Generator[Any, Any, None]:
        yield self.fm.features[types.TEXT_DOCUMENT_DID_CHANGE], (params,), None

    @lsp_method(types.TEXT_DOCUMENT_DID_CLOSE)
    def lsp_text_document__did_close(self, params: types.DidCloseTextDocumentParams) -> Generator[Any, Any, None]:
        yield self.fm.features[types.TEXT_DOCUMENT_DID_CLOSE], (params,), None

    def structure_message(self, data: dict[str, Any]) -> Any:  # noqa: ANN401 - as pygls has it
        """The message in JSON; a request that cannot be read is refused, where pygls would never answer it."""
        try:
            return super().structure_message(data)
        except JsonRpcException as error:
            if isinstance(data.get("id"), int | str) and "method" in data:
                self._send_response(data["id"], error=error.to_response_error())
            raise


class SopServer(LanguageServer):
    """One session with one editor. Edits are taken in at once; what takes longer is done in other threads."""

    def __init__(self, today: Callable[[str], date]) -> None:
        super().__init__("sopkit", __version__, protocol_cls=_Protocol, converter_factory=default_converter)
        self.session = Session(today)
        self._linting = ThreadPoolExecutor(1, "lint")
        self._answering = ThreadPoolExecutor(2, "answer")  # what names a role in thousands of SOPs takes seconds
        self._stale: set[str] = set()
        self._shown: set[str] = set()
        self._timer: asyncio.TimerHandle | None = None
        self._checking: asyncio.Task[None] | None = None

    @property
    def shut_down(self) -> bool:
        """Whether the editor has sent the shutdown request."""
        return self.protocol._shutdown  # noqa: SLF001 - pygls has no other way to tell

    def report_server_error(self, error: Exception, source: object) -> None:
        """Log the error only, because authors of SOPs cannot fix it."""
        _log.error("%s: %s", source, error)

    def answer(
        self,
        method: str,
        work: Callable[["SopServer", Params], Answer],
        options: object = None,
        *,
        uses_lint: bool = False,
    ) -> None:
        """Answer the requests of a method with what `work` returns; edits come in meanwhile.

        What lints is done in one thread alone, because it frees what it has read.
        """
        threads = self._linting if uses_lint else self._answering

        @self.feature(method, options)
        async def handle(params: Params) -> Answer:
            return await asyncio.get_running_loop().run_in_executor(threads, work, self, params)

    def recheck(self, uri: str, pause: float = _RECHECK_DELAY) -> None:
        """Work out the findings anew, after a pause in which nothing else is typed."""
        self._stale.add(uri)
        if self._timer is not None:
            self._timer.cancel()
        self._timer = asyncio.get_running_loop().call_later(pause, self._start_check)

    def _start_check(self) -> None:
        if self._checking is None or self._checking.done():
            self._checking = asyncio.create_task(self._check())

    async def _check(self) -> None:
        """Publish the findings of each document, unless it was edited meanwhile or belongs to no library."""
        while self._stale:
            uris, self._stale = self._stale, set()
            loop = asyncio.get_running_loop()
            try:
                checked = await loop.run_in_executor(self._linting, self.session.check, uris)
            except OSError as error:  # the library was removed in the middle
                _log.warning("%s", error)
                continue
            for file in checked:
                is_shown = file.findings or file.inside or file.uri in self._shown
                if file.version == self.session.version(file.uri) and is_shown:
                    found = [convert.diagnostic(finding, file.positions) for finding in file.findings]
                    self._publish(types.PublishDiagnosticsParams(file.uri, found, file.version))

    def _publish(self, params: types.PublishDiagnosticsParams) -> None:
        self.text_document_publish_diagnostics(params)
        if params.diagnostics:
            self._shown.add(params.uri)
        else:
            self._shown.discard(params.uri)

    def clear_findings(self, uri: str) -> None:
        """Show nothing for a document that was closed."""
        if uri in self._shown:
            self._publish(types.PublishDiagnosticsParams(uri, []))


def register_documents(server: SopServer) -> None:
    """Follow the documents of the editor: opened, edited, saved, closed."""
    session = server.session

    @server.feature(types.TEXT_DOCUMENT_DID_OPEN)
    def open_document(params: types.DidOpenTextDocumentParams) -> None:
        document = params.text_document
        session.open(document.uri, document.version, document.text)
        server.recheck(document.uri, 0)

    @server.feature(types.TEXT_DOCUMENT_DID_CHANGE)
    def edit_document(params: types.DidChangeTextDocumentParams) -> None:
        uri = params.text_document.uri
        document = session.documents.get(uri)
        if document is None:
            _log.warning("edit of a document that is not open: %s", uri)
            return
        changes = [(_span(change), change.text) for change in params.content_changes]
        session.documents[uri] = document.edit(changes, params.text_document.version, session.encoding)
        server.recheck(uri)

    @server.feature(types.TEXT_DOCUMENT_DID_SAVE)
    def save_document(params: types.DidSaveTextDocumentParams) -> None:
        _on_written(server, params.text_document.uri)

    @server.feature(types.TEXT_DOCUMENT_DID_CLOSE)
    def close_document(params: types.DidCloseTextDocumentParams) -> None:
        uri = params.text_document.uri
        if session.documents.pop(uri, None) is not None:
            server.clear_findings(uri)
            server.recheck(uri)


def register_files(server: SopServer) -> None:
    """Follow the files of the libraries: created, changed, deleted."""
    session = server.session

    @server.feature(types.INITIALIZE)
    def initialize(params: types.InitializeParams) -> None:
        del params
        session.encoding = str(getattr(server.workspace.position_encoding, "value", server.workspace.position_encoding))

    @server.feature(types.INITIALIZED)
    async def initialized(params: types.InitializedParams) -> None:
        del params
        files = getattr(server.client_capabilities.workspace, "did_change_watched_files", None)
        if files is None or not files.dynamic_registration:
            return
        watchers = [types.FileSystemWatcher(glob_pattern=glob) for glob in _WATCHED]
        options = types.DidChangeWatchedFilesRegistrationOptions(watchers)
        one = types.Registration("files", types.WORKSPACE_DID_CHANGE_WATCHED_FILES, options)
        await server.client_register_capability_async(types.RegistrationParams([one]))

    @server.feature(types.WORKSPACE_DID_CHANGE_WATCHED_FILES)
    def follow_files(params: types.DidChangeWatchedFilesParams) -> None:
        for change in params.changes:
            if change.type is types.FileChangeType.Changed:
                _on_written(server, change.uri)
                continue
            # The library of a deleted file, its configuration even, is that of its neighbours.
            location, path = session.locate(change.uri), path_of(change.uri)
            if location is not None:
                session.cache.invalidate(location[0])
            for uri in [*session.documents] if path is not None and path.name == CONFIG_NAME else [change.uri]:
                server.recheck(uri)

    @server.feature(types.WORKSPACE_DID_CHANGE_CONFIGURATION)
    def ignore_settings(params: types.DidChangeConfigurationParams) -> None:
        del params  # every setting is in sopkit.toml


def _on_written(server: SopServer, uri: str) -> None:
    location = server.session.locate(uri)
    if location is not None:
        root, path = location
        if path.startswith("controls/"):
            server.session.cache.invalidate(root)
        else:
            server.session.cache.reread(root, path)
        server.recheck(uri)


def _span(change: types.TextDocumentContentChangeEvent) -> tuple[int, int, int, int] | None:
    if isinstance(change, types.TextDocumentContentChangeWholeDocument) or change.range is None:
        return None
    start, end = change.range.start, change.range.end
    return start.line, start.character, end.line, end.character
