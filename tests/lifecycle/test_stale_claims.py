"""What claims in the front matter are worth beside the history: each doubt, on real repositories."""

from datetime import date

import pytest
from tests.lifecycle.sops import AS_OF, BODY, CLAIMS, PATH, gist, report, row, sop
from tests.repository import ANN, BEN, GitRepository

from sopkit.lifecycle.status import StaleRow
from sopkit.model.errors import SopkitError

pytestmark = pytest.mark.slow

FRESH = "unproven-fresh"


def start(repository: GitRepository, reviewed: str = "2024-03-01", day: str = "2024-02-01") -> None:
    """A text that landed in February and was claimed in March, when nothing else changed."""
    repository.commit(day, {"sopkit.toml": CLAIMS, PATH: sop()}, author=ANN)
    repository.commit("2024-03-01", {PATH: sop(last_reviewed=reviewed)}, author=BEN)


def judged(repository: GitRepository, as_of: date = AS_OF) -> StaleRow:
    return row(repository.root, as_of)


def test_a_claim_of_which_nothing_speaks_against(repository: GitRepository) -> None:
    start(repository)
    found = judged(repository)
    assert (*gist(found), found.reviewed, found.reviewed_by, found.evidence, found.due, found.days) == (
        *(FRESH, "r1 2024-02-01", ()),
        *(date(2024, 3, 1), "", "E0", date(2025, 3, 1), 90),
    )
    assert found.reason == "review is due on 2025-03-01, 12 months after the claimed review of 2024-03-01"


def test_a_claimed_time_is_its_day(repository: GitRepository) -> None:
    start(repository, reviewed="2024-03-01T09:30:00.000Z")
    assert judged(repository).reviewed == date(2024, 3, 1)


def test_an_overdue_claim_names_the_later_change_as_well(repository: GitRepository) -> None:
    start(repository)
    repository.commit("2024-09-02", {PATH: sop("Changed.\n", last_reviewed="2024-03-01")}, author=BEN)
    found = judged(repository, date(2025, 3, 2))
    assert gist(found) == (
        *("unproven-overdue", "r2 2024-09-02"),
        ("unproven-overdue", "text-changed-since-claim"),
    )
    assert found.reason == (
        "review was due on 2025-03-01, 1 day ago, 12 months after the claimed review of 2024-03-01; "
        "text changed on 2024-09-02 by Ben Roy after the claimed review of 2024-03-01"
    )


def test_text_that_changed_after_the_claimed_day(repository: GitRepository) -> None:
    start(repository)
    repository.commit("2024-03-02", {PATH: sop("Changed.\n", last_reviewed="2024-03-01")}, author=BEN)
    found = judged(repository)
    assert gist(found) == ("text-changed-since-claim", "r2 2024-03-02", ("text-changed-since-claim",))
    assert found.reason == "text changed on 2024-03-02 by Ben Roy after the claimed review of 2024-03-01"


def test_text_that_changed_on_the_claimed_day_was_reviewed(repository: GitRepository) -> None:
    start(repository)
    repository.commit("2024-06-01", {PATH: sop("Changed.\n", last_reviewed="2024-06-01")})
    assert gist(judged(repository)) == (FRESH, "r2 2024-06-01", ())


def test_text_that_landed_first_after_the_claimed_day(repository: GitRepository) -> None:
    repository.commit("2024-02-01", {"sopkit.toml": CLAIMS, PATH: sop(last_reviewed="2024-01-10")})
    found = judged(repository)
    assert gist(found) == (FRESH, "r1 2024-02-01", ("late-recorded",))
    assert found.reason.endswith("; the review of 2024-01-10 was claimed only on 2024-02-01 by Ann Lee")


def test_text_that_landed_before_a_claim_of_an_earlier_day(repository: GitRepository) -> None:
    start(repository)
    repository.commit("2024-06-01", {PATH: sop(BODY + "\nMore.\n", last_reviewed="2024-03-01")})
    repository.commit("2024-06-05", {PATH: sop(BODY + "\nMore.\n", last_reviewed="2024-05-30")})
    assert judged(repository).reason.startswith("text changed on 2024-06-01 by Ann Lee after the claimed review of")


def test_a_claim_of_a_day_after_its_own_commit(repository: GitRepository) -> None:
    start(repository, reviewed="2024-03-02")
    found = judged(repository)
    assert gist(found) == ("claim-after-commit", "r1 2024-02-01", ("claim-after-commit",))
    assert found.reason == ("the review of 2024-03-02 was claimed on 2024-03-01 by Ben Roy, before it can have been")


def test_the_commit_that_set_a_claim_is_not_one_that_kept_it(repository: GitRepository) -> None:
    start(repository, reviewed="2024-06-01")
    repository.commit("2024-07-01", {PATH: sop(last_reviewed="2024-06-01", tags="[x]")})
    assert judged(repository).state == "claim-after-commit"
    repository.commit("2024-07-02", {PATH: sop(last_reviewed="2024-06-02")})
    assert judged(repository).state == FRESH


