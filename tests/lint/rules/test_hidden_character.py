"""SOP706 in bodies, front matter and registers: as they are, as escapes and as entities; and what `--fix` deletes."""

from pathlib import Path

import pytest
from tests.build import PATH, complete, library

from sopkit.authoring.fix import fix_findings
from sopkit.lint.engine import LintOptions, lint

ONLY = LintOptions(select=("SOP706",))


def said(root: Path, files: dict[str, str]) -> list[tuple[str, int, int, str]]:
    found = lint(library(root, files), ONLY).findings
    return [
        (one.path, one.place.line, one.place.column, one.message.removeprefix("hidden character ")) for one in found
    ]


@pytest.mark.parametrize(
    ("text", "column", "message"),
    [
        (
            "All \u202estaff",
            5,
            "U+202E RIGHT-TO-LEFT OVERRIDE: the text around it is shown in another order; delete it",
        ),
        ("All s\u200btaff", 6, "U+200B ZERO WIDTH SPACE: nobody sees it; delete it"),
        (
            "All staff\U000e0041\U000e0042\U000e0043",
            10,
            "U+E0041 TAG LATIN CAPITAL LETTER A and 2 more: nobody sees them; delete them",
        ),
        ("All \x1b[31mstaff", 5, "U+001B ESCAPE: terminals obey it; delete it"),
        ("All\u2028staff", 4, "U+2028 LINE SEPARATOR: some programs end a line at it; delete it"),
        ("All \ufeffstaff", 5, "U+FEFF ZERO WIDTH NO-BREAK SPACE: nobody sees it; delete it"),
        ("`st\u00adaff`", 4, "U+00AD SOFT HYPHEN in code: nobody sees it; delete it"),
        (
            "é <!-- \u2066 -->",
            8,
            "U+2066 LEFT-TO-RIGHT ISOLATE: the text around it is shown in another order; delete it",
        ),
        (
            "All &#x202e;staff",
            5,
            "U+202E RIGHT-TO-LEFT OVERRIDE (an entity): the text around it is shown in another order; delete it",
        ),
        ("All &ZeroWidthSpace;staff", 5, "U+200B ZERO WIDTH SPACE (an entity): nobody sees it; delete it"),
    ],
)
def test_body(text: str, column: int, message: str, tmp_path: Path) -> None:
    body = complete(f"## Scope\n\n{text}\n")
    line = body[: body.index(text)].count("\n") + 1
    assert said(tmp_path, {PATH: body}) == [(PATH, line, column, message)]


def test_what_is_fine(tmp_path: Path) -> None:
    text = "👩\u200d💻 می\u200cخواهم, Ver\u00adtrag, 5\u00a0EUR, می&zwnj;خواهم, Ver&shy;trag and `&#x202e;`\n\n    &#x202e;"
    assert said(tmp_path, {PATH: "\ufeff" + complete(f"## Scope\n\n{text}\n")}) == []


def test_front_matter(tmp_path: Path) -> None:
    files = {PATH: complete(title='"A\u200bB \\u202e \\e"', summary="A\u2069")}
    assert [(line, column, words[:12]) for _, line, column, words in said(tmp_path, files)] == [
        (3, 8, "U+001B ESCAP"),
        (3, 8, "U+202E RIGHT"),
        (3, 10, "U+200B ZERO "),
        (files[PATH][: files[PATH].index("\u2069")].count("\n") + 1, 11, "U+2069 POP D"),
    ]


def test_a_key_is_left_to_a_person(tmp_path: Path) -> None:
    """Without the character it may be there twice: a missing key is added in the same run."""
    files = {PATH: complete().replace("owner:", "ow\u200bner:", 1)}
    [(_, _, _, words)] = said(tmp_path, files)
    assert words.startswith("U+200B")
    there = library(tmp_path, files)
    assert fix_findings(there, ONLY, meaning=True, unsafe=True).files == {}


def test_registers(tmp_path: Path) -> None:
    rows = '- {id: okta, title: "Ok\u200bta", kind: "a\\u202eb", owner: lead}\n# a comment \u2066\n'
    found = said(tmp_path, {PATH: complete(), "registers/assets.yaml": rows})
    assert [(path, line, column, words[:6]) for path, line, column, words in found] == [
        ("registers/assets.yaml", 1, 24, "U+200B"),
        ("registers/assets.yaml", 1, 36, "U+202E"),
        ("registers/assets.yaml", 2, 13, "U+2066"),
    ]


@pytest.mark.parametrize(
    ("text", "after", "unsafe"),
    [
        ("All st\u200baff\x07s.", "All staffs.", "All staffs."),
        ("All\u200b staff.", None, "All staff."),
        ("All a\u202eb staff.", None, "All ab staff."),
        ("All a\u2028b staff.", None, "All a b staff."),
        ("\u200b- All staff.", None, "- All staff."),
        ("All &#x200b;staff.", None, "All staff."),
        ("All st&#x200b;aff, &#x202e;x.", "All staff, &#x202e;x.", "All staff, x."),
        ("All `st\u00adaff`.", "All `staff`.", "All `staff`."),
    ],
)
def test_what_is_deleted(text: str, after: str | None, unsafe: str, tmp_path: Path) -> None:
    for risky, expected in ((False, after), (True, unsafe)):
        there = library(tmp_path / str(risky), {PATH: complete(f"## Scope\n\n{text}\n")})
        done = fix_findings(there, ONLY, meaning=True, unsafe=risky)
        written = {path: data.decode() for path, (_, data) in done.files.items()}
        assert written == ({} if expected is None else {PATH: complete(f"## Scope\n\n{expected}\n")})
