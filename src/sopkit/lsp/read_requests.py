"""Hover, definitions, references, outline and symbols: requests that change nothing."""

from collections.abc import Callable, Iterable, Iterator
from functools import partial

from lsprotocol import types

from sopkit.analysis.references import (
    ANCHORS,
    CONTROLS,
    Reference,
    ReferenceForm,
    ReferenceTarget,
    definitions_of,
    reference_at,
    references_to,
)
from sopkit.library import Library
from sopkit.lsp import convert
from sopkit.lsp.outline import LibrarySymbol, document_at, outline_of_register, outline_of_sop, symbols
from sopkit.lsp.schema import keys_at, schema_of
from sopkit.lsp.server import SopServer
from sopkit.lsp.session import Session
from sopkit.model.control_views import describe_control
from sopkit.model.registers import SOP_TARGET, Role, RowModel
from sopkit.model.sop import Sop
from sopkit.tables.escape import escape_markdown

_KIND_WORDS = {
    "roles": "role", "people": "person", "policies": "policy", "assets": "asset", "risks": "risk", "vendors": "vendor",
    "exceptions": "exception", "external": "document of others", "actions": "corrective action",
}  # fmt: skip
_HOVER_COLUMNS = (
    *("owner", "kind", "classification", "criticality", "treatment", "tier"),
    *("publisher", "edition", "sop", "until"),
)
_MAX_SOPS = 8


def register(server: SopServer) -> None:
    """Answer the requests of a reader."""
    server.answer(types.TEXT_DOCUMENT_HOVER, _hover)
    server.answer(types.TEXT_DOCUMENT_DEFINITION, partial(_locations, find=definitions_of))
    server.answer(types.TEXT_DOCUMENT_REFERENCES, _references)
    server.answer(types.TEXT_DOCUMENT_DOCUMENT_SYMBOL, _outline)
    server.answer(types.WORKSPACE_SYMBOL, _symbols)


def _hover(server: SopServer, params: types.HoverParams) -> types.Hover | None:
    view = server.session.view(params.text_document.uri)
    if view is None:
        return None
    offset = view.offset(params.position)
    found = reference_at(view.library, view.path, offset)
    words = hover_text(view.library, found.target) if found is not None else ""
    text = (words, found.start, found.end) if found is not None else key_hover_text(view.library, view.path, offset)
    if text is None or not text[0]:
        return None
    return types.Hover(types.MarkupContent(types.MarkupKind.Markdown, text[0]), convert.span(view.positions, *text[1:]))


def _references(server: SopServer, params: types.ReferenceParams) -> list[types.Location]:
    def find(library: Library, target: ReferenceTarget) -> list[Reference]:
        references = references_to(library, target)
        if params.context.include_declaration:
            return [*references]
        return [one for one in references if one.form is not ReferenceForm.DEFINITION]

    return _locations(server, params, find)


def _locations(
    server: SopServer,
    params: types.DefinitionParams | types.ReferenceParams,
    find: Callable[[Library, ReferenceTarget], Iterable[Reference]],
) -> list[types.Location]:
    """The locations of what `find` returns for the reference at a position."""
    view = server.session.view(params.text_document.uri)
    target = reference_at(view.library, view.path, view.offset(params.position)) if view is not None else None
    if view is None or target is None:
        return []
    found = (_location(server.session, view.library, one) for one in find(view.library, target.target))
    return [place for place in found if place is not None]


def _location(session: Session, library: Library, one: Reference | LibrarySymbol) -> types.Location | None:
    positions = session.positions(library, one.path)
    if positions is None:
        return None
    return types.Location(session.uri(library, one.path), convert.span(positions, one.start, one.end))


def _outline(server: SopServer, params: types.DocumentSymbolParams) -> list[types.DocumentSymbol]:
    view = server.session.view(params.text_document.uri)
    document = document_at(view.library, view.path) if view is not None else None
    if view is None or document is None:
        return []
    parts = outline_of_sop(document) if isinstance(document, Sop) else outline_of_register(document)
    return [convert.symbol(part, view.positions) for part in parts]


def _symbols(server: SopServer, params: types.WorkspaceSymbolParams) -> list[types.SymbolInformation]:
    return [
        types.SymbolInformation(place, one.name, one.kind, container_name=one.title or None)
        for library in server.session.libraries()
        for one in symbols(library, params.query)
        if (place := _location(server.session, library, one)) is not None
    ]


def hover_text(library: Library, target: ReferenceTarget) -> str:
    """The description of a target as Markdown; empty when the library has nothing with that id."""
    if target.kind == CONTROLS:
        return "\n\n".join(_describe_control(library, target))
    if target.kind == SOP_TARGET:
        sops = library.by_id.get(target.id, ())
        return "\n\n---\n\n".join("\n\n".join(_describe_sop(library, sop)) for sop in sops)
    if target.kind == ANCHORS:
        return _anchor_line(library, target)
    row = library.registers[target.kind].by_key.get(target.id)
    return "\n\n".join(_describe_row(library, target.kind, row)) if row is not None else ""


