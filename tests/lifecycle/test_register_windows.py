"""Registers and settings that are changed for one entry and then changed back: the entry is flagged."""

from pathlib import Path

import pytest
from tests.git.keys import ssh_key
from tests.lifecycle.ledger import (
    DAN,
    EDITED,
    PEOPLE,
    ROLES,
    Files,
    approval,
    base,
    keyed,
    review,
    row,
)
from tests.lifecycle.sops import PATH
from tests.lifecycle.verified import checked
from tests.repository import ANN, CAT, GitRepository

pytestmark = pytest.mark.slow

PEOPLE_FILE, ROLES_FILE = "registers/people.yaml", "registers/roles.yaml"
DAN_TOO = ROLES.replace("[{person: cat}]", "[{person: cat}, {person: dan}]")
STRICT = '[approval]\nmin_evidence = { medium = "E3" }\n'
TWO = EDITED.replace("[ciso]", "[ciso, cto]")


def changed(repository: GitRepository, files: Files, entry: Files, back: Files, author: str = DAN) -> tuple[str, str]:
    """The text is edited; then a commit changes what counts, an entry lands, and a commit changes that back."""
    repository.commit("2024-04-01", {PATH: EDITED}, author=ANN)
    opened = repository.commit("2024-04-02", files, author=ANN)
    repository.commit("2024-04-03", entry, author=author)
    closed = repository.commit("2024-04-04", back, author=DAN)
    return opened, closed


def words(commits: tuple[str, str], what: str) -> str:
    opened, closed = (commit[:12] for commit in commits)
    return (
        f"counts only because commit {opened} of 2024-04-02 by Ann Lee changed {what}; "
        f"commit {closed} of 2024-04-04 by Dan Poe changed it back"
    )


def test_a_role_that_somebody_holds_for_one_approval(repository: GitRepository) -> None:
    base(repository)
    files = approval("2024-04-03", EDITED, "dan")
    commits = changed(repository, {ROLES_FILE: DAN_TOO}, files, {ROLES_FILE: ROLES})
    found = row(repository.root)
    assert (found.approved_by, "register-window" in found.flags) == (("dan",), True)
    assert f"the approval of 2024-04-03 by Dan Poe {words(commits, 'who holds the role')}" in found.reason
    report = checked(repository.root)
    assert [(one.code, one.path, one.message) for one in report.findings] == [
        ("register-window", next(iter(files)), f"it {words(commits, 'who holds the role')}")
    ]
    assert not report.failed()
    assert report.failed(["register-window"])


def test_the_least_evidence_that_is_lower_for_one_approval(repository: GitRepository, tmp_path: Path) -> None:
    key = ssh_key(tmp_path)
    repository.commit("2024-01-15", {"sopkit.toml": STRICT, PEOPLE_FILE: keyed(cat=key), ROLES_FILE: ROLES})
    repository.commit("2024-02-01", {PATH: EDITED.replace("nobody", "no one")}, author=ANN)
    repository.commit("2024-03-02", approval(data=EDITED.replace("nobody", "no one"), key=key), author=CAT)
    entries = approval("2024-04-03", EDITED)
    commits = changed(repository, {"sopkit.toml": ""}, entries, {"sopkit.toml": STRICT}, author=CAT)
    assert words(commits, "the least evidence or the keys") in row(repository.root).reason


def test_one_approver_who_is_enough_for_one_approval(repository: GitRepository) -> None:
    base(repository, TWO.replace("nobody", "no one"))
    repository.commit("2024-03-03", approval("2024-03-03", TWO.replace("nobody", "no one"), "dan"), author=DAN)
    repository.commit("2024-04-01", {PATH: TWO}, author=ANN)
    opened = repository.commit("2024-04-02", {"sopkit.toml": '[approval]\napprove_by = "any"\n'}, author=ANN)
    repository.commit("2024-04-03", approval("2024-04-03", TWO), author=CAT)
    closed = repository.commit("2024-04-04", {"sopkit.toml": ""}, author=DAN)
    assert words((opened, closed), "who must approve") in row(repository.root).reason


