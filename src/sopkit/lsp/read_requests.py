"""Hover, definitions, references, outline and symbols: requests that change nothing."""

from collections.abc import Iterable

from lsprotocol import types

from sopkit.analysis.references import Reference, ReferenceForm, definitions_of, reference_at, references_to
from sopkit.library import Library
from sopkit.lsp import convert
from sopkit.lsp.hover import hover_text, key_hover_text
from sopkit.lsp.outline import LibrarySymbol, document_at, outline_of_register, outline_of_sop, symbols
from sopkit.lsp.server import SopServer
from sopkit.lsp.session import Session
from sopkit.model.sop import Sop


def register(server: SopServer) -> None:
    """Answer what a reader asks."""
    session = server.session

    @server.feature(types.TEXT_DOCUMENT_HOVER)
    async def hover(params: types.HoverParams) -> types.Hover | None:
        return await server.answer(_hover, session, params.text_document.uri, params.position)

    @server.feature(types.TEXT_DOCUMENT_DEFINITION)
    async def definition(params: types.DefinitionParams) -> list[types.Location]:
        return await server.answer(_definition, session, params.text_document.uri, params.position)

    @server.feature(types.TEXT_DOCUMENT_REFERENCES)
    async def references(params: types.ReferenceParams) -> list[types.Location]:
        whole = params.context.include_declaration
        return await server.answer(_references, session, params.text_document.uri, params.position, whole)

    @server.feature(types.TEXT_DOCUMENT_DOCUMENT_SYMBOL)
    async def outline(params: types.DocumentSymbolParams) -> list[types.DocumentSymbol]:
        return await server.answer(_outline, session, params.text_document.uri)

    @server.feature(types.WORKSPACE_SYMBOL)
    async def ids(params: types.WorkspaceSymbolParams) -> list[types.SymbolInformation]:
        return await server.answer(_symbols, session, params.query)


def _reference_at(session: Session, uri: str, place: types.Position) -> tuple[Library, Reference] | None:
    view = session.view(uri)
    if view is None:
        return None
    found = reference_at(view.library, view.path, convert.offset(view.positions, place))
    return (view.library, found) if found is not None else None


def _hover(session: Session, uri: str, place: types.Position) -> types.Hover | None:
    view = session.view(uri)
    if view is None:
        return None
    offset = convert.offset(view.positions, place)
    found = reference_at(view.library, view.path, offset)
    words = hover_text(view.library, found.target) if found is not None else ""
    text = (words, found.start, found.end) if found is not None else key_hover_text(view.library, view.path, offset)
    if text is None or not text[0]:
        return None
    return types.Hover(types.MarkupContent(types.MarkupKind.Markdown, text[0]), convert.span(view.positions, *text[1:]))


def _definition(session: Session, uri: str, place: types.Position) -> list[types.Location]:
    found = _reference_at(session, uri, place)
    return _locations(session, found[0], definitions_of(found[0], found[1].target)) if found else []


def _references(session: Session, uri: str, place: types.Position, whole: bool) -> list[types.Location]:  # noqa: FBT001 - as the protocol has it
    found = _reference_at(session, uri, place)
    if found is None:
        return []
    library, one = found
    every = references_to(library, one.target)
    return _locations(session, library, (one for one in every if whole or one.form is not ReferenceForm.DEFINITION))


def _locations(session: Session, library: Library, found: Iterable[Reference]) -> list[types.Location]:
    return [place for one in found if (place := _location(session, library, one)) is not None]


def _location(session: Session, library: Library, one: Reference | LibrarySymbol) -> types.Location | None:
    positions = session.positions(library, one.path)
    if positions is None:
        return None
    return types.Location(session.uri(library, one.path), convert.span(positions, one.start, one.end))


def _outline(session: Session, uri: str) -> list[types.DocumentSymbol]:
    view = session.view(uri)
    if view is None:
        return []
    document = document_at(view.library, view.path)
    if document is None:
        return []
    parts = outline_of_sop(document) if isinstance(document, Sop) else outline_of_register(document)
    return [convert.symbol(part, view.positions) for part in parts]


def _symbols(session: Session, query: str) -> list[types.SymbolInformation]:
    return [
        types.SymbolInformation(place, one.name, convert.SYMBOL_KINDS[one.kind], container_name=one.title or None)
        for library in session.libraries()
        for one in symbols(library, query)
        if (place := _location(session, library, one)) is not None
    ]
