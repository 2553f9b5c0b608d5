"""SOP807: rows whose day of review has passed."""

from pathlib import Path

import pytest
from tests.build import library

from sopkit.lint.engine import LintOptions, lint


@pytest.mark.parametrize(
    ("name", "row", "told"),
    [
        ("risks", "review: 2026-11-24", []),
        ("risks", "review: 2026-11-23", ["`R` was to be reviewed by 2026-11-23; review it and write the next day"]),
        ("risks", "review: 2026-11-23, closed: 2026-11-24", []),
        ("vendors", "review: 2025-01-31", ["`R` was to be reviewed by 2025-01-31; review it and write the next day"]),
        ("vendors", "review: 2025-01-31, offboarded: 2025-02-28", []),
        ("vendors", "tier: 1", []),
        ("external", "checked: 2025-11-23", []),
        ("external", "checked: 2025-11-22",
         ["the edition of `R` was last checked on 2025-11-22; look it up, and write the day"]),
        ("external", "edition: online", []),
    ],
)  # fmt: skip
def test_a_row_is_reviewed_in_time(name: str, row: str, told: list[str], tmp_path: Path) -> None:
    loaded = library(tmp_path, {f"registers/{name}.yaml": f"- {{id: R, title: a row, {row}}}\n"})
    assert [one.message for one in lint(loaded, LintOptions(select=("SOP807",))).findings] == told
