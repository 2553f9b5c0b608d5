"""The scenarios of the life cycle, each on a real repository: who may review and approve."""

from pathlib import Path

import pytest
from tests.git.keys import public, ssh_key
from tests.lifecycle.ledger import (
    BASE,
    DAN,
    EDITED,
    PEOPLE,
    SET_UP,
    TEXT,
    Files,
    approval,
    base,
    entry,
    name_of,
    review,
    row,
    said,
    text,
)
from tests.lifecycle.sops import PATH
from tests.repository import ANN, BEN, CAT, GitRepository

pytestmark = pytest.mark.slow

CHANGED = ("approval-missing", "changed-since-review")
R2 = BASE._replace(revision="r2", changed="2024-04-01")
AGAIN = text("## Purpose\n\nGrant access to people who need it, and to nobody else, today.\n\n1. Ask the owner.\n")


def edited(repository: GitRepository, author: str = ANN, data: str = EDITED, **options: str) -> None:
    """The base, and in April a change that the owner reviews."""
    base(repository)
    repository.commit("2024-04-01", {PATH: data}, author=author, **options)
    repository.commit("2024-04-02", review("2024-04-02", data), author=BEN)


def approved(repository: GitRepository, by: str = "cat", author: str = CAT, data: str = EDITED, **keys: str) -> None:
    repository.commit("2024-04-03", approval("2024-04-03", data, by, **keys), author=author)


WHOLE = R2.but(due="2025-04-02")
MISSING = WHOLE.but("approval-missing")


def squashed(repository: GitRepository, author: str, files: Files) -> None:
    """A change by ann with an entry on a branch, landed as one commit as a forge does it."""
    base(repository)
    repository.commit("2024-04-01", {PATH: EDITED} | files, author=author, message=f"x\n\nCo-authored-by: {CAT}\n")


def test_10_a_squash_with_an_unsigned_approval(repository: GitRepository) -> None:
    squashed(repository, ANN, approval("2024-03-30", EDITED))
    assert said(repository) == R2.but(*CHANGED, invalid=("author-unproved",))
    assert row(repository.root).invalid[0].detail == (
        "it was committed by Ann Lee <ann@acme.example>, who is not cat by the people register; "
        "let cat record it again on the default branch, or sign it"
    )
    repository.commit("2024-04-02", review("2024-04-02", EDITED), author=BEN)
    approved(repository)
    assert said(repository) == WHOLE.but(invalid=("author-unproved",))


def test_10_a_squash_with_signed_entries(repository: GitRepository, tmp_path: Path) -> None:
    ben, cat = (ssh_key(tmp_path, name=name) for name in ("ben", "cat"))
    people = PEOPLE.replace("ben, name", f"ben, signing_keys: {{key: {public(ben)}}}, name")
    people = people.replace("cat, name", f"cat, signing_keys: {{key: {public(cat)}}}, name")
    repository.commit("2024-01-10", SET_UP | {"registers/people.yaml": people})
    repository.commit("2024-02-01", {PATH: TEXT})
    entries = review("2024-02-25", EDITED, key=ben) | approval("2024-03-30", EDITED, key=cat)
    squash = {PATH: EDITED} | entries
    repository.commit("2024-04-01", squash, author=ANN, message=f"x\n\nCo-authored-by: {CAT}\n")
    expected = R2.but("late-recorded", due="2025-02-25", evidence="E3")._replace(state="current")
    assert said(repository) == expected


def test_10_a_squash_by_the_approver(repository: GitRepository) -> None:
    squashed(repository, CAT, approval("2024-03-30", EDITED))
    assert said(repository) == R2.but(*CHANGED, invalid=("self-approval",))


def test_21_self_approval_through_a_second_address(repository: GitRepository) -> None:
    edited(repository, author="C. Diaz <cat@home.example>")
    approved(repository)
    assert said(repository) == MISSING.but("approval-missing", invalid=("self-approval",))
    assert row(repository.root).invalid[0].detail == "cat is an author of r2, which this approves"


def test_21_self_approval_of_a_co_author(repository: GitRepository) -> None:
    edited(repository, message="change\n\nCo-authored-by: C <cat@home.example>")
    approved(repository)
    assert said(repository) == MISSING.but("approval-missing", invalid=("self-approval",))


def test_21a_the_approver_wrote_the_revision_before(repository: GitRepository) -> None:
    base(repository)
    repository.commit("2024-03-20", {PATH: EDITED}, author=CAT)
    repository.commit("2024-04-01", {PATH: AGAIN}, author=ANN)
    repository.commit("2024-04-02", review("2024-04-02", AGAIN), author=BEN)
    approved(repository, data=AGAIN)
    assert said(repository) == MISSING.but("approval-missing", revision="r3", invalid=("self-approval",))
    assert row(repository.root).invalid[0].detail == "cat is an author of r2, on which r3 rests"


def test_21b_the_text_names_its_own_new_approver(repository: GitRepository) -> None:
    own = text(approvers="[cto]")
    edited(repository, data=own)
    approved(repository, "dan", DAN, own)
    assert said(repository) == MISSING.but("approval-missing", invalid=("role-missing",))
    approved(repository, data=own)
    assert said(repository) == WHOLE.but(invalid=("role-missing",))
    repository.commit("2024-05-01", {PATH: AGAIN.replace("[ciso]", "[cto]")})
    repository.commit("2024-05-02", approval("2024-05-02", AGAIN.replace("[ciso]", "[cto]"), "dan"), author=DAN)
    expected = WHOLE.but("changed-since-review", revision="r3", changed="2024-05-01", invalid=("role-missing",))
    assert said(repository) == expected


