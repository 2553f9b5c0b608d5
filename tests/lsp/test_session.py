"""One editor's session over Acme, from the first document to the last answer, as a golden file."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types
from pygls.exceptions import JsonRpcException
from tests.lsp.editor import Editor, editing, session

pytestmark = pytest.mark.slow  # a process, and some fifty answers

AC_001 = "sops/access-control/ac-001-grant-change-and-remove-access.md"
AC_003 = "sops/access-control/ac-003-hand-out-vpn-tokens.md"
BK_001 = "sops/backup-recovery/bk-001-back-up-and-restore-production-data.md"
_MOST = 6


class Told:
    """What was done and what was answered, for people to read."""

    def __init__(self, editor: Editor, root: Path) -> None:
        self.editor, self.root = editor, root
        self.lines: list[str] = []

    def act(self, words: str) -> None:
        self.lines += ["", f"> {words}"]

    def answer(self, *lines: str) -> None:
        self.lines += [f"  {line}".rstrip() for text in lines for line in text.splitlines() or [""]]

    def path(self, uri: str) -> str:
        return uri.removeprefix(self.root.as_uri() + "/")

    def place(self, uri: str, span: types.Range) -> str:
        end = f"{span.end.line + 1}:" if span.end.line != span.start.line else ""
        start = f"{span.start.line + 1}:{span.start.character + 1}"
        return f"{self.path(uri)}:{start}-{end}{span.end.character + 1}"

    async def findings(self, uri: str) -> None:
        found = await self.editor.findings(uri)
        for one in found:
            severity = str(one.severity.name if one.severity else "").lower()
            page = one.code_description.href.rsplit("/", 1)[-1] if one.code_description else ""
            self.answer(f"{self.place(uri, one.range)} {severity} {one.code} ({page})", f"    {one.message}")
        if not found:
            self.answer("no findings")

    async def type(self, uri: str, old: str, new: str) -> None:
        self.act(f"type in {self.path(uri)}: {old!r} becomes {new!r}")
        await self.editor.type(uri, old, new)
        await self.findings(uri)

    async def hover(self, uri: str, words: str) -> None:
        self.act(f"hover over {words!r} in {self.path(uri)}")
        self.answer(await self.editor.hover(uri, words))

    async def go(self, uri: str, words: str) -> None:
        self.act(f"go to the definition of {words!r} in {self.path(uri)}")
        found = await self.editor.client.text_document_definition_async(
            types.DefinitionParams(**self.editor.at(uri, words))
        )
        self.places(found)

    async def references(self, uri: str, words: str) -> None:
        self.act(f"find what names {words!r} of {self.path(uri)}")
        whole = types.ReferenceContext(include_declaration=False)
        found = await self.editor.client.text_document_references_async(
            types.ReferenceParams(whole, **self.editor.at(uri, words))
        )
        self.places(found)

    def places(self, found: Any) -> None:
        self.answer(*(self.place(one.uri, one.range) for one in found) if found else ["nowhere"])

    async def complete(self, uri: str, words: str) -> None:
        """Asks at the end of some words."""
        self.act(f"complete behind {words!r} in {self.path(uri)}")
        found = await self.editor.client.text_document_completion_async(
            types.CompletionParams(**self.editor.at(uri, words, len(words)))
        )
        assert isinstance(found, types.CompletionList)
        for one in found.items[:_MOST]:
            assert isinstance(one.text_edit, types.TextEdit)
            about = one.documentation if isinstance(one.documentation, str) else ""
            self.answer(
                " | ".join(part for part in (one.label, one.detail, about, repr(one.text_edit.new_text)) if part)
            )
        if len(found.items) > _MOST:
            self.answer(f"and {len(found.items) - _MOST} more")

    async def actions(self, uri: str, words: str, only: list[str] | None = None) -> list[types.CodeAction]:
        self.act(f"ask for actions at {words!r} in {self.path(uri)}" + (f", only {', '.join(only)}" if only else ""))
        at = self.editor.at(uri, words)
        params = types.CodeActionParams(
            at["text_document"], types.Range(at["position"], at["position"]), types.CodeActionContext([], only)
        )
        found = await self.editor.client.text_document_code_action_async(params) or []
        actions = [one for one in found if isinstance(one, types.CodeAction)]
        for one in actions:
            self.answer(f"{one.title} [{one.kind}{', preferred' if one.is_preferred else ''}]")
            self.edit(one.edit)
        return actions

    def edit(self, edit: types.WorkspaceEdit | None) -> None:
        assert edit is not None
        for change in edit.document_changes or []:
            if isinstance(change, types.RenameFile):
                self.answer(f"    {self.path(change.old_uri)} > {self.path(change.new_uri)}")
                continue
            assert isinstance(change, types.TextDocumentEdit)
            version = "" if change.text_document.version is None else f" (version {change.text_document.version})"
            for one in change.edits:
                assert isinstance(one, types.TextEdit)
                self.answer(f"    {self.place(change.text_document.uri, one.range)}{version}: {one.new_text!r}")

    async def rename(self, uri: str, words: str, new: str) -> None:
        self.act(f"rename {words!r} in {self.path(uri)} to {new!r}")
        try:
            able = await self.editor.client.text_document_prepare_rename_async(
                types.PrepareRenameParams(**self.editor.at(uri, words))
            )
            assert isinstance(able, types.PrepareRenamePlaceholder)
            self.answer(f"{self.place(uri, able.range)} {able.placeholder}")
            self.edit(
                await self.editor.client.text_document_rename_async(
                    types.RenameParams(new_name=new, **self.editor.at(uri, words))
                )
            )
        except JsonRpcException as error:
            self.answer(f"refused: {error.message}")

    async def outline(self, uri: str) -> None:
        self.act(f"show the outline of {self.path(uri)}")
        found = await self.editor.client.text_document_document_symbol_async(
            types.DocumentSymbolParams(types.TextDocumentIdentifier(uri))
        )
        assert found
        self.answer(*(line for one in found if isinstance(one, types.DocumentSymbol) for line in _parts(one, "")))

    async def symbols(self, query: str) -> None:
        self.act(f"look for {query!r} in the workspace")
        found = await self.editor.client.workspace_symbol_async(types.WorkspaceSymbolParams(query)) or []
        for one in found:
            assert isinstance(one, types.SymbolInformation)
            self.answer(f"{one.name} {one.container_name} {self.place(one.location.uri, one.location.range)}")


def _parts(part: types.DocumentSymbol, indent: str) -> Iterator[str]:
    words = part.name if len(part.name) < 60 else f"{part.name[:57]}..."
    yield f"{indent}{words}{f' ({part.detail})' if part.detail else ''}"
    for child in part.children or ():
        yield from _parts(child, f"{indent}  ")


def test_one_session(acme: Path, golden: Callable[[str, str], None]) -> None:
    # the rules are chosen, so that a new one does not change the session
    config = acme / "sopkit.toml"
    rules = 'select = ["SOP002", "SOP104", "SOP401", "SOP402", "SOP501"]'
    config.write_text(f"{config.read_text()}\n[lint]\n{rules}\n")
    (acme / "ledger/sops/AC-001").mkdir(parents=True)
    (acme / "ledger/sops/AC-001/2026-09-14-approval-cat-00000000.yaml").write_text("id: AC-001\nby: cat\nrole: ciso\n")

    async def work() -> str:
        async with editing(acme, process=True) as editor:
            told = Told(editor, acme)
            told.lines.append("A session with `sopkit lsp` over a copy of examples/acme, judged on 2026-11-24.")
            told.act("begin")
            told.answer(f"positions are counted in {editor.capabilities.position_encoding}")
            await _look(told, acme)
            await _write(told, acme)
            await _rename(told, acme)
            return "\n".join(told.lines) + "\n"

    golden("lsp-session.txt", session(work()))


async def _look(told: Told, acme: Path) -> None:
    told.act(f"open {AC_001}")
    uri = await told.editor.open(acme / AC_001)
    await told.findings(uri)
    for words in (
        "A.5.18",
        "RSK-001",
        "okta, github",
        "it-operations-lead",
        "POL-02",
        "AM-001",
        "IT operations**",
        "review_every",
    ):
        await told.hover(uri, words)
    await told.go(uri, "RSK-001")
    await told.go(uri, "AM-001")
    await told.go(uri, "IT operations**")
    await told.go(uri, "#suspend")
    await told.references(uri, "AC-001")
    await told.references(uri, 'suspend"></a>')
    await told.outline(uri)
    await told.symbols("vpn")
    told.act("open registers/risks.yaml")
    risks = await told.editor.open(acme / "registers/risks.yaml")
    await told.findings(risks)
    await told.references(risks, "RSK-002")


async def _write(told: Told, acme: Path) -> None:
    uri = (acme / AC_001).as_uri()
    await told.type(uri, "[RSK-001, RSK-002]", "[RSK-001, RSK-020]")
    await told.actions(uri, "RSK-020")
    await told.type(uri, "RSK-020", "grow")
    await told.complete(uri, "risks: [RSK-001, grow")
    await told.type(uri, "[RSK-001, grow]", "[RSK-001, RSK-002]")
    told.act(f"open {BK_001}")
    backup = await told.editor.open(acme / BK_001)
    await told.type(backup, "status: active", "status: draft")
    await told.type(backup, "    - A.8.13\n", "    - A.12.3.1\n    - backup\n")
    await told.complete(backup, "    - backup")
    await told.type(backup, "    - backup\n", "")
    await told.actions(backup, "A.12.3.1")
    await told.actions(backup, "A.12.3.1", ["source.fixAll"])
    await told.type(backup, "    - A.12.3.1\n", "    - A.8.13\n")
    await told.type(backup, "summary:", "langu\nsummary:")
    await told.complete(backup, "langu")
    await told.type(backup, "langu\n", "")
    await told.type(backup, "## Scope\n", "## Scope\n\n\U0001f4a5 \U0001f4a5 ask the DBA, TBD\n")
    await told.actions(backup, "TBD")


async def _rename(told: Told, acme: Path) -> None:
    uri = (acme / AC_001).as_uri()
    await told.rename(uri, "AC-001", "AC-101")
    await told.rename(uri, "IT operations**", "it-ops")
    await told.rename(uri, "A.5.18", "A.5.19")
    await told.rename(uri, "RSK-002", "RSK-001")
    await told.rename(uri, "RSK-002", "RSK-202")
    told.act(f"open {AC_003}")
    tokens = await told.editor.open(acme / AC_003)
    await told.findings(tokens)
    await told.rename(tokens, "AC-003", "ac003")
    await told.rename(tokens, "AC-003", "AC-103")
