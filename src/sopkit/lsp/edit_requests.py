"""Completion, code actions and renames: requests whose results change documents."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from lsprotocol import types
from pygls.exceptions import JsonRpcException

from sopkit.analysis.references import Reference, reference_at
from sopkit.analysis.rename import QUIZZES, check_renamable, rename
from sopkit.authoring.fix import fix_findings
from sopkit.library import CONFIG_NAME, Library
from sopkit.lint.engine import LintOptions
from sopkit.lint.ignores import inline_ignores
from sopkit.lsp import convert
from sopkit.lsp.completion import MAX_SUGGESTIONS, completions
from sopkit.lsp.convert import Positions
from sopkit.lsp.outline import document_at
from sopkit.lsp.server import SopServer
from sopkit.lsp.session import FileView
from sopkit.model.errors import SopkitError
from sopkit.model.finding import Edit, Finding, FixClass
from sopkit.model.sop import Sop
from sopkit.parsing.register import Register, read_register

FIX_ALL = "source.fixAll.sopkit"
_REQUEST_FAILED = -32803
_MAX_IGNORES = 20  # findings at a place; for each the text is read once more
IGNORE_REASON = "[decide: why this is accepted]"
"""Stands where the reason has to be written; until then the ignore does not count."""

_MAX_LINES = 2_000
_IN_FORCE = "; the SOP is in force: this changes its text, which needs a new version"


def register(server: SopServer) -> None:
    """Answer the requests of a writer."""
    keys = types.CompletionOptions(trigger_characters=[" ", "-", ".", "[", "*", "#", "("])
    kinds = types.CodeActionOptions(code_action_kinds=[types.CodeActionKind.QuickFix, FIX_ALL])
    server.answer(types.TEXT_DOCUMENT_COMPLETION, _completion, keys)
    server.answer(types.TEXT_DOCUMENT_CODE_ACTION, _actions, kinds, uses_lint=True)
    server.answer(types.TEXT_DOCUMENT_PREPARE_RENAME, _prepare_rename)
    server.answer(types.TEXT_DOCUMENT_RENAME, _rename, types.RenameOptions(prepare_provider=True))


def _completion(server: SopServer, params: types.CompletionParams) -> types.CompletionList:
    view = server.session.view(params.text_document.uri)
    if view is None:
        return types.CompletionList(is_incomplete=False, items=[])
    suggestions = completions(view.library, view.path, view.source, view.offset(params.position))
    items = [
        types.CompletionItem(
            label=one.label,
            kind=one.kind,
            detail=one.detail or None,
            documentation=one.about or None,
            filter_text=one.words,
            sort_text=f"{at:04}",
            text_edit=types.TextEdit(convert.span(view.positions, one.start, one.end), one.text),
        )
        for at, one in enumerate(suggestions)
    ]
    return types.CompletionList(is_incomplete=len(items) == MAX_SUGGESTIONS, items=items)


def _actions(server: SopServer, params: types.CodeActionParams) -> list[types.CodeAction]:
    uri, only = params.text_document.uri, params.context.only
    view = server.session.view(uri)
    if view is None or view.path == CONFIG_NAME:
        return []
    first, last = view.offset(params.range.start), view.offset(params.range.end)
    every = server.session.findings(view)
    here = [one for one in every if one.place.start <= last and one.place.end >= first]
    ignores = len(here) <= _MAX_IGNORES and _is_requested(types.CodeActionKind.QuickFix.value, only)
    actions = []
    for fix in file_fixes(view.library, view.path, here, every, ignores=ignores):
        # An editor may apply fixAll by itself when it saves, so it is offered only where a text is not in force.
        is_automatic = fix.kind is FixKind.ALL and not fix.careful
        kind = FIX_ALL if is_automatic else types.CodeActionKind.QuickFix.value
        if only is None and fix.kind is FixKind.ALL and len(fix.findings) == 1:
            continue  # its own fix is offered
        if _is_requested(kind, only):
            actions.append(
                types.CodeAction(
                    title=fix.title,
                    kind=kind,
                    diagnostics=[convert.diagnostic(one, view.positions) for one in fix.findings],
                    is_preferred=True if fix.kind is FixKind.FIX and not fix.careful else None,
                    edit=_workspace_edit(server, {uri: (view.positions, fix.edits)}),
                )
            )
    return actions


def _is_requested(kind: str, only: Sequence[types.CodeActionKind | str] | None) -> bool:
    return only is None or any(kind == one or kind.startswith(f"{one}.") for one in only)


def _workspace_edit(server: SopServer, edits: Mapping[str, tuple[Positions, Sequence[Edit]]]) -> types.WorkspaceEdit:
    """Edits of several files as one, with the versions of the documents if the editor supports them."""
    written = {
        uri: [types.TextEdit(convert.span(positions, one.start, one.end), one.text) for one in some]
        for uri, (positions, some) in edits.items()
    }
    if _edit_capabilities(server) is None:
        return types.WorkspaceEdit(changes=written)
    version_of, versioned = server.session.version, types.OptionalVersionedTextDocumentIdentifier
    changes = [types.TextDocumentEdit(versioned(uri, version_of(uri)), [*some]) for uri, some in written.items()]
    return types.WorkspaceEdit(document_changes=[*changes])


def _id_at(server: SopServer, params: types.PrepareRenameParams | types.RenameParams) -> tuple[FileView, Reference]:
    """The id at a position that can be renamed. Raises the error that the editor shows when there is none."""
    view = server.session.view(params.text_document.uri)
    found = reference_at(view.library, view.path, view.offset(params.position)) if view is not None else None
    if view is None or found is None:
        raise _request_error(SopkitError("no id stands here", "ids of SOPs and of register rows can be renamed"))
    try:
        check_renamable(view.library, found)
    except SopkitError as error:
        raise _request_error(error) from error
    return view, found


def _prepare_rename(server: SopServer, params: types.PrepareRenameParams) -> types.PrepareRenamePlaceholder:
    view, found = _id_at(server, params)
    return types.PrepareRenamePlaceholder(convert.span(view.positions, found.start, found.end), found.target.id)


def _rename(server: SopServer, params: types.RenameParams) -> types.WorkspaceEdit:
    session = server.session
    view, found = _id_at(server, params)
    others = session.unchecked_files(view.library, QUIZZES)
    able = _edit_capabilities(server)
    files = bool(able and types.ResourceOperationKind.Rename in (able.resource_operations or ()))
    try:
        texts = {path: at.source.data for path, at in others.items()}
        renaming = rename(view.library, found.target, params.new_name.strip(), texts, files=files)
    except SopkitError as error:
        raise _request_error(error) from error
    places = {}
    for path, edits in renaming.edits.items():
        positions = others.get(path) or session.positions(view.library, path)
        if positions is not None:
            places[session.uri(view.library, path)] = (positions, edits)
    edit = _workspace_edit(server, places)
    for old, new in renaming.moves:
        old_uri, new_uri = session.uri(view.library, old), session.uri(view.library, new)
        edit.document_changes = [*(edit.document_changes or ()), types.RenameFile(old_uri, new_uri)]
    return edit


def _edit_capabilities(server: SopServer) -> types.WorkspaceEditClientCapabilities | None:
    """What the editor can do within one edit; None when it supports neither versions nor renamed files."""
    able = getattr(server.client_capabilities.workspace, "workspace_edit", None)
    return able if able is not None and able.document_changes else None


def _request_error(error: SopkitError) -> JsonRpcException:
    words = f"{error.message}; {error.hint}" if error.hint else error.message
    return JsonRpcException(words, _REQUEST_FAILED)


class FixKind(StrEnum):
    """The kind of a fix."""

    FIX = "fix"
    SUGGESTION = "suggestion"
    IGNORE = "ignore"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class FileFix:
    """Edits of one file that do away with findings. `careful`: they change a text that is in force."""

    title: str
    kind: FixKind
    edits: tuple[Edit, ...]
    findings: tuple[Finding, ...]
    careful: bool = False


def file_fixes(
    library: Library, path: str, here: Sequence[Finding], every: Sequence[Finding], *, ignores: bool = True
) -> Iterator[FileFix]:
    """What can be done about the findings at a place, and about all of the file that a program can mend."""
    sop = library.by_path.get(path)
    careful = sop is not None and sop.in_force
    for finding in here:
        if finding.fix is not None and finding.fix.edits:
            suggested = finding.fix.kind is FixClass.SUGGESTION
            label = f"Suggestion: {finding.fix.label}" if suggested else finding.fix.label
            title = f"{label} ({finding.code}){_IN_FORCE if careful else ''}"
            kind = FixKind.SUGGESTION if suggested else FixKind.FIX
            yield FileFix(title, kind, finding.fix.edits, (finding,), careful)
    fixable = tuple(one for one in every if one.fix is not None and one.fix.kind is FixClass.MATERIAL)
    fixes = fix_findings(library, LintOptions(paths=(path,), tree_only=True), meaning=True) if fixable else None
    if fixes is not None and (edits := tuple(line_edits(*fixes.files.get(path, (b"", b""))))):
        count = "the finding" if len(fixable) == 1 else f"all {len(fixable)} findings"
        title = f"Mend {count} that a program can mend{_IN_FORCE if careful else ''}"
        yield FileFix(title, FixKind.ALL, edits, fixable, careful)
    for finding in here if ignores else ():
        if (edit := ignore_comment(library, path, finding)) is not None:
            yield FileFix(f"Ignore {finding.code} here, with a reason", FixKind.IGNORE, (edit,), (finding,))


def line_edits(before: bytes, after: bytes) -> Iterator[Edit]:
    """The edits that make one text of another: the lines that differ, or all from the first to the last of many."""
    old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    if max(len(old), len(new)) > _MAX_LINES:
        shorter = min(len(old), len(new))
        first = next((at for at in range(shorter) if old[at] != new[at]), shorter)
        rest = shorter - first
        last = next((at for at in range(rest) if old[-1 - at] != new[-1 - at]), rest)
        codes = [("replace", first, len(old) - last, first, len(new) - last)]
    else:
        from difflib import SequenceMatcher  # only for fixes

        codes = list(SequenceMatcher(None, old, new, autojunk=False).get_opcodes())
    for kind, start, end, first, last in codes:
        if kind != "equal":
            text = b"".join(new[first:last]).decode("utf-8", "replace")
            yield Edit(sum(map(len, old[:start])), sum(map(len, old[:end])), text)


def ignore_comment(library: Library, path: str, finding: Finding) -> Edit | None:
    """The comment that ignores a finding once its reason is written; None where no place for it covers the finding."""
    text = document_at(library, path)
    if text is None:
        return None
    for edit in _comment_places(text, finding):
        inserted = edit.text.replace(IGNORE_REASON, "x" * len(IGNORE_REASON.encode())).encode()
        data = text.source.data[: edit.start] + inserted + text.source.data[edit.end :]
        after = (
            read_register(text.name, text.path, data) if isinstance(text, Register) else library.read(text.path, data)
        )
        moved = len(inserted) if edit.start <= finding.place.start else 0
        place = after.source.place(finding.place.start + moved, finding.place.end + moved)
        if any(ignore.takes(replace(finding, place=place)) for ignore in inline_ignores(after)):
            return edit
    return None


def _comment_places(text: Sop | Register, finding: Finding) -> Iterator[Edit]:
    """Places for the comment: in YAML above the line, in the text at its end or above its block."""
    source = text.source
    line = source.line_place(finding.place.line)
    words = source.line_text(finding.place.line)
    indent = words[: len(words) - len(words.lstrip(" "))]
    if isinstance(text, Register) or finding.place.start < text.body_start:
        yield Edit(line.start, line.start, f"{indent}# sopkit: ignore {finding.code} {IGNORE_REASON}{source.line_end}")
        return
    comment = f"<!-- sopkit: ignore {finding.code} {IGNORE_REASON} -->"
    # At the end of the line, but before the end of a table's row and a hard break.
    content = source.data[line.start : line.end].rstrip()
    slashes = len(content) - len(content.rstrip(b"\\"))
    is_row = content.endswith(b"|") and not content.endswith(b"\\|")
    ending = line.start + len(content[:-1].rstrip() if is_row or slashes % 2 else content)
    yield Edit(ending, ending, f" {comment}")
    above = (block for block in text.body.root.children if block.start <= finding.place.start <= block.end)
    if (block := next(above, None)) is not None:
        start = source.line_starts[source.line_of(block.start) - 1]
        yield Edit(start, start, f"{comment}{source.line_end}{source.line_end}")