def key_hover_text(library: Library, path: str, offset: int) -> tuple[str, int, int] | None:
    """What the key of front matter or of a register at a byte is for, with the bytes of the key; None for no key."""
    document = document_at(library, path)
    if document is None or (isinstance(document, Sop) and offset >= document.body_start):
        return None
    places = document.front.key_places if isinstance(document, Sop) else document.tree.key_places
    schema = schema_of("" if isinstance(document, Sop) else document.name)
    for loc in places.spans:
        place = places[loc]
        if place.start <= offset <= place.end:
            keys = [part for part in loc if isinstance(part, str)]
            words, needed = keys_at(schema, keys[:-1]).get(keys[-1], ("", False)) if keys else ("", False)
            if not words:
                return None
            text = f"**{escape_markdown(keys[-1])}** {escape_markdown(words)}{' Required.' if needed else ''}"
            return text, place.start, place.end
    return None


def _describe_sop(library: Library, sop: Sop) -> Iterator[str]:
    yield f"**{escape_markdown(sop.id)}** {escape_markdown(sop.text('title'))}"
    parts = [f"status {sop.status or 'unknown'}", f"version {sop.text('version') or 'unknown'}"]
    if owner := sop.text("owner"):
        parts.append(f"owner {library.role_title(owner)}")
    yield escape_markdown(" · ".join(parts))
    area = library.area(sop)
    every = sop.text("review_every") or (str(area.review_every) if area else "")
    claim = library.config.front_matter.claims.get("next", "")
    if claim and sop.text(claim):
        yield escape_markdown(f"next review {sop.text(claim)}, as the front matter says")
    elif every:
        yield escape_markdown(f"reviewed every {every}") + "; `sopkit stale` tells from the history when next"
    if summary := sop.text("summary"):
        yield escape_markdown(summary)
    yield f"`{sop.path}`"


def _describe_row(library: Library, kind: str, row: RowModel) -> Iterator[str]:
    title = str(getattr(row, "title", "") or getattr(row, "name", "") or getattr(row, "what", ""))
    yield f"**{escape_markdown(row.key)}** {escape_markdown(title)}".rstrip()
    gone = row.gone(library.as_of)
    parts = [_KIND_WORDS.get(kind, kind), gone or ("" if kind in {"people", "roles"} else "in force")]
    for column in _HOVER_COLUMNS:
        value = getattr(row, column, None)
        if value:
            parts.append(f"{column} {library.role_title(value) if column == 'owner' else value}")
    yield escape_markdown(" · ".join(word for word in parts if word))
    if isinstance(row, Role):
        people = library.registers["people"].by_key
        names = [str(getattr(people.get(key), "name", "") or key) for key in row.held_by(library.as_of)]
        yield escape_markdown(f"held by {', '.join(names)}" if names else f"nobody holds it on {library.as_of}")
        if row.aliases:
            yield escape_markdown(f"also called {', '.join(row.aliases)}")


def _describe_control(library: Library, target: ReferenceTarget) -> Iterator[str]:
    framework = library.catalogue.framework(target.scope)
    if framework is None or target.id not in framework.by_id:
        return
    view = describe_control(library.catalogue, target.scope, target.id)
    yield f"**{escape_markdown(view.id)}** {escape_markdown(view.title)}"
    yield escape_markdown(" · ".join([view.framework_title, *(group.title for group in view.groups), *view.facts]))
    if view.withdrawn:
        went = ", ".join(f"{one.id} {one.title}" for one in view.went_to)
        yield escape_markdown(f"withdrawn{': it went to ' + went if went else ''}")
    for past in view.predecessors:
        yield escape_markdown(f"was {', '.join(one.id for one in past.controls)} in {past.framework}")
    claimed = sorted(
        sop.name
        for sop in library.sops
        if any(target.id in claim.ids and claim.framework == target.scope for claim in library.claims(sop))
    )
    more = f" and {len(claimed) - _MAX_SOPS} more" if len(claimed) > _MAX_SOPS else ""
    yield escape_markdown(f"claimed by {', '.join(claimed[:_MAX_SOPS])}{more}" if claimed else "no SOP claims it")


def _anchor_line(library: Library, target: ReferenceTarget) -> str:
    """The text of the line that contains an anchor."""
    found = definitions_of(library, target)
    sop = library.by_path.get(target.scope)
    if not found or sop is None:
        return ""
    step = next((one for one in sop.body.steps if one.anchor == target.id), None)
    words = f"step {step.number}: {step.text}" if step else sop.source.line_text(sop.source.line_of(found[0].start))
    return escape_markdown(words.strip("# ")) + f"\n\n`{target.scope}#{target.id}`"
