"""SOP514: who accepted a risk, and when."""

from pathlib import Path

import pytest
from tests.build import library

from sopkit.lint.engine import LintOptions, lint

BOTH = "accepted_by: ciso, accepted_on: 2026-11-24"


@pytest.mark.parametrize(
    ("row", "told"),
    [
        (f"treatment: accept, {BOTH}", []),
        (f"treatment: mitigate, {BOTH}", []),
        ("treatment: mitigate", []),
        ("treatment: accept, closed: 2026-05-29", []),
        ("treatment: accept",
         [(22, "risk `R` is accepted without `accepted_by` and `accepted_on`; write which role accepted it, and when")]),
        ("treatment: accept, accepted_by: ciso",
         [(22, "risk `R` is accepted without `accepted_on`; write which role accepted it, and when")]),
        ("accepted_on: 2026-02-16",
         [(24, "risk `R` is accepted without `accepted_by`; write which role accepted it, and when")]),
        ("treatment: accept, accepted_by: ciso, accepted_on: 2026-11-25",
         [(62, "risk `R` was accepted on 2026-11-25, which is in the future; correct the date")]),
    ],
)  # fmt: skip
def test_an_accepted_risk_has_a_role_and_a_date(row: str, told: list[tuple[int, str]], tmp_path: Path) -> None:
    loaded = library(tmp_path, {"registers/risks.yaml": f"- {{id: R, {row}}}\n"})
    findings = lint(loaded, LintOptions(select=("SOP514",))).findings
    assert [(one.place.column, one.message) for one in findings] == told
