"""Which approved text is in force on a day, and what is said of it."""

from datetime import date

import pytest
from tests.lifecycle.ledger import EDITED, TEXT, TODAY, approval, base, row, text
from tests.lifecycle.sops import PATH
from tests.repository import BEN, CAT, GitRepository

from sopkit.lifecycle.library_status import read_library_status
from sopkit.lifecycle.text_in_force import describe_approval

LATER = text("## Purpose\n\nFrom summer on.\n", version='"1.1"', effective="2024-07-01")
FIRST = "Not approved: this is not the text in force, which is version 1.0, approved on 2024-03-02."
SECOND = "Not approved: this is not the text in force, which is version 1.1, approved on 2024-05-02."


@pytest.mark.parametrize(
    ("day", "of", "words"),
    [
        (date(2024, 6, 30), LATER, "Approved on 2024-05-02 by Cat Diaz (E1), in force from 2024-07-01."),
        (date(2024, 7, 1), LATER, "Approved on 2024-05-02 by Cat Diaz (E1), in force since 2024-07-01."),
        (date(2024, 6, 30), EDITED, FIRST),
        (date(2024, 7, 1), EDITED, SECOND),
        (date(2024, 6, 30), TEXT, "Approved on 2024-03-02 by Cat Diaz (E1), in force since 2024-03-02."),
    ],
)
def test_a_text_approved_for_a_later_day(repository: GitRepository, day: date, of: str, words: str) -> None:
    base(repository)
    repository.commit("2024-05-01", {PATH: LATER}, author=BEN)
    repository.commit("2024-05-02", approval("2024-05-02", LATER), author=CAT)
    with read_library_status(repository.root, day, TODAY) as status:
        assert status.judged is not None
        [sop] = status.library.sops
        digest = status.digest(status.library.read(PATH, of.encode()))
        assert describe_approval(status.judged, (sop.id, ""), digest, day) == words


def test_the_status_of_the_days_before_and_after(repository: GitRepository) -> None:
    base(repository)
    repository.commit("2024-05-01", {PATH: LATER}, author=BEN)
    repository.commit("2024-05-02", approval("2024-05-02", LATER), author=CAT)
    assert [row(repository.root, day).in_force for day in ("2024-06-30", "2024-07-01")] == ["r1", "r2"]


def test_a_change_after_a_text_that_is_not_in_force_yet(repository: GitRepository) -> None:
    base(repository, LATER)
    repository.commit("2024-05-01", {PATH: EDITED}, author=BEN)
    found = row(repository.root, "2024-06-30")
    assert found.in_force == ""
    assert found.reason.startswith(
        "r2 of 2024-05-01 by Ben Roy is not approved (still to approve: ciso); "
        "r1 1.1 of 2024-03-02 is, and is in force from 2024-07-01"
    )