def test_22_approved_without_the_role(repository: GitRepository) -> None:
    edited(repository)
    approved(repository, "dan", DAN)
    assert said(repository) == MISSING.but("approval-missing", invalid=("role-missing",))
    assert row(repository.root).invalid[0].detail == "dan did not hold ciso on 2024-04-03, nor stand in for it"


def test_22_an_entry_in_the_name_of_another(repository: GitRepository) -> None:
    edited(repository)
    repository.commit("2024-04-03", review("2024-04-03", EDITED), author=ANN)
    approved(repository, "cat", ANN)
    assert said(repository) == MISSING.but("approval-missing", invalid=("author-unproved", "author-unproved"))


def test_23_one_more_push_squashed_in_after_the_approval(repository: GitRepository) -> None:
    base(repository)
    files = {PATH: AGAIN} | approval("2024-03-30", EDITED)
    repository.commit("2024-04-01", files, author=ANN)
    repository.commit("2024-04-02", review("2024-04-02", AGAIN), author=BEN)
    assert said(repository) == MISSING.but("approval-missing", invalid=("digest-not-landed",))


def test_39_the_approver_presses_merge(repository: GitRepository) -> None:
    base(repository)
    repository.switch("edit", "main")
    repository.commit("2024-03-20", {PATH: EDITED}, author=ANN)
    repository.switch("main")
    repository.commit("2024-03-21", {"x.txt": "x"})
    repository.merge("2024-04-01", "edit", author=CAT)
    repository.commit("2024-04-02", review("2024-04-02", EDITED), author=BEN)
    approved(repository)
    assert said(repository) == WHOLE


def test_40_committed_by_the_approver_on_the_branch_and_merged_by_another(repository: GitRepository) -> None:
    base(repository)
    repository.switch("edit", "main")
    repository.commit("2024-03-20", {PATH: EDITED}, author=ANN)
    repository.commit("2024-03-25", approval("2024-03-25", EDITED), author=CAT)
    repository.switch("main")
    repository.merge("2024-04-01", "edit", author=DAN)
    repository.commit("2024-04-02", review("2024-04-02", EDITED), author=BEN)
    assert said(repository) == WHOLE
    assert f"{row(repository.root).approved}" == "2024-04-01"


def test_41_typed_forge_evidence_of_somebody_who_is_no_importer(repository: GitRepository) -> None:
    edited(repository)
    evidence = {"type": "github-review", "pull_request": "1", "review": "2", "payload": f"sha256:{'0' * 64}"}
    approved(repository, "cat", ANN, evidence=evidence)  # type: ignore[arg-type]
    assert said(repository) == MISSING.but("approval-missing", invalid=("author-unproved",))
    detail = row(repository.root).invalid[0].detail
    assert detail.startswith("forge evidence counts only when somebody in `[approval] importers` brings it; ")


def test_42_approval_of_a_text_that_lands_only_later(repository: GitRepository) -> None:
    base(repository)
    repository.commit("2024-03-30", approval("2024-03-30", EDITED), author=CAT)
    repository.commit("2024-04-01", {PATH: EDITED}, author=ANN)
    repository.commit("2024-04-02", review("2024-04-02", EDITED), author=BEN)
    assert said(repository) == MISSING.but("approval-missing", invalid=("digest-not-landed",))


@pytest.mark.parametrize("kind", ["review", "approval"])
def test_46_retired_without_an_outcome_retire(repository: GitRepository, kind: str) -> None:
    base(repository)
    repository.commit("2024-06-01", {PATH: text(status="retired")})
    assert said(repository, "2025-06-01") == BASE.but("overdue")
    assert row(repository.root, "2025-06-01").status == "retired"
    by, author = ("ben", BEN) if kind == "review" else ("cat", CAT)
    repository.commit("2025-06-02", entry(kind, by, "2025-06-02", TEXT, outcome="retire"), author=author)
    found = said(repository, "2025-06-03")
    assert found == BASE.but("retired", due="")
    assert (row(repository.root, "2025-06-03").lapsed, said(repository, "2025-06-01")) == (None, BASE.but("overdue"))
    repository.commit("2025-06-04", approval("2025-06-04", note="in force again"), author=CAT)
    state = "current" if kind == "review" else "overdue"  # who lets it go has reviewed it
    assert said(repository, "2025-06-05").state == state


def test_47_a_withdrawal(repository: GitRepository) -> None:
    base(repository)
    repository.commit("2024-04-01", entry("withdrawal", "cat", "2024-04-01", TEXT, note="wrong"), author=CAT)
    assert said(repository) == BASE.but("approval-missing")
    approved(repository, data=TEXT)
    assert said(repository) == BASE


def test_47_a_correction_by_another_person(repository: GitRepository) -> None:
    base(repository)
    first = name_of(approval())
    files = entry("approval", "dan", "2024-04-01", TEXT, corrects=first)
    repository.commit("2024-04-01", files, author=DAN)
    assert said(repository) == BASE.but(invalid=("corrects",))
    assert row(repository.root).invalid[0].detail == f"{first} is no approval by dan in this folder"
