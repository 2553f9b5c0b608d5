"""What happens on disk while an editor is at work."""

from pathlib import Path

import pytest
from lsprotocol import types
from tests.lsp.editor import Editor, editing, session
from tests.lsp.test_diagnostics import AC_001, AC_002, short

KINDS = {
    "new": types.FileChangeType.Created,
    "other": types.FileChangeType.Changed,
    "gone": types.FileChangeType.Deleted,
}


def told(editor: Editor, path: Path, kind: str) -> None:
    event = types.FileEvent(path.as_uri(), KINDS[kind])
    editor.client.workspace_did_change_watched_files(types.DidChangeWatchedFilesParams([event]))


def test_the_server_asks_to_be_told_of_files(acme: Path) -> None:
    async def work() -> None:
        async with editing(acme) as editor:
            await editor.until(lambda: bool(editor.registered))
            assert [one.method for one in editor.registered] == ["workspace/didChangeWatchedFiles"]
        async with editing(acme, watches=False) as editor:
            await editor.findings(await editor.open(acme / AC_001))
            assert editor.registered == []

    session(work())


def test_outside_of_a_library_the_server_is_quiet(tmp_path: Path) -> None:
    async def work() -> None:
        async with editing(tmp_path) as editor:
            uri = await editor.open(tmp_path / "notes.md", "# Notes\n\nAC-001\n")
            editor.client.text_document_did_open(
                types.DidOpenTextDocumentParams(types.TextDocumentItem("untitled:Untitled-1", "markdown", 1, "AC-001"))
            )
            assert await editor.hover(uri, "AC-001") == ""
            assert editor.published == {}

    session(work())


def test_a_document_of_the_library_that_is_no_sop_has_no_findings(acme: Path) -> None:
    async def work() -> None:
        async with editing(acme) as editor:
            await editor.open(acme / "README.md")
            await editor.findings(await editor.open(acme / AC_001))
            assert (acme / "README.md").as_uri() not in editor.published

    session(work())


def test_a_library_appears_and_vanishes(acme: Path) -> None:
    async def work() -> None:
        text = (acme / "sopkit.toml").read_text()
        (acme / "sopkit.toml").unlink()
        async with editing(acme) as editor:
            uri = await editor.open(acme / AC_001, (acme / AC_001).read_text("utf-8").replace("RSK-001", "RSK-999"))
            assert await editor.hover(uri, "RSK-002") == ""
            assert editor.published == {}
            (acme / "sopkit.toml").write_text(text)
            told(editor, acme / "sopkit.toml", "new")
            assert [one.code for one in await editor.findings(uri)] == ["SOP501"]
            (acme / "sopkit.toml").unlink()
            told(editor, acme / "sopkit.toml", "gone")
            await editor.until(lambda: not editor.published[uri].diagnostics)
            assert await editor.hover(uri, "RSK-002") == ""

    session(work())


def test_a_broken_configuration_is_one_finding_and_the_last_good_one_goes_on(acme: Path) -> None:
    async def work() -> None:
        config = acme / "sopkit.toml"
        good = config.read_text()
        async with editing(acme) as editor:
            uri = await editor.open(acme / AC_001)
            assert await editor.findings(uri) == []
            config.write_text(good.replace("frameworks", "framework"))
            told(editor, config, "other")
            await editor.until(lambda: config.as_uri() in editor.published)
            (found,) = editor.published[config.as_uri()].diagnostics
            assert (found.code, found.range.start.line) == ("configuration", 4)
            assert "did you mean `frameworks`?" in found.message
            await editor.type(uri, "RSK-001", "RSK-999")
            assert [one.code for one in await editor.findings(uri)] == ["SOP501"]
            config.write_text(good)
            told(editor, config, "other")
            await editor.until(lambda: not editor.published[config.as_uri()].diagnostics)

    session(work())


