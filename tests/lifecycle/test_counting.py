"""Which entries count: withdrawals, corrections, several approvers, deputies, people who come and go."""

from pathlib import Path

import pytest
from tests.git.keys import ssh_key
from tests.lifecycle.ledger import (
    BASE,
    DAN,
    EDITED,
    NEVER,
    PEOPLE,
    ROLES,
    SET_UP,
    TEXT,
    Files,
    added,
    approval,
    base,
    entry,
    keyed,
    name_of,
    review,
    row,
    said,
    text,
)
from tests.lifecycle.sops import PATH
from tests.repository import ANN, BEN, CAT, GitRepository

pytestmark = pytest.mark.slow

BOTH = text(approvers="[ciso, cto]")
MISSING = BASE.but("approval-missing")
ANY = '[approval]\napprove_by = "any"\n'


def withdrawal(day: str, data: str = TEXT, by: str = "cat", **keys: str) -> Files:
    return entry("withdrawal", by, day, data, note="wrong", **keys)


def both(repository: GitRepository, config: str = "") -> None:
    """The base with two approver roles, approved by cat alone."""
    repository.commit("2024-01-15", SET_UP | {"sopkit.toml": config})
    repository.commit("2024-02-01", {PATH: BOTH}, author=ANN)
    repository.commit("2024-03-01", review(data=BOTH), author=BEN)
    repository.commit("2024-03-02", approval(data=BOTH), author=CAT)


def test_every_role_approves(repository: GitRepository) -> None:
    both(repository)
    assert said(repository) == MISSING._replace(evidence="E1")
    assert "(still to approve: cto)" in row(repository.root).reason
    repository.commit("2024-03-05", approval("2024-03-05", BOTH, "dan"), author=DAN)
    found = row(repository.root)
    assert (said(repository), f"{found.approved}", found.approved_by) == (BASE, "2024-03-05", ("cat", "dan"))


def test_any_role_approves(repository: GitRepository) -> None:
    both(repository, ANY)
    assert (said(repository), row(repository.root).approved_by) == (BASE, ("cat",))


@pytest.mark.parametrize("config", ["", ANY], ids=["all", "any"])
def test_after_a_withdrawal_all_roles_approve_again(repository: GitRepository, config: str) -> None:
    both(repository, config)
    repository.commit("2024-03-05", approval("2024-03-05", BOTH, "dan"), author=DAN)
    repository.commit("2024-04-01", withdrawal("2024-04-01", BOTH, "dan"), author=DAN)
    assert said(repository) == MISSING
    repository.commit("2024-04-02", approval("2024-04-02", BOTH), author=CAT)
    assert said(repository) == MISSING
    assert "(still to approve: cto)" in row(repository.root).reason
    repository.commit("2024-04-03", approval("2024-04-03", BOTH, "dan"), author=DAN)
    assert said(repository) == BASE


def test_a_withdrawal_needs_an_approver(repository: GitRepository) -> None:
    base(repository)
    repository.commit("2024-04-01", withdrawal("2024-04-01", by="ben"), author=BEN)
    assert said(repository) == BASE.but(invalid=("role-missing",))


def test_a_withdrawal_by_the_approver_whom_the_approved_text_names(repository: GitRepository) -> None:
    base(repository)
    new = text(approvers="[cto]")
    repository.commit("2024-04-01", {PATH: new} | review("2024-04-01", new), author=ANN)
    repository.commit("2024-04-02", approval("2024-04-02", new), author=CAT)
    repository.commit("2024-04-03", withdrawal("2024-04-03", new, "dan"), author=DAN)
    assert said(repository).flags == ("approval-missing", "changed-since-review")
    assert row(repository.root).in_force == "r1"


def test_a_withdrawal_that_is_corrected_ends_nothing(repository: GitRepository) -> None:
    base(repository)
    repository.commit("2024-04-01", {PATH: EDITED})
    repository.commit("2024-04-02", approval("2024-04-02", EDITED), author=CAT)
    repository.commit("2024-04-03", review("2024-04-03", EDITED), author=BEN)
    wrong = withdrawal("2024-04-04", EDITED)
    repository.commit("2024-04-04", wrong, author=CAT)
    expected = BASE._replace(revision="r2", changed="2024-04-01", due="2025-04-03")
    assert said(repository) == expected.but("approval-missing")
    repository.commit("2024-04-05", withdrawal("2024-04-05", TEXT, corrects=name_of(wrong)), author=CAT)
    assert said(repository) == expected


