from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.build import PATH, REGISTERS, complete, library

from sopkit.authoring.fix import apply_fixes
from sopkit.library import Library
from sopkit.lint.engine import LintOptions, lint
from sopkit.lsp.edit_requests import IGNORE_REASON, FileFix, FixKind, file_fixes, ignore_comment, line_edits
from sopkit.lsp.session import findings_in
from sopkit.model.finding import Edit, Finding, Fix

RISKS = "registers/risks.yaml"


def of(shelf: Library, path: str = PATH) -> list[Finding]:
    return findings_in(shelf, [path])[path]


def offered(shelf: Library, path: str = PATH) -> list[FileFix]:
    found = of(shelf, path)
    return list(file_fixes(shelf, path, found, found))


def after(shelf: Library, path: str, *edits: Edit) -> str:
    return apply_fixes(shelf.sources[path].data, [Fix("", edits)])[0].decode()


CONTROLS = "{iso27001-2022: [A.9.2.2, A.9.4.1]}"
IN_FORCE = "; the SOP is in force: this changes its text, which needs a new version"


@pytest.mark.parametrize(("status", "careful", "said"), [("draft", False, ""), ("active", True, IN_FORCE)])
def test_a_fix_a_suggestion_all_fixes_at_once_and_ignores(
    tmp_path: Path, status: str, careful: bool, said: str
) -> None:
    text = complete(status=status, controls=CONTROLS, assets="[okt]", title="Gr\u00e4nt \U0001f4a5")
    shelf = library(tmp_path, {PATH: text, "registers/assets.yaml": "- {id: okta, title: Okta}\n"})
    found = offered(shelf)
    assert [(one.title, one.kind, one.careful) for one in found] == [
        (f"replace it by A.5.18 (SOP402){said}", FixKind.FIX, careful),
        (f"replace it by A.8.3 (SOP402){said}", FixKind.FIX, careful),
        (f"Suggestion: write `okta` (SOP501){said}", FixKind.SUGGESTION, careful),
        (f"Mend all 2 findings that a program can mend{said}", FixKind.ALL, careful),
        ("Ignore SOP402 here, with a reason", FixKind.IGNORE, False),
        ("Ignore SOP402 here, with a reason", FixKind.IGNORE, False),
        ("Ignore SOP501 here, with a reason", FixKind.IGNORE, False),
    ]
    assert after(shelf, PATH, *found[2].edits) == text.replace("okt]", "okta]")
    assert [edit.text for edit in found[3].edits] == [
        "controls: {iso27001-2022: [A.5.18, A.8.3]}\n",
        "- ISO/IEC 27001:2022 A.8.3 Information access restriction\n",
    ]
    mended = shelf.with_texts({PATH: after(shelf, PATH, *found[3].edits).encode()})
    assert [one.code for one in of(mended)] == ["SOP501"]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (
            "## Scope\n\nAll accounts, TBD.\n",
            "All accounts, TBD. <!-- sopkit: ignore SOP104 [decide: why this is accepted] -->",
        ),
        (
            "## Scope\n\n- All accounts\n- TBD\n- Okta\n",
            "- TBD <!-- sopkit: ignore SOP104 [decide: why this is accepted] -->",
        ),
        (
            "## Scope\n\n| a | b |\n| - | - |\n| c | TBD |\n",
            "| c | TBD <!-- sopkit: ignore SOP104 [decide: why this is accepted] --> |",
        ),
        (
            "## Scope\n\n| a | TBD |\n| - | - |\n| c | d |\n",
            "| a | TBD <!-- sopkit: ignore SOP104 [decide: why this is accepted] --> |",
        ),
        (
            "## Scope\n\nTBD \\\nAll accounts\n",
            "TBD <!-- sopkit: ignore SOP104 [decide: why this is accepted] --> \\",
        ),
        (
            "## Scope\n\nTBD \\|\n",
            "TBD \\| <!-- sopkit: ignore SOP104 [decide: why this is accepted] -->",
        ),
        (
            "## Scope\n\nTBD \\\\\nAll accounts\n",
            "TBD \\\\ <!-- sopkit: ignore SOP104 [decide: why this is accepted] -->",
        ),
        ("---\nsummary: TBD\n---\n", "# sopkit: ignore SOP104 [decide: why this is accepted]"),
        (
            "---\nrecords:\n  - id: x\n    name: TBD\n    where: Jira\n    retention: P3Y\n---\n",
            "    # sopkit: ignore SOP104 [decide: why this is accepted]",
        ),
    ],
)
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_an_ignore_stands_where_it_covers_the_finding_and_counts_once_it_has_a_reason(
    tmp_path: Path, text: str, line: str, end: str
) -> None:
    shelf = library(tmp_path, {PATH: complete(text).replace("\n", end)})
    (finding,) = [one for one in of(shelf) if one.code == "SOP104"]
    edit = ignore_comment(shelf, PATH, finding)
    assert edit is not None
    ignoring = after(shelf, PATH, edit)
    assert line in ignoring.split(end)
    without = lint(shelf.with_texts({PATH: ignoring.encode()}), LintOptions()).findings
    assert {"SOP104", "SOP017"} <= {one.code for one in without}
    told = lint(shelf.with_texts({PATH: ignoring.replace(IGNORE_REASON, "agreed in June").encode()}), LintOptions())
    assert [one.code for one in told.ignored] == ["SOP104"]
    assert "SOP017" not in {one.code for one in told.findings}


def test_an_ignore_in_a_register(tmp_path: Path) -> None:
    shelf = library(tmp_path, {RISKS: "- id: RSK-001\n  title: x\n  owner: nobody\n", **REGISTERS, PATH: complete()})
    (finding,) = of(shelf, RISKS)
    edit = ignore_comment(shelf, RISKS, finding)
    assert edit is not None
    assert after(shelf, RISKS, edit).splitlines()[2] == f"  # sopkit: ignore SOP501 {IGNORE_REASON}"


def test_where_no_comment_can_stand_none_is_offered(tmp_path: Path) -> None:
    shelf = library(tmp_path, {PATH: complete(without=("owner",))})
    (finding,) = of(shelf)
    assert (finding.code, finding.place.line) == ("SOP006", 1)
    assert offered(shelf) == []
    assert ignore_comment(shelf, "sops/none.md", replace(finding, path="sops/none.md")) is None


LINES = st.lists(st.sampled_from([b"a\n", b"b\r\n", b"c\r", b"\xc3\xa9\n", b"\n"]), max_size=8).map(b"".join)


@given(LINES, LINES, st.sampled_from([0, 2_000]))
def test_differing_lines_make_one_text_of_another(before: bytes, after: bytes, most: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sopkit.lsp.edit_requests._MAX_LINES", most)
        edits = tuple(line_edits(before, after))
    data = before
    for edit in reversed(edits):
        data = data[: edit.start] + edit.text.encode() + data[edit.end :]
    assert data == after
