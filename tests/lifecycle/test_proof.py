"""Who wrote an entry: signatures, authors, and what an entry's bytes say."""

from pathlib import Path

import pytest
from tests.git.keys import ssh_key
from tests.lifecycle.ledger import (
    BASE,
    BOT,
    PEOPLE,
    ROLES,
    SET_UP,
    TEXT,
    added,
    approval,
    entry,
    judged,
    keyed,
    level,
    review,
    row,
    said,
    text,
    unapproved,
)
from tests.lifecycle.sops import PATH
from tests.repository import ANN, BEN, CAT, GitRepository

from sopkit.model.entry import Entry
from sopkit.model.errors import SopkitError
from sopkit.parsing.entry import add_signature, entry_file_name, read_entry, write_entry

pytestmark = pytest.mark.slow

MISSING = BASE.but("approval-missing")
UNPROVED = BASE.but("approval-missing", invalid=("author-unproved",))
SIGNED = BASE  # the evidence of a row is the weakest, and that of the review is E1


def test_signed_and_committed_by_anybody(repository: GitRepository, tmp_path: Path) -> None:
    key = ssh_key(tmp_path)
    unapproved(repository, keyed(cat=key))
    repository.commit("2024-03-02", approval(key=key), author="Who <who@evil.example>")
    assert (said(repository), level(repository)) == (SIGNED, "E3")
    assert (said(repository), level(repository)) == (SIGNED, "E3")  # from the cache


def test_the_row_shows_the_weakest_evidence(repository: GitRepository, tmp_path: Path) -> None:
    ben, cat = ssh_key(tmp_path, name="ben"), ssh_key(tmp_path, name="cat")
    added(repository, **{"registers/people.yaml": keyed(ben=ben, cat=cat)})
    repository.commit("2024-03-01", review(key=ben), author=ANN)
    repository.commit("2024-03-02", approval(key=cat), author=ANN)
    assert said(repository) == BASE._replace(evidence="E3")


@pytest.mark.parametrize(
    ("spans", "counts"),
    [(", to: 2024-03-01", False), (", from: 2024-03-03", False), (", from: 2024-03-02, to: 2024-03-02", True)],
    ids=["ran out", "not yet", "that day"],
)
def test_a_key_holds_on_the_day_of_the_landing(
    repository: GitRepository, tmp_path: Path, spans: str, counts: bool
) -> None:
    key = ssh_key(tmp_path)
    unapproved(repository, keyed(cat=key, spans=spans))
    repository.commit("2024-03-02", approval(key=key), author=ANN)
    assert said(repository) == (SIGNED if counts else UNPROVED)
    if not counts:
        detail = row(repository.root).invalid[0].detail
        assert detail.startswith("its signature is not one of a key of cat on 2024-03-02; it was committed by Ann Lee")


@pytest.mark.parametrize("whose", ["nobody", "ben"])
def test_a_key_of_nobody_or_of_another_person(repository: GitRepository, tmp_path: Path, whose: str) -> None:
    key, other = ssh_key(tmp_path, name="one"), ssh_key(tmp_path, name="two")
    unapproved(repository, keyed(cat=key, **({"ben": other} if whose == "ben" else {})))
    repository.commit("2024-03-02", approval(key=other), author=ANN)
    assert said(repository) == UNPROVED


@pytest.mark.parametrize("what", ["date", "signature", "namespace", "after"])
def test_a_changed_byte(repository: GitRepository, tmp_path: Path, what: str) -> None:
    from sopkit.git.signatures import sign

    key = ssh_key(tmp_path)
    unapproved(repository, keyed(cat=key))
    ((path, data),) = approval(key=key).items()
    assert isinstance(data, bytes)
    unsigned = data[: data.index(b"signature:")]
    changed = {
        "date": data.replace(b"2024-03-02", b"2024-03-01"),
        "signature": data[:-60] + (b"A" if data[-60:-59] != b"A" else b"B") + data[-59:],
        "namespace": add_signature(unsigned, sign(unsigned, key, "git")),
        "after": data + b"note: more\n",
    }[what]
    repository.commit("2024-03-02", {path: changed}, author=ANN)
    expected = "schema" if what == "after" else "author-unproved"
    assert said(repository) == MISSING.but("approval-missing", invalid=(expected,))


