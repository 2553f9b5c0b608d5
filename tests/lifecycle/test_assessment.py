"""On which day a review becomes due soon, and on which it is overdue: the days at both ends of each state."""

from datetime import date

import pytest
from tests.lifecycle.ledger import base, row
from tests.lifecycle.sops import PATH, sop
from tests.repository import GitRepository

from sopkit.lifecycle.assessment import ClaimsAssessment
from sopkit.lifecycle.snapshot import SnapshotReader
from sopkit.lifecycle.status import SopState, StatusFlag
from sopkit.lifecycle.tracked_sops import TrackedSop
from sopkit.parsing.config import read_config

CLAIMS = b'[review]\nbasis = "claims"\ndue_soon = "30 days"\n[front_matter]\nclaims = {reviewed = "reviewed_on"}\n'
DAYS = {
    "2025-01-29": None,
    "2025-01-30": "soon",
    "2025-02-28": "soon",
    "2025-03-01": "soon",
    "2025-03-02": "overdue",
}
"""What is reported of a review that is due on 2025-03-01."""


def states_of_claim(as_of: str) -> list[SopState | StatusFlag]:
    config = read_config(CLAIMS, "sopkit.toml")
    snapshot = SnapshotReader(config).read(sop(reviewed_on="2024-03-01", review_every="12 months").encode())
    tracked = TrackedSop(snapshot.id, PATH, snapshot, snapshot.digest, readable=True)
    return [state for state, _ in ClaimsAssessment(tracked, config, date.fromisoformat(as_of)).states()]


@pytest.mark.parametrize(("day", "expected"), DAYS.items())
def test_a_claimed_review(day: str, expected: str | None) -> None:
    states = {None: [], "soon": [SopState.DUE_SOON], "overdue": [SopState.UNPROVEN_OVERDUE]}
    assert states_of_claim(day) == states[expected]


def test_a_recorded_review(repository: GitRepository) -> None:
    base(repository)
    states = {None: SopState.CURRENT, "soon": SopState.DUE_SOON, "overdue": SopState.OVERDUE}
    assert {day: row(repository.root, day).state for day in DAYS} == {
        day: states[expected] for day, expected in DAYS.items()
    }
