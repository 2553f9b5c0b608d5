"""Notifications: documents that are opened, edited, saved and closed, and files that change."""

import logging

from lsprotocol import types

from sopkit.library import CONFIG_NAME
from sopkit.lsp.server import SopServer
from sopkit.lsp.session import path_of

_log = logging.getLogger(__name__)
_WATCHED = ("**/*.md", "**/*.markdown", "**/registers/*.yaml", f"**/{CONFIG_NAME}", "**/controls/*.yaml")


def register(server: SopServer) -> None:
    """Take in what an editor tells of its documents."""
    _register_documents(server)
    _register_files(server)


def _register_documents(server: SopServer) -> None:
    session = server.session

    @server.feature(types.TEXT_DOCUMENT_DID_OPEN)
    def opened(params: types.DidOpenTextDocumentParams) -> None:
        document = params.text_document
        session.opened(document.uri, document.version, document.text)
        server.recheck(document.uri, 0)

    @server.feature(types.TEXT_DOCUMENT_DID_CHANGE)
    def edited(params: types.DidChangeTextDocumentParams) -> None:
        uri = params.text_document.uri
        document = session.documents.get(uri)
        if document is None:
            _log.warning("edit of a document that is not open: %s", uri)
            return
        changes = [(_span(change), change.text) for change in params.content_changes]
        session.documents[uri] = document.changed(changes, params.text_document.version, session.encoding)
        server.recheck(uri)

    @server.feature(types.TEXT_DOCUMENT_DID_SAVE)
    def saved(params: types.DidSaveTextDocumentParams) -> None:
        _on_written(server, params.text_document.uri)

    @server.feature(types.TEXT_DOCUMENT_DID_CLOSE)
    def closed(params: types.DidCloseTextDocumentParams) -> None:
        uri = params.text_document.uri
        if session.documents.pop(uri, None) is not None:
            server.take_back(uri)
            server.recheck(uri)


def _register_files(server: SopServer) -> None:
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
    def changed(params: types.DidChangeWatchedFilesParams) -> None:
        for change in params.changes:
            if change.type is types.FileChangeType.Changed:
                _on_written(server, change.uri)
            else:
                _on_created_or_deleted(server, change.uri)

    @server.feature(types.WORKSPACE_DID_CHANGE_CONFIGURATION)
    def ignored(params: types.DidChangeConfigurationParams) -> None:
        del params  # everything that can be set stands in sopkit.toml


def _on_written(server: SopServer, uri: str) -> None:
    home = server.session.home(uri)
    if home is not None:
        root, path = home
        if path.startswith("controls/"):
            server.session.cache.changed(root)
        else:
            server.session.cache.saved(root, path)
        server.recheck(uri)


def _on_created_or_deleted(server: SopServer, uri: str) -> None:
    """A file is new or gone. The library of one that is gone, its configuration even, is that of its neighbours."""
    home = server.session.home(uri)
    if home is not None:
        server.session.cache.changed(home[0])
    path = path_of(uri)
    for other in [*server.session.documents] if path is not None and path.name == CONFIG_NAME else [uri]:
        server.recheck(other)


def _span(change: types.TextDocumentContentChangeEvent) -> tuple[int, int, int, int] | None:
    if isinstance(change, types.TextDocumentContentChangeWholeDocument) or change.range is None:
        return None
    start, end = change.range.start, change.range.end
    return start.line, start.character, end.line, end.character
