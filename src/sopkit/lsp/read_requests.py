"""Hover, definitions, references, outline and symbols: requests that change nothing."""

from lsprotocol import types

from sopkit.analysis.references import Reference, ReferenceForm, definitions_of, reference_at, references_to
from sopkit.library import Library
from sopkit.lsp import convert
from sopkit.lsp.hover import hover_text, key_hover_text
from sopkit.lsp.outline import outline_of_register, outline_of_sop, symbols
from sopkit.lsp.server import SopServer
from sopkit.lsp.session import Session


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
    said = (words, found.start, found.end) if found is not None else key_hover_text(view.library, view.path, offset)
    if said is None or not said[0]:
        return None
    return types.Hover(types.MarkupContent(types.MarkupKind.Markdown, said[0]), convert.span(view.positions, *said[1:]))


def _definition(session: Session, uri: str, place: types.Position) -> list[types.Location]:
    found = _reference_at(session, uri, place)
    return list(_locations(session, found[0], definitions_of(found[0], found[1].target))) if found else []


def _references(session: Session, uri: str, place: types.Position, whole: bool) -> list[types.Location]:  # noqa: FBT001 - as the protocol has it
    found = _reference_at(session, uri, place)
    if found is None:
        return []
    library, one = found
    every = references_to(library, one.target)
    return _locations(
        session, library, tuple(one for one in every if whole or one.form is not ReferenceForm.DEFINITION)
    )


def _locations(session: Session, library: Library, found: tuple[Reference, ...]) -> list[types.Location]:
    places = []
    for one in found:
        positions = session.positions(library, one.path)
        if positions is not None:
            places.append(convert.location(session.uri(library, one.path), positions, one))
    return places


def _outline(session: Session, uri: str) -> list[types.DocumentSymbol]:
    view = session.view(uri)
    if view is None:
        return []
    sop = view.library.by_path.get(view.path)
    register = next((one for one in view.library.registers.values() if one.path == view.path), None)
    parts = outline_of_sop(sop) if sop is not None else outline_of_register(register) if register is not None else ()
    return [convert.symbol(part, view.positions) for part in parts]


def _symbols(session: Session, query: str) -> list[types.SymbolInformation]:
    found = []
    for library in session.libraries():
        for one in symbols(library, query):
            positions = session.positions(library, one.path)
            if positions is not None:
                place = types.Location(session.uri(library, one.path), convert.span(positions, one.start, one.end))
                found.append(
                    types.SymbolInformation(
                        place, one.name, convert.symbol_kind(one.kind), container_name=one.title or None
                    )
                )
    return found