def test_the_withdrawal_of_an_older_approval_leaves_the_newer(repository: GitRepository) -> None:
    base(repository)
    repository.commit("2024-04-01", {PATH: EDITED})
    repository.commit("2024-04-02", approval("2024-04-02", EDITED), author=CAT)
    repository.commit("2024-04-03", withdrawal("2024-04-03", TEXT), author=CAT)
    assert said(repository).flags == ("changed-since-review",)


@pytest.mark.parametrize(("date", "due"), [("2024-02-20", "2025-02-20"), ("2024-03-01", "2025-03-01")])
def test_a_review_corrected_by_the_same_person(repository: GitRepository, date: str, due: str) -> None:
    base(repository)
    again = review(date, corrects=name_of(review()), note="another day")
    repository.commit("2024-03-05", again, author=BEN)
    found = said(repository)
    assert (found.due, found.invalid) == (due, ())


def test_an_approval_corrected_for_another_text_ends_the_first(repository: GitRepository) -> None:
    base(repository)
    repository.commit("2024-04-01", {PATH: EDITED})
    repository.commit("2024-04-02", approval("2024-04-02", EDITED, corrects=name_of(approval())), author=CAT)
    repository.commit("2024-05-01", {PATH: TEXT})
    assert said(repository) == MISSING._replace(revision="r3", changed="2024-05-01")


@pytest.mark.parametrize(
    ("files", "author"),
    [
        (entry("approval", "dan", "2024-04-01", TEXT, corrects=name_of(approval())), DAN),
        (entry("withdrawal", "cat", "2024-04-01", TEXT, corrects=name_of(approval())), CAT),
        (entry("approval", "cat", "2024-04-01", TEXT, corrects="2024-03-02-approval-cat-00000000.yaml"), CAT),
        (entry("approval", "cat", "2024-04-01", TEXT, corrects=f"../AC-002/{name_of(approval())}"), CAT),
    ],
    ids=["other person", "other kind", "nothing", "other folder"],
)
def test_a_correction_of_what_is_not_its_own(repository: GitRepository, files: Files, author: str) -> None:
    base(repository)
    repository.commit("2024-04-01", files, author=author)
    assert said(repository) == BASE.but(invalid=("corrects",))


@pytest.mark.parametrize("signed", [False, True], ids=["copied", "signed again"])
def test_an_entry_counts_once(repository: GitRepository, tmp_path: Path, signed: bool) -> None:
    """Whoever holds a signed approval of a text that was withdrawn must not bring it back under another name."""
    key = ssh_key(tmp_path)
    people = {"registers/people.yaml": keyed(cat=key)}
    repository.commit("2024-01-15", SET_UP | people)
    repository.commit("2024-02-01", {PATH: TEXT}, author=ANN)
    repository.commit("2024-03-01", review(), author=BEN)
    files = approval(key=key)
    ((path, data),) = files.items()
    assert isinstance(data, bytes)
    repository.commit("2024-03-02", files, author=CAT)
    repository.commit("2024-04-01", withdrawal("2024-04-01"), author=CAT)
    copy = data.replace(b"  -----END SSH", b"\n  -----END SSH") if signed else data
    repository.commit("2024-04-02", {path.replace("approval", "approval-2"): copy}, author=ANN)
    found = row(repository.root)
    assert (said(repository), found.invalid[0].detail) == (
        MISSING.but("approval-missing", invalid=("repeated",)),
        f"it is a copy of {name_of(files)}, which counts already",
    )


def test_other_bytes_of_the_same_text_were_shown_on_a_branch(repository: GitRepository) -> None:
    added(repository)
    repository.commit("2024-03-01", review(data=TEXT.replace("1. ", "1) ").replace("2. ", "2) ")), author=BEN)
    repository.commit("2024-03-02", approval(), author=CAT)
    assert said(repository) == BASE


def test_bytes_of_another_text_than_the_digest_says(repository: GitRepository) -> None:
    base(repository)
    blob = repository.git("rev-parse", f"HEAD:{PATH}")
    repository.commit("2024-04-01", {PATH: EDITED})
    repository.commit("2024-04-02", approval("2024-04-02", EDITED, blob=blob), author=CAT)
    assert said(repository).invalid == ("digest-not-landed",)


