"""Attacks on the ledger: making one's own text look like another's, or taking a role. Each is refused."""

from pathlib import Path

import pytest
from tests.git.keys import ssh_key
from tests.lifecycle.ledger import (
    BASE,
    DAN,
    EDITED,
    PEOPLE,
    ROLES,
    SET_UP,
    TEXT,
    Files,
    approval,
    base,
    entry,
    judged,
    keyed,
    review,
    row,
    said,
    text,
)
from tests.lifecycle.sops import PATH
from tests.repository import ANN, BEN, CAT, GitRepository

pytestmark = pytest.mark.slow

AT_HOME = "C. D. <cat@home.example>"
PEOPLE_FILE, ROLES_FILE = "registers/people.yaml", "registers/roles.yaml"
SELF = BASE._replace(state="approval-missing", flags=("approval-missing",), invalid=("self-approval",))
E3 = '[approval]\nmin_evidence = { medium = "E3" }\n'


def signed_off(repository: GitRepository, day: int = 2) -> None:
    """The owner reviews the edited text, and cat approves it."""
    repository.commit(f"2024-04-{day:02}", review(f"2024-04-{day:02}", EDITED), author=BEN)
    repository.commit(f"2024-04-{day + 1:02}", approval(f"2024-04-{day + 1:02}", EDITED), author=CAT)


@pytest.mark.parametrize(
    "people",
    [
        PEOPLE.replace(", cat@home.example", ""),
        PEOPLE.replace(", cat@home.example", "").replace("ann@home.example", "cat@home.example"),
        f"- {{key: cat, emails: [cat@home.example]}}\n{PEOPLE.replace(', cat@home.example', '')}",
    ],
)
def test_an_address_that_is_taken_out_of_the_register(repository: GitRepository, people: str) -> None:
    base(repository)
    repository.commit("2024-04-01", {PATH: EDITED}, author=AT_HOME)
    repository.commit("2024-04-01", {PEOPLE_FILE: people}, author=CAT)
    signed_off(repository)
    assert said(repository) == SELF._replace(revision="r2", changed="2024-04-01", due="2025-04-02")


def test_an_address_in_the_first_of_two_rows(repository: GitRepository) -> None:
    base(repository)
    row_of_home = "- {key: cat, emails: [cat@home.example]}\n"
    repository.commit("2024-03-15", {PEOPLE_FILE: row_of_home + PEOPLE.replace(", cat@home.example", "")})
    repository.commit("2024-04-01", {PATH: EDITED}, author=AT_HOME)
    signed_off(repository)
    assert said(repository) == SELF._replace(revision="r2", changed="2024-04-01", due="2025-04-02")


def test_a_text_that_waits_beside_the_one_that_a_colleague_removes(repository: GitRepository) -> None:
    base(repository)
    repository.commit("2024-04-01", {"sops/zz.md": TEXT.replace("Ask", "Skip")}, author=CAT)
    repository.commit("2024-04-01", {"sops/zz.md": EDITED}, author=ANN)
    repository.commit("2024-04-02", {PATH: None}, author=ANN)
    signed_off(repository)
    assert said(repository) == SELF._replace(revision="r2", changed="2024-04-02", due="2025-04-02")


def test_a_text_that_a_colleague_brings_back(repository: GitRepository) -> None:
    base(repository)
    deputy = ROLES.replace("[{person: cat}]}", "[{person: cat}], deputies: [{person: dan}]}")
    repository.commit("2024-03-10", {ROLES_FILE: deputy})
    repository.commit("2024-04-01", {PATH: EDITED}, author=CAT)
    repository.commit("2024-04-02", {PATH: TEXT}, author=ANN)
    repository.commit("2024-04-03", approval("2024-04-03", TEXT, "dan"), author=DAN)
    repository.commit("2024-04-04", {PATH: EDITED}, author=ANN)
    signed_off(repository, 5)
    assert said(repository) == SELF._replace(revision="r4", changed="2024-04-04", due="2025-04-05")
    assert row(repository.root).invalid[0].detail == "cat is an author of r2, on which r4 rests"