@pytest.mark.parametrize(("count", "state"), [(4, FRESH), (5, "bulk-bump")])
def test_one_commit_that_raises_five_claims(repository: GitRepository, count: int, state: str) -> None:
    def library(reviewed: str) -> dict[str, str | bytes | None]:
        return {f"sops/{at}.md": sop(id=f"AC-00{at}", last_reviewed=reviewed) for at in range(count)}

    repository.commit("2024-02-01", {"sopkit.toml": CLAIMS, **library("2024-02-01")})
    assert {found.state for found in report(repository.root).rows} == {FRESH}
    oid = repository.commit("2024-06-01", library("2024-05-31"))
    found = report(repository.root).rows
    assert [one.state for one in found] == [state] * count
    assert (f"commit {oid[:12]} raised 5 claims at once on 2024-06-01" in found[0].reason) == (count == 5)


def test_claims_that_are_made_for_the_first_time_or_lowered(repository: GitRepository) -> None:
    def library(reviewed: str) -> dict[str, str | bytes | None]:
        return {f"sops/{at}.md": sop(id=f"AC-00{at}", last_reviewed=reviewed) for at in range(5)}

    repository.commit("2024-02-01", {"sopkit.toml": CLAIMS, **library("")})
    repository.commit("2024-06-01", library("2024-06-01"))
    assert {found.state for found in report(repository.root).rows} == {"bulk-bump"}
    repository.commit("2024-07-01", library("2024-05-01"))
    assert {found.state for found in report(repository.root).rows} == {FRESH}


def test_due_soon(repository: GitRepository) -> None:
    start(repository)
    assert gist(judged(repository, date(2025, 2, 20))) == ("due-soon", "r1 2024-02-01", ("due-soon",))


@pytest.mark.parametrize(
    ("keys", "due", "reason"),
    [
        (
            {"last_reviewed": "2024-03-01", "next_review": "2024-10-01"},
            date(2024, 10, 1),
            "review was due on 2024-10-01, 61 days ago, the day that the text claims",
        ),
        (
            {"last_reviewed": "2024-03-01", "next_review": "2026-10-01"},
            date(2025, 3, 1),
            "review is due on 2025-03-01, 12 months after the claimed review of 2024-03-01",
        ),
        ({"next_review": "2025-02-01"}, date(2025, 2, 1), "review is due on 2025-02-01, the day that the text claims"),
        (
            {"next_review": "2035-02-01"},
            date(2025, 3, 1),
            "review is due on 2025-03-01, 12 months after 2035-02-01 was claimed",
        ),
        (
            {"last_reviewed": "2024-03-01", "review_every": "6 months"},
            date(2024, 9, 1),
            "review was due on 2024-09-01, 91 days ago, 6 months after the claimed review of 2024-03-01",
        ),
        (
            {"last_reviewed": "2024-03-01", "criticality": "high"},
            date(2024, 9, 1),
            "review was due on 2024-09-01, 91 days ago, 6 months after the claimed review of 2024-03-01",
        ),
    ],
)
def test_due_days(repository: GitRepository, keys: dict[str, str], due: date, reason: str) -> None:
    kept = {key: value for key, value in keys.items() if "review_every" in key or "critical" in key}
    repository.commit("2024-02-01", {"sopkit.toml": CLAIMS, PATH: sop(**kept)})
    repository.commit("2024-03-01", {PATH: sop(**keys)})
    found = judged(repository)
    assert (found.due, found.reason) == (due, reason)


@pytest.mark.parametrize(
    ("keys", "reason", "findings"),
    [
        ({}, "no last_reviewed claims a review", ()),
        (
            {"last_reviewed": "2024-09-018"},
            "last_reviewed: `2024-09-018` is no day, so no review is claimed",
            ("last_reviewed: `2024-09-018` is no day; write YYYY-MM-DD",),
        ),
        (
            {"last_reviewed": "last week", "next_review": "2030-01-01"},
            "last_reviewed: `last week` is no day, so no review is claimed",
            ("last_reviewed: `last week` is no day; write YYYY-MM-DD",),
        ),
    ],
)
def test_no_readable_claim(
    repository: GitRepository, keys: dict[str, str], reason: str, findings: tuple[str, ...]
) -> None:
    repository.commit("2024-02-01", {"sopkit.toml": CLAIMS, PATH: sop(**keys)})
    found = judged(repository)
    first = date(2025, 2, 1)  # counted from when it became active
    assert (found.state, found.due, found.reason, found.findings) == ("never-reviewed", first, reason, findings)


def test_claims_keys_are_material_under_another_basis(repository: GitRepository) -> None:
    start(repository)
    assert row(repository.root).revision == "r1"
    (found,) = report(repository.root, basis=None).rows
    from sopkit.model.config import Basis

    (other,) = report(repository.root, basis=Basis.GIT).rows
    assert (found.revision, other.revision, other.changed) == ("r1", "r2", date(2024, 3, 1))


def test_claims_need_to_know_their_key(repository: GitRepository) -> None:
    repository.commit("2024-02-01", {"sopkit.toml": '[review]\nbasis = "claims"\n', PATH: sop()})
    with pytest.raises(SopkitError, match="basis claims needs to know which keys") as caught:
        report(repository.root)
    assert "[front_matter] claims" in caught.value.hint


def test_basis_records_believes_the_ledger_alone(repository: GitRepository) -> None:
    repository.commit("2024-02-01", {"sopkit.toml": "", PATH: sop(), "sops/d.md": sop(id="AC-002", status="draft")})
    first, draft = report(repository.root).rows
    assert gist(first) == ("never-reviewed", "r1 2024-02-01", ("never-reviewed", "approval-missing"))
    assert first.reason.startswith(
        "no review counts yet; run: sopkit review AC-001; r1 of 2024-02-01 by Ann Lee is not"
    )
    assert draft.state == "draft"
