"""SOP610: the last day, and what an exception must name."""

from datetime import date
from pathlib import Path

import pytest
from tests.build import library

from sopkit.library import Library
from sopkit.lint.engine import LintOptions, lint
from sopkit.model.finding import Finding

PATH = "registers/exceptions.yaml"


def found(loaded: Library) -> tuple[Finding, ...]:
    return lint(loaded, LintOptions(select=("SOP610",))).findings


@pytest.mark.parametrize(
    ("row", "day", "said"),
    [
        ("risk: R, approver: cto, until: 2026-06-30", date(2026, 6, 30), []),
        (
            "risk: R, approver: cto, until: 2026-06-30",
            date(2026, 7, 1),
            [(1, "exception `E` ended on 2026-06-30; delete the row, or have it approved anew")],
        ),
        ("risk: R", date(2026, 7, 1), [(1, "exception `E` has no approver; name what it risks and who allowed it")]),
        (
            "what: x",
            date(2026, 7, 1),
            [(1, "exception `E` has no risk and no approver; name what it risks and who allowed it")],
        ),
    ],
)
def test_an_exception_is_in_force_and_answered_for(
    row: str, day: date, said: list[tuple[int, str]], tmp_path: Path
) -> None:
    loaded = library(tmp_path, {PATH: f"- {{id: E, {row}}}\n"}, as_of=day)
    assert [(one.place.line, one.message) for one in found(loaded)] == said
    assert all(one.path == PATH for one in found(loaded))