def test_an_approved_text_that_comes_back_is_approved_by_its_author(repository: GitRepository) -> None:
    base(repository)
    deputy = ROLES.replace("[{person: cat}]}", "[{person: cat}], deputies: [{person: dan}]}")
    repository.commit("2024-03-10", {ROLES_FILE: deputy})
    repository.commit("2024-04-01", {PATH: EDITED}, author=CAT)
    repository.commit("2024-04-02", approval("2024-04-02", EDITED, "dan"), author=DAN)
    repository.commit("2024-04-03", {PATH: TEXT}, author=ANN)
    repository.commit("2024-04-04", approval("2024-04-04"), author=CAT)
    repository.commit("2024-04-05", {PATH: EDITED}, author=ANN)
    signed_off(repository, 6)
    assert said(repository) == BASE._replace(revision="r4", changed="2024-04-05", due="2025-04-06")


def test_an_alias_that_is_the_id_of_another_role(repository: GitRepository) -> None:
    base(repository)
    repository.commit(
        "2024-04-01", {ROLES_FILE: f"- {{id: helper, aliases: [ciso], holders: [{{person: dan}}]}}\n{ROLES}"}
    )
    repository.commit("2024-04-01", {PATH: EDITED})
    repository.commit("2024-04-02", review("2024-04-02", EDITED), author=BEN)
    repository.commit("2024-04-03", approval("2024-04-03", EDITED, "dan"), author=DAN)
    expected = SELF._replace(revision="r2", changed="2024-04-01", due="2025-04-02", invalid=("role-missing",))
    assert said(repository) == expected


def test_a_key_that_two_people_have(repository: GitRepository, tmp_path: Path) -> None:
    key = ssh_key(tmp_path)
    repository.commit("2024-01-15", SET_UP | {PEOPLE_FILE: keyed(ann=key, cat=key)})
    repository.commit("2024-02-01", {PATH: TEXT}, author=BEN)
    repository.commit("2024-03-01", review(), author=BEN)
    repository.commit("2024-03-02", approval(key=key), author=ANN)
    assert said(repository) == SELF._replace(invalid=("author-unproved",))


@pytest.mark.parametrize("config", [None, "[["])
def test_a_configuration_that_is_away_for_one_commit(repository: GitRepository, config: str | None) -> None:
    repository.commit("2024-01-15", SET_UP | {"sopkit.toml": E3})
    repository.commit("2024-02-01", {PATH: TEXT})
    repository.commit("2024-03-01", review(), author=BEN)
    repository.commit("2024-03-02", {"sopkit.toml": config})
    repository.commit("2024-03-02", approval(), author=CAT)
    repository.commit("2024-03-03", {"sopkit.toml": E3})
    assert said(repository) == SELF._replace(invalid=("evidence-too-low",))


def test_a_register_that_cannot_be_read_for_one_commit(repository: GitRepository) -> None:
    base(repository)
    repository.commit("2024-04-01", {PATH: EDITED}, author=CAT)
    repository.commit("2024-04-01", {PEOPLE_FILE: "[["})
    signed_off(repository)
    repository.commit("2024-04-05", {PEOPLE_FILE: PEOPLE})
    flags = ("approval-missing", "changed-since-review")
    expected = BASE.but(*flags, revision="r2", changed="2024-04-01", invalid=("author-unproved", "author-unproved"))
    assert said(repository) == expected


def test_an_approver_in_a_merge_of_many_branches(repository: GitRepository) -> None:
    base(repository)
    start = repository.git("rev-parse", "HEAD")
    for at, (author, files) in enumerate([(CAT, {PATH: EDITED}), (ANN, {"a": "1"}), (ANN, {"b": "1"})]):
        repository.switch(f"branch-{at}", start)
        repository.commit("2024-04-01", files, author=author)  # type: ignore[arg-type]
    repository.switch("main")
    repository.commit("2024-04-01", {"c": "1"})
    repository.merge("2024-04-01", "branch-0", "branch-1", "branch-2")
    signed_off(repository)
    assert said(repository) == SELF._replace(revision="r2", changed="2024-04-01", due="2025-04-02")


def test_a_withdrawal_by_somebody_without_the_role(repository: GitRepository) -> None:
    base(repository)
    repository.commit("2024-04-01", entry("withdrawal", "ann", "2024-04-01", TEXT), author=ANN)
    assert said(repository) == BASE._replace(invalid=("role-missing",))


