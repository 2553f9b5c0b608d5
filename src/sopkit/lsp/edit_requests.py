"""Completion, code actions and renames: requests whose results change documents."""

from collections.abc import Mapping, Sequence

from lsprotocol import types
from pygls.exceptions import JsonRpcException

from sopkit.analysis.references import Reference, reference_at
from sopkit.analysis.rename import QUIZZES, check_renamable, rename
from sopkit.library import CONFIG_NAME
from sopkit.lsp import convert
from sopkit.lsp.code_actions import FileFix, FixKind, file_fixes
from sopkit.lsp.completion import MAX_SUGGESTIONS, Suggestion, SuggestionKind, completions
from sopkit.lsp.convert import Positions
from sopkit.lsp.server import SopServer
from sopkit.lsp.session import FileView, Session
from sopkit.model.errors import SopkitError
from sopkit.model.finding import Edit

FIX_ALL = "source.fixAll.sopkit"
_KINDS = {
    SuggestionKind.KEY: types.CompletionItemKind.Property,
    SuggestionKind.WORD: types.CompletionItemKind.EnumMember,
    SuggestionKind.ID: types.CompletionItemKind.Reference,
    SuggestionKind.SECTION: types.CompletionItemKind.Module,
    SuggestionKind.ROLE: types.CompletionItemKind.Class,
    SuggestionKind.FILE: types.CompletionItemKind.File,
}
_REQUEST_FAILED = -32803
_MAX_IGNORES = 20  # findings at a place; for each the text is read once more


def register(server: SopServer) -> None:
    """Answer what a writer asks."""
    session = server.session

    @server.feature(
        types.TEXT_DOCUMENT_COMPLETION, types.CompletionOptions(trigger_characters=[" ", "-", ".", "[", "*", "#", "("])
    )
    async def completion(params: types.CompletionParams) -> types.CompletionList:
        return await server.answer(_completion, session, params.text_document.uri, params.position)

    @server.feature(
        types.TEXT_DOCUMENT_CODE_ACTION,
        types.CodeActionOptions(code_action_kinds=[types.CodeActionKind.QuickFix, FIX_ALL]),
    )
    async def actions(params: types.CodeActionParams) -> list[types.CodeAction]:
        return await server.lint(_actions, server, params.text_document.uri, params.range, params.context.only)

    @server.feature(types.TEXT_DOCUMENT_PREPARE_RENAME)
    async def renamable(params: types.PrepareRenameParams) -> types.PrepareRenamePlaceholder:
        return await server.answer(_prepare_rename, session, params.text_document.uri, params.position)

    @server.feature(types.TEXT_DOCUMENT_RENAME, types.RenameOptions(prepare_provider=True))
    async def renamed(params: types.RenameParams) -> types.WorkspaceEdit:
        return await server.answer(_rename, server, params.text_document.uri, params.position, params.new_name)


def _completion(session: Session, uri: str, place: types.Position) -> types.CompletionList:
    view = session.view(uri)
    if view is None:
        return types.CompletionList(is_incomplete=False, items=[])
    found = completions(view.library, view.path, view.source, convert.offset(view.positions, place))
    items = [_completion_item(one, view.positions, at) for at, one in enumerate(found)]
    return types.CompletionList(is_incomplete=len(items) == MAX_SUGGESTIONS, items=items)


def _completion_item(one: Suggestion, positions: Positions, at: int) -> types.CompletionItem:
    return types.CompletionItem(
        label=one.label,
        kind=_KINDS[one.kind],
        detail=one.detail or None,
        documentation=one.about or None,
        filter_text=one.words,
        sort_text=f"{at:04}",
        text_edit=types.TextEdit(convert.span(positions, one.start, one.end), one.text),
    )


def _actions(server: SopServer, uri: str, span: types.Range, only: Sequence[str] | None) -> list[types.CodeAction]:
    session = server.session
    view = session.view(uri)
    if view is None or view.path == CONFIG_NAME:
        return []
    first, last = convert.offset(view.positions, span.start), convert.offset(view.positions, span.end)
    every = session.findings(view)
    here = [one for one in every if one.place.start <= last and one.place.end >= first]
    ignores = len(here) <= _MAX_IGNORES and _is_requested(types.CodeActionKind.QuickFix.value, only)
    found = []
    for mend in file_fixes(view.library, view.path, here, every, ignores=ignores):
        kind = _action_kind(mend)
        if only is None and mend.kind is FixKind.ALL and len(mend.findings) == 1:
            continue  # its own fix is offered
        if _is_requested(kind, only):
            found.append(_action(server, view, uri, mend, kind))
    return found