def test_a_key_that_is_somebodys_for_one_approval(repository: GitRepository, tmp_path: Path) -> None:
    key = ssh_key(tmp_path)
    base(repository)
    entries = approval("2024-04-03", EDITED, key=key)
    commits = changed(repository, {PEOPLE_FILE: keyed(cat=key)}, entries, {PEOPLE_FILE: PEOPLE}, author=ANN)
    assert words(commits, "who is who, or whose key it is") in row(repository.root).reason


def test_an_author_who_is_known_for_one_approval(repository: GitRepository) -> None:
    base(repository)
    sock = f"{PEOPLE}- {{key: sock, emails: [sock@evil.example]}}\n"
    repository.commit("2024-04-01", {PATH: EDITED}, author="Sock <sock@evil.example>")
    opened = repository.commit("2024-04-02", {PEOPLE_FILE: sock}, author=ANN)
    repository.commit("2024-04-03", approval("2024-04-03", EDITED), author=CAT)
    closed = repository.commit("2024-04-04", {PEOPLE_FILE: PEOPLE}, author=DAN)
    assert words((opened, closed), "which authors are known") in row(repository.root).reason


def test_two_approvals_in_one_window(repository: GitRepository) -> None:
    base(repository)
    third = EDITED.replace("nobody", "no one")
    repository.commit("2024-04-01", {PATH: EDITED}, author=ANN)
    repository.commit("2024-04-02", {ROLES_FILE: DAN_TOO}, author=ANN)
    repository.commit("2024-04-03", approval("2024-04-03", EDITED, "dan"), author=DAN)
    repository.commit("2024-04-04", {PATH: third}, author=ANN)
    repository.commit("2024-04-05", approval("2024-04-05", third, "dan"), author=DAN)
    repository.commit("2024-04-06", {ROLES_FILE: ROLES}, author=ANN)
    assert "register-window" in row(repository.root).flags
    assert [str(one.code) for one in checked(repository.root).findings] == ["register-window"] * 2


def test_a_review_in_a_window(repository: GitRepository) -> None:
    base(repository)
    owner = ROLES.replace("[{person: ben}]", "[{person: ben}, {person: dan}]")
    entries = review("2024-04-03", EDITED, "dan")
    commits = changed(repository, {ROLES_FILE: owner}, entries, {ROLES_FILE: ROLES})
    assert f"the review of 2024-04-03 by Dan Poe {words(commits, 'who holds the role')}" in row(repository.root).reason


@pytest.mark.parametrize(
    "later",
    [
        DAN_TOO,  # dan keeps the role
        DAN_TOO.replace("{person: dan}]", "{person: dan, from: 2024-04-01, to: 2024-06-01}]", 1),  # and gives it up
    ],
)
def test_somebody_new_in_a_role(repository: GitRepository, later: str) -> None:
    base(repository)
    changed(repository, {ROLES_FILE: DAN_TOO}, approval("2024-04-03", EDITED, "dan"), {ROLES_FILE: later})
    assert "register-window" not in row(repository.root).flags


def test_somebody_who_gives_up_a_role(repository: GitRepository) -> None:
    base(repository)
    repository.commit("2024-05-01", {ROLES_FILE: ROLES.replace("[{person: cat}]", "[{person: dan}]")})
    repository.commit("2024-05-02", {"sopkit.toml": STRICT})
    assert "register-window" not in row(repository.root).flags
    assert [str(one.code) for one in checked(repository.root).findings] == ["evidence-low"]


def test_a_kept_ledger_knows_its_windows(repository: GitRepository) -> None:
    base(repository)
    changed(repository, {ROLES_FILE: DAN_TOO}, approval("2024-04-03", EDITED, "dan"), {ROLES_FILE: ROLES})
    first = row(repository.root)
    assert row(repository.root) == first == row(repository.root, cached=False)
    assert "register-window" not in row(repository.root, "2024-04-03").flags
    repository.commit("2024-05-01", {ROLES_FILE: DAN_TOO})
    assert "register-window" not in row(repository.root).flags
