from datetime import date
from pathlib import Path
from random import Random

import pytest
from lsprotocol import types
from tests.lsp.editor import editing, place, session

from sopkit.library import load
from sopkit.lsp.convert import Positions
from sopkit.lsp.session import findings_in

AC_001 = "sops/access-control/ac-001-grant-change-and-remove-access.md"
AC_002 = "sops/access-control/ac-002-review-access-rights.md"


def short(found: list[types.Diagnostic]) -> list[tuple[object, int, int, int]]:
    """Code, line, and first and last column."""
    return [(one.code, one.range.start.line, one.range.start.character, one.range.end.character) for one in found]


def test_findings_come_and_go_as_one_types(acme: Path) -> None:
    async def work() -> None:
        async with editing(acme) as editor:
            uri = await editor.open(acme / AC_001)
            assert await editor.findings(uri) == []
            await editor.type(uri, "owner: it-operations-lead", "owner: ")
            (found,) = await editor.findings(uri)
            assert (found.code, found.source, found.severity) == ("SOP006", "sopkit", types.DiagnosticSeverity.Error)
            assert found.code_description == types.CodeDescription(
                "https://github.com/sopkit/sopkit/blob/main/docs/rules.md#missing-key"
            )
            await editor.type(uri, "owner: ", "owner: it-operations-lead")
            assert await editor.findings(uri) == []

    session(work())


@pytest.mark.parametrize(
    ("encodings", "chosen", "columns"),
    [
        ((), "utf-16", (7, 10)),
        (("utf-32", "utf-16"), "utf-32", (5, 8)),
        (("utf-8", "utf-16"), "utf-8", (12, 15)),
        (("utf-16",), "utf-16", (7, 10)),
    ],
)
@pytest.mark.parametrize(("mark", "end"), [("", "\n"), ("", "\r\n"), ("\ufeff", "\r\n")])
def test_columns_are_those_of_the_editor(
    acme: Path, encodings: tuple[str, ...], chosen: str, columns: tuple[int, int], mark: str, end: str
) -> None:
    async def work() -> None:
        async with editing(acme, encodings=encodings) as editor:
            assert editor.capabilities.position_encoding == chosen
            text = (acme / AC_001).read_text("utf-8").replace("## Scope\n", "## Scope\n\n💥💥 é TBD 💥\n")
            uri = await editor.open(acme / AC_001, mark + text.replace("\n", end))
            line = text[: text.index("💥💥")].count("\n")
            assert short(await editor.findings(uri)) == [("SOP104", line, *columns)]

    session(work())


def test_edits_of_lines_with_emoji_and_other_line_ends_land_where_they_are_meant(acme: Path) -> None:
    async def work() -> None:
        async with editing(acme) as editor:
            text = (acme / AC_001).read_text("utf-8").replace("## Scope\n", "## Scope\n\n💥\u2028💥 é flamingo 💥\n")
            uri = await editor.open(acme / AC_001, text.replace("\n", "\r\n"))
            before = await editor.findings(uri)
            await editor.type(uri, "flamingo", "TBD")
            line = text[: text.index("💥")].count("\n")
            added = [one for one in short(await editor.findings(uri)) if one not in short(before)]
            assert added == [("SOP104", line, 8, 11)]

    session(work())


def test_what_is_typed_in_a_register_shows_in_the_sops_that_are_open(acme: Path) -> None:
    async def work() -> None:
        async with editing(acme) as editor:
            sop = await editor.open(acme / AC_001)
            register = await editor.open(acme / "registers/risks.yaml")
            assert await editor.findings(sop) == await editor.findings(register) == []
            await editor.type(register, "- id: RSK-001", "- id: RSK-901")
            await editor.findings(register)
            await editor.until(lambda: bool(editor.published[sop].diagnostics))
            (found,) = editor.published[sop].diagnostics
            assert found.code == "SOP501"
            assert "did you mean `RSK-901`?" in found.message

    session(work())


def test_a_finding_in_a_register_stands_in_it(acme: Path) -> None:
    async def work() -> None:
        async with editing(acme) as editor:
            uri = await editor.open(acme / "registers/risks.yaml")
            await editor.type(uri, "- id: RSK-002", "- id: RSK-001")
            (found,) = await editor.findings(uri)
            assert found.code == "SOP007"
            assert found.range.start.character == len("- id: ")

    session(work())


def test_rules_that_need_the_history_are_left_out(acme: Path) -> None:
    async def work() -> None:
        (acme / "sopkit.toml").write_text((acme / "sopkit.toml").read_text() + '\n[lint]\nprofile = "publish"\n')
        async with editing(acme) as editor:
            assert await editor.findings(await editor.open(acme / AC_001)) == []

    session(work())


def test_only_the_newest_text_counts(acme: Path) -> None:
    async def work() -> None:
        async with editing(acme) as editor:
            uri = await editor.open(acme / AC_001)
            for word in ("a", "b", "c", "d"):
                await editor.type(uri, "owner: ", f"owner: {word}")
            editor.change(uri, types.TextDocumentContentChangeWholeDocument((acme / AC_001).read_text("utf-8")))
            assert await editor.findings(uri) == []

    session(work())


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_after_many_quick_edits_the_findings_are_those_of_the_text(acme: Path, seed: int, end: str) -> None:
    random = Random(seed)
    pieces = [
        "",
        "x",
        "\U0001f4a5",
        end,
        "---",
        "## ",
        "TBD",
        "A.9.2.2",
        "RSK-999",
        "owner: ",
        "\u2028",
        "**",
        "[",
        "1. ",
    ]

    async def work() -> tuple[str, list[tuple[object, int, int, int]]]:
        async with editing(acme) as editor:
            text = (acme / AC_001).read_text("utf-8").replace("\n", end)
            uri = await editor.open(acme / AC_001, text)
            for _ in range(60):
                text = editor.texts[uri]
                start = random.randrange(len(text))
                stop = min(start + random.choice([0, 0, 1, 5, 40]), len(text))
                if any(text[at - 1 : at + 1] == "\r\n" for at in (start, stop)):
                    continue
                new = random.choice(pieces)
                editor.texts[uri] = text[:start] + new + text[stop:]
                span = types.Range(place(text, start), place(text, stop))
                editor.change(uri, types.TextDocumentContentChangePartial(span, new))
                if random.random() < 0.05:
                    await editor.findings(uri)
            return editor.texts[uri], short(await editor.findings(uri))

    text, shown = session(work())
    library = load(acme, date(2026, 11, 24)).with_texts({AC_001: text.encode()})
    found = findings_in(library, [AC_001])[AC_001]
    positions = Positions(library.by_path[AC_001].source)
    assert shown == [
        (one.code, *positions.position(one.place.start), positions.position(one.place.end)[1]) for one in found
    ]