def test_a_commit_without_an_address(repository: GitRepository) -> None:
    people = PEOPLE.replace("[cat@acme.example, cat@home.example]", "['']")
    repository.commit("2024-01-15", SET_UP | {PEOPLE_FILE: people})
    repository.commit("2024-02-01", {PATH: TEXT})
    repository.commit("2024-03-01", review(), author=BEN)
    repository.commit("2024-03-02", approval(), author="Cat Diaz <>", committer=ANN)
    assert said(repository) == SELF._replace(invalid=("author-unproved",))


OTHER = "sops/am-001.md"
RENAMED = TEXT.replace("AC-001", "AM-001")


@pytest.mark.parametrize(
    "moved",
    [
        {PATH: TEXT, OTHER: None},  # the file is moved and its id changed
        {PATH: TEXT},  # a copy with another id
        {PATH: text(TEXT.partition("---\n\n")[2], title="Grant rights"), OTHER: None},  # with another title
        {OTHER: TEXT.replace("Ask", "Then ask")},  # where it is, with another id and another word
    ],
)
def test_a_text_that_had_another_id(repository: GitRepository, moved: Files) -> None:
    repository.commit("2024-01-15", SET_UP | {OTHER: RENAMED}, author=CAT)
    repository.commit("2024-02-01", moved, author=ANN)
    (data,) = [one for one in moved.values() if one]
    repository.commit("2024-03-02", approval(data=data), author=CAT)
    (found,) = [one for one in judged(repository.root).rows if one.id == "AC-001"]
    assert [(one.reason, one.detail) for one in found.invalid] == [
        ("self-approval", "cat is an author of r1 of AM-001, on which r1 rests")
    ]


def test_a_text_that_had_another_id_by_somebody_unknown(repository: GitRepository) -> None:
    repository.commit("2024-01-15", SET_UP)
    repository.commit("2024-01-16", {OTHER: RENAMED}, author="Sock <sock@evil.example>")
    repository.commit("2024-01-17", {OTHER: RENAMED.replace("Ask", "Then ask")}, author=ANN)
    repository.commit("2024-02-01", {PATH: TEXT.replace("Ask", "Then ask"), OTHER: None}, author=ANN)
    repository.commit("2024-03-02", approval(data=TEXT.replace("Ask", "Then ask")), author=CAT)
    (found, _) = judged(repository.root).rows
    assert [one.reason for one in found.invalid] == ["unknown-author"]


def test_a_body_that_comes_back_under_another_title(repository: GitRepository) -> None:
    base(repository)
    body = EDITED.partition("---\n\n")[2]
    repository.commit("2024-04-01", {PATH: EDITED}, author=CAT)
    repository.commit("2024-04-02", {PATH: text(title="Grant rights")}, author=ANN)
    deputy = ROLES.replace("[{person: cat}]}", "[{person: cat}], deputies: [{person: dan}]}")
    repository.commit("2024-04-03", {ROLES_FILE: deputy})
    repository.commit("2024-04-04", approval("2024-04-04", text(title="Grant rights"), "dan"), author=DAN)
    repository.commit("2024-04-05", {PATH: text(body, title="Grant rights")}, author=ANN)
    repository.commit("2024-04-06", approval("2024-04-06", text(body, title="Grant rights")), author=CAT)
    assert said(repository).invalid == ("self-approval",)


def test_an_approved_body_keeps_no_authors_of_another_id(repository: GitRepository) -> None:
    repository.commit("2024-01-15", SET_UP | {OTHER: RENAMED}, author=CAT)
    deputy = ROLES.replace("[{person: cat}]}", "[{person: cat}], deputies: [{person: dan}]}")
    repository.commit("2024-02-01", {PATH: TEXT, OTHER: None, ROLES_FILE: deputy}, author=ANN)
    repository.commit("2024-03-02", approval(by="dan"), author=DAN)
    repository.commit("2024-04-01", {PATH: text(title="Grant rights")}, author=ANN)
    repository.commit("2024-04-02", approval("2024-04-02", text(title="Grant rights")), author=CAT)
    (found, _) = judged(repository.root).rows
    assert (found.approved_by, found.invalid) == (("cat",), ())