def _is_requested(kind: str, only: Sequence[str] | None) -> bool:
    return only is None or any(kind == one or kind.startswith(f"{one}.") for one in only)


def _action_kind(mend: FileFix) -> str:
    """An editor may apply fixAll by itself when it saves, so it is offered only where a text is not in force."""
    return FIX_ALL if mend.kind is FixKind.ALL and not mend.careful else types.CodeActionKind.QuickFix.value


def _action(server: SopServer, view: FileView, uri: str, mend: FileFix, kind: str) -> types.CodeAction:
    return types.CodeAction(
        title=mend.title,
        kind=kind,
        diagnostics=[convert.diagnostic(one, view.positions) for one in mend.findings],
        is_preferred=True if mend.kind is FixKind.FIX and not mend.careful else None,
        edit=_workspace_edit(server, {uri: (view.positions, mend.edits)}),
    )


def _workspace_edit(server: SopServer, edits: Mapping[str, tuple[Positions, Sequence[Edit]]]) -> types.WorkspaceEdit:
    """Edits of several files as one, with the versions that they are meant for where the editor takes them."""
    written = {
        uri: [types.TextEdit(convert.span(positions, one.start, one.end), one.text) for one in some]
        for uri, (positions, some) in edits.items()
    }
    able = getattr(server.client_capabilities.workspace, "workspace_edit", None)
    if able is None or not able.document_changes:
        return types.WorkspaceEdit(changes=written)
    changes = [
        types.TextDocumentEdit(
            types.OptionalVersionedTextDocumentIdentifier(uri, server.session.version(uri)), list(some)
        )
        for uri, some in written.items()
    ]
    return types.WorkspaceEdit(document_changes=list(changes))


def _id_at(session: Session, uri: str, place: types.Position) -> tuple[FileView, Reference]:
    """The id at a place, checked to be one that can be renamed. Raises what the editor shows when it is none."""
    view = session.view(uri)
    found = reference_at(view.library, view.path, convert.offset(view.positions, place)) if view is not None else None
    if view is None or found is None:
        raise _request_error(SopkitError("no id stands here", "ids of SOPs and of register rows can be renamed"))
    try:
        check_renamable(view.library, found)
    except SopkitError as error:
        raise _request_error(error) from error
    return view, found


def _prepare_rename(session: Session, uri: str, place: types.Position) -> types.PrepareRenamePlaceholder:
    view, found = _id_at(session, uri, place)
    return types.PrepareRenamePlaceholder(convert.span(view.positions, found.start, found.end), found.target.id)


def _rename(server: SopServer, uri: str, place: types.Position, new: str) -> types.WorkspaceEdit:
    session = server.session
    view, found = _id_at(session, uri, place)
    others = session.others(view.library, QUIZZES)
    try:
        texts = {path: at.source.data for path, at in others.items()}
        renaming = rename(view.library, found.target, new.strip(), texts, files=_can_rename_files(server))
    except SopkitError as error:
        raise _request_error(error) from error
    places = {}
    for path, some in renaming.edits.items():
        positions = others.get(path) or session.positions(view.library, path)
        if positions is not None:
            places[session.uri(view.library, path)] = (positions, some)
    edit = _workspace_edit(server, places)
    for old, moved in renaming.moves:
        old_uri, new_uri = session.uri(view.library, old), session.uri(view.library, moved)
        edit.document_changes = [*(edit.document_changes or ()), types.RenameFile(old_uri, new_uri)]
    return edit


def _can_rename_files(server: SopServer) -> bool:
    """Whether the editor can give files other names within an edit."""
    able = getattr(server.client_capabilities.workspace, "workspace_edit", None)
    return bool(
        able and able.document_changes and types.ResourceOperationKind.Rename in (able.resource_operations or ())
    )


def _request_error(error: SopkitError) -> JsonRpcException:
    words = f"{error.message}; {error.hint}" if error.hint else error.message
    return JsonRpcException(words, _REQUEST_FAILED)