def test_a_wrong_signature_of_its_own_author_is_one_of_an_author(repository: GitRepository, tmp_path: Path) -> None:
    unapproved(repository)
    repository.commit("2024-03-02", approval(key=ssh_key(tmp_path)), author=CAT)
    assert (said(repository), level(repository)) == (BASE, "E1")


def test_a_key_registered_in_the_same_commit_is_none_yet(repository: GitRepository, tmp_path: Path) -> None:
    key = ssh_key(tmp_path)
    unapproved(repository)
    people = {"registers/people.yaml": keyed(cat=key)}
    repository.commit("2024-03-02", people | approval(key=key), author=ANN)
    assert said(repository) == UNPROVED


def test_a_bot_never_approves(repository: GitRepository) -> None:
    roles = ROLES.replace("{person: cat}", "{person: robo}")
    repository.commit("2024-01-15", SET_UP | {"registers/roles.yaml": roles})
    repository.commit("2024-02-01", {PATH: TEXT}, author=ANN)
    repository.commit("2024-03-01", review(), author=BEN)
    repository.commit("2024-03-02", approval(by="robo"), author=BOT)
    assert said(repository) == BASE.but("approval-missing", invalid=("bot",))


def test_two_people_with_one_address(repository: GitRepository) -> None:
    people = PEOPLE.replace("[dan@acme.example]", "[cat@acme.example]")
    unapproved(repository, people)
    repository.commit("2024-03-02", approval(), author=CAT)
    assert said(repository) == UNPROVED


def test_a_root_commit_has_nobody_to_vouch_for_it(repository: GitRepository) -> None:
    repository.commit("2024-03-01", SET_UP | {PATH: TEXT} | review(), author=BEN)
    found = row(repository.root)
    assert (found.state, [one.reason for one in found.invalid]) == ("never-reviewed", ["author-unproved"])
    assert found.invalid[0].detail.startswith("the people register does not know `ben`; add the person in an earlier")


def test_bytes_of_an_entry_are_read_back_as_they_were_written() -> None:
    made = Entry.model_validate(
        {
            "schema": "sopkit/entry/1",
            "kind": "disposal",
            "id": "AC-001",
            "by": "eve",
            "date": "2024-03-01",
            "note": "signature: |\n  none\n# ü \u2028 x",
            "removed": [f"sha256:{'0' * 64}"],
        }
    )
    data = write_entry(made)
    assert read_entry(data).entry == made
    assert entry_file_name(made, data).startswith("2024-03-01-disposal-eve-")
    signed = add_signature(data, "-----BEGIN SSH SIGNATURE-----\nAAAA\n-----END SSH SIGNATURE-----\n")
    assert read_entry(signed).signed == data


def test_an_entry_signed_for_one_sop_is_none_of_another(repository: GitRepository, tmp_path: Path) -> None:
    key = ssh_key(tmp_path)
    unapproved(repository, keyed(cat=key))
    files = {path.replace("AC-001", "AC-002"): data for path, data in approval(key=key).items()}
    repository.commit("2024-03-02", files | {"sops/2.md": text(id="AC-002")}, author=ANN)
    repository.commit("2024-03-03", entry("review", "ben", "2024-03-03", text(id="AC-002"), id="AC-002"), author=BEN)
    second = judged(repository.root).rows[1]
    assert [(one.reason, one.detail) for one in second.invalid] == [("schema", "its id is AC-001, its folder AC-002")]


def test_an_entry_that_cannot_be_read_back_is_not_written() -> None:
    with pytest.raises(SopkitError, match="the entry would not be read as it was meant"):
        approval(note="\udcff")
