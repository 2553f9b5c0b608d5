"""A real editor's side: pygls' client, which talks to a server in a thread of its own, or to the process `sopkit lsp`.

A process costs most of a second, so only tests of the process itself ask for one.
"""

import asyncio
import os
import socket
import sys
from collections.abc import AsyncIterator, Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from datetime import date
from pathlib import Path
from threading import Thread
from typing import Any, BinaryIO, TypeVar, cast

from lsprotocol import types
from pygls.io_ import run_async
from pygls.lsp.client import LanguageClient
from pygls.protocol import LanguageServerProtocol, default_converter

from sopkit.lsp import edit_requests, read_requests
from sopkit.lsp.server import SopServer, register_documents, register_files

Answer = TypeVar("Answer")
WAIT = 30
AS_OF = date(2026, 11, 24)
COMMAND = (sys.executable, "-m", "sopkit", "lsp", "--as-of", str(AS_OF))


class Editor:
    """Opens documents, types into them, and reads what the server says."""

    def __init__(self, client: LanguageClient) -> None:
        self.client = client
        self.texts: dict[str, str] = {}
        self.versions: dict[str, int] = {}
        self.published: dict[str, types.PublishDiagnosticsParams] = {}
        self.registered: list[types.Registration] = []
        self.news = asyncio.Event()
        self.capabilities: types.ServerCapabilities

    async def open(self, path: Path, text: str | None = None) -> str:
        uri = path.as_uri()
        if text is None:
            text = path.read_bytes().decode("utf-8-sig")  # noqa: ASYNC240 - a small file
        self.texts[uri], self.versions[uri] = text, 1
        self.client.text_document_did_open(
            types.DidOpenTextDocumentParams(types.TextDocumentItem(uri, "markdown", 1, text))
        )
        return uri

    async def type(self, uri: str, old: str, new: str) -> None:
        """Replaces the first `old` in a document, told as a range in UTF-16."""
        text = self.texts[uri]
        at = text.index(old)
        self.texts[uri] = text[:at] + new + text[at + len(old) :]
        span = types.Range(place(text, at), place(text, at + len(old)))
        self.change(uri, types.TextDocumentContentChangePartial(span, new))

    def change(self, uri: str, *changes: types.TextDocumentContentChangeEvent) -> None:
        self.versions[uri] += 1
        identifier = types.VersionedTextDocumentIdentifier(self.versions[uri], uri)
        self.client.text_document_did_change(types.DidChangeTextDocumentParams(identifier, list(changes)))

    async def findings(self, uri: str) -> list[types.Diagnostic]:
        """What is shown for the version that was typed last."""
        await self.until(lambda: uri in self.published and self.published[uri].version == self.versions.get(uri))
        return list(self.published[uri].diagnostics)

    async def until(self, done: Callable[[], bool]) -> None:
        async def wait() -> None:
            while not done():
                self.news.clear()
                await self.news.wait()

        await asyncio.wait_for(wait(), WAIT)

    def at(self, uri: str, words: str, offset: int = 1) -> dict[str, Any]:
        """The document and a place in it, one character into the first such words."""
        text = self.texts[uri]
        return {
            "text_document": types.TextDocumentIdentifier(uri),
            "position": place(text, text.index(words) + offset),
        }

    async def hover(self, uri: str, words: str) -> str:
        hover = await self.client.text_document_hover_async(types.HoverParams(**self.at(uri, words)))
        assert hover is None or isinstance(hover.contents, types.MarkupContent)
        return hover.contents.value if hover is not None else ""


def place(text: str, at: int) -> types.Position:
    """A character of a text as an editor counts it: lines end at LF, CRLF and CR, columns are in UTF-16."""
    lines = text[:at].replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return types.Position(len(lines) - 1, len(lines[-1].encode("utf-16-le")) // 2)


@asynccontextmanager
async def editing(
    folder: Path,
    *,
    encodings: tuple[str, ...] = (),
    watches: bool = True,
    changes: bool = True,
    process: bool = False,
) -> AsyncIterator[Editor]:
    """An editor with a server of its own, which is shut down in the end: in a thread, or in a process."""
    client = LanguageClient(
        protocol_cls=LanguageServerProtocol, converter_factory=default_converter, name="test", version="1"
    )
    editor = Editor(client)

    @client.feature(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)
    def published(params: types.PublishDiagnosticsParams) -> None:
        editor.published[params.uri] = params
        editor.news.set()

    @client.feature(types.CLIENT_REGISTER_CAPABILITY)
    def registered(params: types.RegistrationParams) -> None:
        editor.registered += params.registrations
        editor.news.set()

    if process:
        await client.start_io(*COMMAND, env=dict(os.environ))
    else:
        await _start_thread(client)
    general = types.GeneralClientCapabilities(
        position_encodings=[types.PositionEncodingKind(name) for name in encodings] or None
    )
    document = types.TextDocumentClientCapabilities(rename=types.RenameClientCapabilities(prepare_support=True))
    workspace = types.WorkspaceClientCapabilities(
        workspace_edit=types.WorkspaceEditClientCapabilities(
            document_changes=changes, resource_operations=[types.ResourceOperationKind.Rename]
        ),
        did_change_watched_files=types.DidChangeWatchedFilesClientCapabilities(dynamic_registration=watches),
    )
    begun = await client.initialize_async(
        types.InitializeParams(
            types.ClientCapabilities(general=general, workspace=workspace, text_document=document),
            root_uri=folder.as_uri(),
            process_id=os.getpid(),
        )
    )
    editor.capabilities = begun.capabilities
    client.initialized(types.InitializedParams())
    try:
        yield editor
    finally:
        await asyncio.wait_for(client.shutdown_async(None), WAIT)
        client.exit(None)
        await asyncio.wait_for(client.stop(), WAIT)


class _EagerServer(SopServer):
    """A server that waits less long for one who types."""

    def recheck(self, uri: str, pause: float = 0.02) -> None:
        super().recheck(uri, pause)


async def _start_thread(client: LanguageClient) -> None:
    """Connect the client to a server in this process, set up as `sopkit.lsp.stdio` does it."""
    ours, theirs = socket.socketpair()

    def serve() -> None:
        server = _EagerServer(lambda _: AS_OF)
        for register in (register_documents, register_files, read_requests.register, edit_requests.register):
            register(server)
        with theirs, theirs.makefile("rb") as given, theirs.makefile("wb") as told:
            server.start_io(cast("BinaryIO", given), cast("BinaryIO", told))

    async def listen() -> None:
        reader, writer = await asyncio.open_connection(sock=ours)
        client.protocol.set_writer(writer)
        connected.set()
        await run_async(client._stop_event, reader, client.protocol)
        writer.close()
        await asyncio.to_thread(thread.join, WAIT)
        assert not thread.is_alive()

    connected = asyncio.Event()
    thread = Thread(target=serve, name="server", daemon=True)
    thread.start()
    client._async_tasks.append(asyncio.create_task(listen()))
    await connected.wait()


def session(work: Coroutine[Any, Any, Answer]) -> Answer:
    """Run the whole of one session, in a thread of its own: a browser of other tests may have this one's event loop."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, work).result()
