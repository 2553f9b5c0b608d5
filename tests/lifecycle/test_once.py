"""An entry is judged once: what a day's report says stays said, whatever lands later, from the cache or anew."""

from dataclasses import replace
from datetime import date

import pytest
from tests.lifecycle.ledger import (
    DAN,
    EDITED,
    PEOPLE,
    ROLES,
    SET_UP,
    TEXT,
    TODAY,
    Files,
    approval,
    entry,
    name_of,
    review,
    text,
)
from tests.lifecycle.sops import PATH
from tests.repository import ANN, BEN, CAT, GitRepository

from sopkit.lifecycle.stale import report_stale
from sopkit.lifecycle.status import StaleRow

NEW = text(approvers="[cto]")
HISTORY: tuple[tuple[str, str, Files], ...] = (
    (ANN, "added", {PATH: TEXT}),
    (BEN, "reviewed", review("2024-02-02")),
    (DAN, "approved without the role", approval("2024-02-03", by="dan")),
    (CAT, "approved", approval("2024-02-04")),
    (CAT, "edited by the approver", {PATH: EDITED}),
    (CAT, "self-approval", approval("2024-02-06", EDITED)),
    (ANN, "dan holds the role as well", {"registers/roles.yaml": ROLES.replace("cat}]", "cat}, {person: dan}]")}),
    (DAN, "approved", approval("2024-02-08", EDITED, "dan")),
    (ANN, "reverted", {PATH: TEXT}),
    (CAT, "approved again", approval("2024-02-10")),
    (CAT, "withdrawn", entry("withdrawal", "cat", "2024-02-11", TEXT)),
    (CAT, "approved once more", approval("2024-02-12")),
    (CAT, "corrected", approval("2024-02-13", corrects=name_of(approval("2024-02-12")))),
    (BEN, "tampered", dict.fromkeys(review("2024-02-02"), b"x")),
    (ANN, "another approver", {PATH: NEW}),
    (CAT, "approved", approval("2024-02-16", NEW)),
    (ANN, "nobody is known", {"registers/people.yaml": "[]\n", "registers/roles.yaml": "[]\n"}),
    (CAT, "unknown", approval("2024-02-18", NEW, note="again")),
    (ANN, "everybody is back", {"registers/people.yaml": PEOPLE, "registers/roles.yaml": ROLES}),
    (ANN, "retired", {PATH: text(approvers="[cto]", status="retired")}),
    (DAN, "let go", approval("2024-02-21", NEW, "dan", outcome="retire")),
    (ANN, "removed", {PATH: None}),
    (ANN, "in force again", {"sops/new.md": NEW}),
)


@pytest.mark.slow
def test_a_report_of_a_day_is_that_of_the_commit_of_the_day(repository: GitRepository) -> None:
    def rows(day: date, *, cached: bool = True) -> tuple[StaleRow, ...]:
        found = report_stale(repository.root, day, TODAY, cached=cached).rows
        return tuple(replace(row, reason="") for row in found)

    repository.commit("2024-01-15", SET_UP)
    then = {}
    for number, (author, message, files) in enumerate(HISTORY, 1):
        day = date(2024, 2, number)
        repository.commit(f"{day}", dict(files), author=author, message=message)
        then[day] = rows(day)
    for cached in (True, False):
        assert {day: rows(day, cached=cached) for day in then} == then
    states = [found[0].state if found else "" for found in then.values()]
    assert states == STATES


STATES = [
    "never-reviewed",
    "approval-missing",
    "approval-missing",
    "current",
    "approval-missing",
    "approval-missing",
    "approval-missing",
    "changed-since-review",
    "approval-missing",
    "current",
    "approval-missing",
    "current",
    "current",
    "entry-tampered",
    "entry-tampered",
    "entry-tampered",
    "entry-tampered",
    "entry-tampered",
    "entry-tampered",
    "entry-tampered",
    "entry-tampered",
    "entry-tampered",
    "entry-tampered",
]