def test_a_configuration_is_judged_as_it_is_typed_and_used_when_it_is_saved(acme: Path) -> None:
    async def work() -> None:
        config = acme / "sopkit.toml"
        async with editing(acme) as editor:
            sop = await editor.open(acme / AC_001)
            await editor.type(sop, "RSK-001", "RSK-999")
            uri = await editor.open(config)
            assert await editor.findings(uri) == []
            await editor.type(uri, "[library]", "[lint]\nignore = 5\n[library]")
            (found,) = await editor.findings(uri)
            assert found.range.start.line == 2
            assert found.message.startswith("lint.ignore: `ignore` is not a list")
            await editor.type(uri, "5", '["SOP501"]')
            assert await editor.findings(uri) == []
            assert [one.code for one in editor.published[sop].diagnostics] == ["SOP501"]
            config.write_text(editor.texts[uri])
            editor.client.text_document_did_save(types.DidSaveTextDocumentParams(types.TextDocumentIdentifier(uri)))
            await editor.until(lambda: not editor.published[sop].diagnostics)

    session(work())


def test_a_framework_that_nobody_knows_is_told_until_another_is_typed(acme: Path) -> None:
    async def work() -> None:
        config = acme / "sopkit.toml"
        config.write_text(config.read_text().replace('"gdpr"', '"gdbr"'))
        async with editing(acme) as editor:
            uri = await editor.open(config)
            (found,) = await editor.findings(uri)
            assert found.message.startswith("library.frameworks: no framework gdbr")
            await editor.type(uri, "gdbr", "gdpr")
            assert await editor.findings(uri) == []

    session(work())


def test_a_file_deleted_or_renamed_behind_it_is_seen(acme: Path) -> None:
    async def work() -> None:
        async with editing(acme) as editor:
            uri = await editor.open(acme / AC_001)
            assert await editor.findings(uri) == []
            (acme / AC_002).rename(acme / "sops/access-control/ac-002-other.md")
            told(editor, acme / AC_002, "gone")
            told(editor, acme / "sops/access-control/ac-002-other.md", "new")
            await editor.until(lambda: bool(editor.published[uri].diagnostics))
            assert {code for code, *_ in short(list(editor.published[uri].diagnostics))} == {"SOP506"}

    session(work())


@pytest.mark.slow
def test_a_file_changed_by_another_program_is_read_again(acme: Path) -> None:
    async def work() -> None:
        risks = acme / "registers/risks.yaml"
        async with editing(acme) as editor:
            uri = await editor.open(acme / AC_001)
            assert await editor.findings(uri) == []
            risks.write_text(risks.read_text().replace("- id: RSK-001", "- id: RSK-901"))
            told(editor, risks, "other")
            await editor.until(lambda: bool(editor.published[uri].diagnostics))
            (acme / AC_002).unlink()
            told(editor, acme / AC_002, "other")  # as some watchers tell of a file that is gone
            await editor.until(lambda: len(editor.published[uri].diagnostics) > 1)

    session(work())


def test_a_new_document_that_was_never_saved_is_an_sop(acme: Path) -> None:
    async def work() -> None:
        async with editing(acme) as editor:
            text = (acme / AC_002).read_text("utf-8")
            uri = await editor.open(acme / "sops/access-control/ac-009-new.md", text)
            assert [one.code for one in await editor.findings(uri)] == ["SOP007"]
            await editor.type(uri, "id: AC-002", "id: AC-009")
            assert await editor.findings(uri) == []

    session(work())


@pytest.mark.slow
def test_two_libraries_and_two_servers(acme: Path, tmp_path: Path) -> None:
    async def work() -> None:
        other = tmp_path / "other"
        (other / "sops").mkdir(parents=True)
        (other / "sopkit.toml").write_text("")
        (other / "sops/x.md").write_text("")
        async with editing(tmp_path) as one, editing(tmp_path) as two:
            for editor in (one, two):
                mine, theirs = await editor.open(acme / AC_001), await editor.open(other / "sops/x.md")
                assert await editor.findings(mine) == []
                assert (await editor.findings(theirs))[0].code == "SOP002"

    session(work())


def test_a_closed_document_shows_nothing_and_counts_as_it_is_on_disk(acme: Path) -> None:
    async def work() -> None:
        async with editing(acme) as editor:
            sop = await editor.open(acme / AC_001)
            register = await editor.open(acme / "registers/risks.yaml")
            await editor.type(register, "- id: RSK-001", "- id: RSK-002")
            await editor.findings(register)
            editor.client.text_document_did_close(
                types.DidCloseTextDocumentParams(types.TextDocumentIdentifier(register))
            )
            await editor.until(lambda: not editor.published[register].diagnostics)
            await editor.type(sop, "RSK-002", "RSK-001")
            assert "SOP501" not in [one.code for one in await editor.findings(sop)]

    session(work())
