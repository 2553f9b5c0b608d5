"""The server as editors see it: documents in, diagnostics out, and which function handles which request."""

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
from sopkit.lsp import convert
from sopkit.lsp.session import FileFindings, Session

_log = logging.getLogger(__name__)
_RECHECK_DELAY = 0.12  # seconds without an edit before findings are worked out
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
        """Whether the editor said that it would leave."""
        return self.protocol._shutdown  # noqa: SLF001 - pygls has no other way to tell

    def report_server_error(self, error: Exception, source: object) -> None:
        """To the log alone: nobody who writes an SOP can do anything about it."""
        _log.error("%s: %s", source, error)

    async def answer(self, work: Callable[..., Answer], *given: Any) -> Answer:  # noqa: ANN401 - what the work takes
        """What a request is answered with, worked out while edits come in; one in the queue can be cancelled."""
        return await asyncio.get_running_loop().run_in_executor(self._answering, work, *given)

    async def lint(self, work: Callable[..., Answer], *given: Any) -> Answer:  # noqa: ANN401 - what the work takes
        """As `answer`, for what lints: that is done in one thread alone, because it frees what it has read."""
        return await asyncio.get_running_loop().run_in_executor(self._linting, work, *given)

    def recheck(self, uri: str, pause: float = _RECHECK_DELAY) -> None:
        """Work out the findings anew, after a pause in which nothing else is typed."""
        self._stale.add(uri)
        if self._timer is not None:
            self._timer.cancel()
        self._timer = asyncio.get_running_loop().call_later(pause, self._begin)

    def _begin(self) -> None:
        if self._checking is None or self._checking.done():
            self._checking = asyncio.create_task(self._check())

    async def _check(self) -> None:
        while self._stale:
            uris, self._stale = self._stale, set()
            loop = asyncio.get_running_loop()
            try:
                checked = await loop.run_in_executor(self._linting, self.session.check, uris)
            except OSError as error:  # the library went away in the middle
                _log.warning("%s", error)
                continue
            for one in checked:
                self._show(one)

    def _show(self, checked: FileFindings) -> None:
        """Publish the findings of one document, unless it was edited meanwhile or is none of ours."""
        if checked.version != self.session.version(checked.uri):
            return
        if not checked.findings and not checked.inside and checked.uri not in self._shown:
            return
        diagnostics = [convert.diagnostic(finding, checked.positions) for finding in checked.findings]
        self.text_document_publish_diagnostics(
            types.PublishDiagnosticsParams(checked.uri, diagnostics, checked.version)
        )
        if diagnostics:
            self._shown.add(checked.uri)
        else:
            self._shown.discard(checked.uri)

    def take_back(self, uri: str) -> None:
        """Show nothing for a document that was closed."""
        if uri in self._shown:
            self._shown.discard(uri)
            self.text_document_publish_diagnostics(types.PublishDiagnosticsParams(uri, []))
