"""SOP806: what is late, what has no day, and what nobody verified."""

from pathlib import Path

import pytest
from tests.build import library

from sopkit.lint.engine import LintOptions, lint

LATE = "action `A` was due on 2026-11-23, 1 day ago; write under `done` when it was done"


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ("due: 2026-11-24", []),
        ("due: 2026-11-23", [("warning", LATE)]),
        ("due: 2026-11-23, done: 2026-11-25", [("warning", LATE)]),
        ("due: 2026-11-23, done: 2026-11-24, verified_by: auditor", []),
        ("due: 2026-11-23, done: 2026-11-24",
         [("info", "action `A` was done on 2026-11-24 and nobody has verified it; name who did: `verified_by`")]),
        ("owner: ciso, done: 2026-11-24, verified_by: auditor", []),
        ("owner: ciso, done: 2026-11-24, verified_by: ciso",
         [("info", "action `A` was verified by its owner; have another role look at the result")]),
        ("action: something", [("info", "action `A` has no due day; agree on one with its owner")]),
    ],
)  # fmt: skip
def test_an_action_is_done_in_time_and_verified(row: str, told: list[tuple[str, str]], tmp_path: Path) -> None:
    loaded = library(tmp_path, {"registers/actions.yaml": f"- {{id: A, {row}}}\n"})
    findings = lint(loaded, LintOptions(select=("SOP806",))).findings
    assert [(str(one.severity), one.message) for one in findings] == told


def test_it_is_told_at_the_day_that_it_is_about_and_each_row_is_looked_at(tmp_path: Path) -> None:
    rows = "- {id: A, due: 2026-01-01}\n- {id: B, due: 2026-01-01, done: 2026-01-02}\n"
    findings = lint(library(tmp_path, {"registers/actions.yaml": rows}), LintOptions(select=("SOP806",))).findings
    assert [(one.place.line, one.place.column) for one in findings] == [(1, 16), (2, 34)]
