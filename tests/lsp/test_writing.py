"""Answers that change documents, where they depend on what the editor can do or asks for."""

from pathlib import Path

import pytest
from lsprotocol import types
from tests.lsp.editor import editing, session
from tests.lsp.test_diagnostics import AC_001

AC_003 = "sops/access-control/ac-003-hand-out-vpn-tokens.md"


def test_an_editor_that_knows_no_document_changes_gets_edits_by_address_and_no_moves(acme: Path) -> None:
    async def work() -> None:
        async with editing(acme, changes=False) as editor:
            uri = await editor.open(acme / AC_003)
            edit = await editor.client.text_document_rename_async(
                types.RenameParams(new_name="AC-103", **editor.at(uri, "AC-003"))
            )
            assert edit is not None
            assert edit.document_changes is None
            assert edit.changes is not None
            assert {name.rsplit("/")[-1]: [one.new_text for one in some] for name, some in edit.changes.items()} == {
                "ac-001-grant-change-and-remove-access.md": ["AC-103"],
                "ac-003-hand-out-vpn-tokens.md": ["AC-103"],
            }

    session(work())


@pytest.mark.slow
@pytest.mark.parametrize(
    ("status", "offered"),
    [
        (
            "draft",
            [
                (None, ["quickfix", "quickfix", "source.fixAll.sopkit", "quickfix", "quickfix"]),
                (["source"], ["source.fixAll.sopkit"]),
                (["source.fixAll"], ["source.fixAll.sopkit"]),
                (["source.fixAll.eslint"], []),
                (["quickfix"], ["quickfix"] * 4),
                (["refactor"], []),
            ],
        ),
        ("active", [(None, ["quickfix"] * 5), (["source.fixAll"], [])]),
    ],
)
def test_only_what_is_asked_for_and_nothing_by_itself_in_a_text_in_force(
    acme: Path, status: str, offered: list[tuple[list[str] | None, list[str]]]
) -> None:
    async def work() -> list[tuple[list[str] | None, list[str]]]:
        async with editing(acme) as editor:
            uri = await editor.open(acme / AC_001)
            await editor.type(uri, "status: active", f"status: {status}")
            await editor.type(uri, "    - A.8.5\n", "    - A.9.4.2\n    - A.12.3.1\n")
            at = types.Range(types.Position(0, 0), types.Position(80, 0))
            answers = []
            for only, _ in offered:
                found = await editor.client.text_document_code_action_async(
                    types.CodeActionParams(types.TextDocumentIdentifier(uri), at, types.CodeActionContext([], only))
                )
                kinds = [str(one.kind) for one in found or [] if isinstance(one, types.CodeAction)]
                answers.append((only, kinds))
            return answers

    assert session(work()) == offered


def test_what_the_server_can_do(acme: Path) -> None:
    async def work() -> types.ServerCapabilities:
        async with editing(acme) as editor:
            return editor.capabilities

    able = session(work())
    assert isinstance(able.text_document_sync, types.TextDocumentSyncOptions)
    assert able.text_document_sync.change is types.TextDocumentSyncKind.Incremental
    assert able.text_document_sync.open_close is True
    assert able.text_document_sync.save is not None
    assert isinstance(able.rename_provider, types.RenameOptions)
    assert able.rename_provider.prepare_provider is True
    assert all(
        (
            able.hover_provider,
            able.definition_provider,
            able.references_provider,
            able.document_symbol_provider,
            able.workspace_symbol_provider,
            able.completion_provider,
            able.code_action_provider,
        )
    )
