"""SOP018: which marks count, and where they stand."""

from pathlib import Path

import pytest
from tests.build import library

from sopkit.lint.engine import LintOptions, lint
from sopkit.model.finding import Finding, Severity

PATH = "registers/glossary.yaml"


def found(root: Path, files: dict[str, str]) -> tuple[Finding, ...]:
    return lint(library(root, files), LintOptions(select=("SOP018",))).findings


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("- {term: x, meaning: '[decide: what it means]'}\n", [(1, 23)]),
        ("- {term: x}  # [decide: what]\n", [(1, 16)]),
        ("# [decide: a] and [Decide: b]\n# [ decide c]\n", [(1, 3), (1, 19), (2, 3)]),
        ("# ähm [decide: a]\r\n# [decide: b]\r\n", [(1, 7), (2, 3)]),
        ("a: [b\n# [decide: also where YAML is broken]\n", [(2, 3)]),
        ("# [decide: never\n# closed]\n", []),
        ("# decide: no bracket\n- {term: x, meaning: '[decided: yes]'}\n", []),
        ("", []),
    ],
)
def test_a_mark_is_found_where_it_stands(text: str, places: list[tuple[int, int]], tmp_path: Path) -> None:
    marks = found(tmp_path, {PATH: text})
    assert [(one.place.line, one.place.column) for one in marks] == places
    assert {one.path for one in marks} <= {PATH}
    assert {one.severity for one in marks} <= {Severity.WARNING}


def test_the_message_shows_the_mark_and_what_to_do(tmp_path: Path) -> None:
    (mark,) = found(tmp_path, {PATH: "# [decide: the word for it]\n"})
    assert mark.message == "`[decide: the word for it]` is undecided; write what was decided and delete the mark"


def test_an_ignore_with_a_reason_takes_it_out(tmp_path: Path) -> None:
    text = "# sopkit: ignore SOP018 settled by the board in May\n- {term: x}  # [decide: later]\n"
    assert found(tmp_path, {PATH: text}) == ()