@pytest.mark.parametrize(
    ("deputy", "counts"),
    [("person: dan", True), ("person: dan, to: 2024-03-01", False), ("person: dan, from: 2024-03-02", True)],
)
def test_a_dated_deputy(repository: GitRepository, deputy: str, counts: bool) -> None:
    deputies = f"{{person: cat}}], deputies: [{{{deputy}}}"
    added(repository, **{"registers/roles.yaml": ROLES.replace("{person: cat}", deputies)})
    repository.commit("2024-03-01", review(), author=BEN)
    repository.commit("2024-03-02", approval(by="dan"), author=DAN)
    assert said(repository) == (BASE if counts else MISSING.but("approval-missing", invalid=("role-missing",)))


@pytest.mark.parametrize(("to", "counts"), [("2024-03-01", True), ("2024-02-29", False)])
def test_a_person_who_has_left(repository: GitRepository, to: str, counts: bool) -> None:
    people = PEOPLE.replace("key: ben,", f"key: ben, to: {to},")
    added(repository, **{"registers/people.yaml": people})
    repository.commit("2024-03-01", review(), author=BEN)
    repository.commit("2024-03-02", approval(), author=CAT)
    expected = NEVER.but("never-reviewed", evidence="E1", invalid=("role-missing",))
    assert said(repository) == (BASE if counts else expected)


def test_what_counted_still_counts_when_the_person_leaves(repository: GitRepository) -> None:
    base(repository)
    people = "".join(line for line in PEOPLE.splitlines(keepends=True) if "cat" not in line and "ben" not in line)
    repository.commit("2024-06-01", {"registers/people.yaml": people, "registers/roles.yaml": "[]\n"})
    assert said(repository) == BASE


def test_roles_are_those_of_before_the_commit(repository: GitRepository) -> None:
    base(repository)
    repository.commit("2024-04-01", {PATH: EDITED})
    roles = {"registers/roles.yaml": ROLES.replace("{person: cat}", "{person: dan}")}
    repository.commit("2024-04-02", roles | approval("2024-04-02", EDITED, "dan"), author=DAN)
    assert said(repository).invalid == ("role-missing",)
    repository.commit("2024-04-03", approval("2024-04-03", EDITED, "dan"), author=DAN)
    assert said(repository).flags == ("changed-since-review",)


def test_a_role_is_also_its_title_and_its_alias(repository: GitRepository) -> None:
    named = text(owner="Team Lead", approvers="[security  lead]")
    base(repository, named)
    assert said(repository) == BASE


def test_the_area_names_who_approves_when_the_text_does_not(repository: GitRepository) -> None:
    data = text(approvers="")
    added(repository, data, **{"sopkit.toml": '[areas.access-control]\napprovers = ["cto"]\n'})
    repository.commit("2024-03-01", review(data=data), author=BEN)
    repository.commit("2024-03-02", approval(data=data), author=CAT)
    assert said(repository) == MISSING.but("approval-missing", invalid=("role-missing",))
    repository.commit("2024-03-03", approval("2024-03-03", data, "dan"), author=DAN)
    assert said(repository) == BASE.but(invalid=("role-missing",))


def test_a_text_that_names_nobody_is_approved_by_nobody(repository: GitRepository) -> None:
    data = text(approvers="", area="nowhere")
    base(repository, data)
    assert said(repository) == MISSING.but("approval-missing", invalid=("role-missing",))
    assert row(repository.root).invalid[0].detail == ("the text names no role that may do this, nor does its area")


def test_reviews_that_must_change_something(repository: GitRepository) -> None:
    added(repository, **{"sopkit.toml": "[review]\nrequire_update = true\n"})
    repository.commit("2024-03-01", review(), author=BEN)
    repository.commit("2024-03-02", approval(), author=CAT)
    assert said(repository) == NEVER.but("never-reviewed", evidence="E1", invalid=("update-required",))
    repository.commit("2024-03-03", review("2024-03-03", outcome="updated"), author=BEN)
    assert said(repository) == BASE.but(due="2025-03-03", invalid=("update-required",))


def test_two_entries_of_one_second(repository: GitRepository) -> None:
    added(repository)
    repository.commit("2024-03-01", review() | review(note="twice") | approval("2024-03-01"), author=BEN)
    repository.commit("2024-03-01", approval("2024-03-01", note="mine"), author=CAT)
    assert said(repository) == BASE.but(invalid=("author-unproved",))
    assert f"{row(repository.root).approved}" == "2024-03-01"
