"""Who wrote an entry: signatures, reviews on a forge, signed documents, authors."""

import json
from hashlib import sha256
from pathlib import Path

import pytest
from tests.git.keys import public, ssh_key
from tests.lifecycle.ledger import (
    BASE,
    BOT,
    DAN,
    EVE,
    PEOPLE,
    ROLES,
    SET_UP,
    TEXT,
    Files,
    added,
    approval,
    entry,
    review,
    row,
    said,
    text,
)
from tests.lifecycle.sops import PATH
from tests.repository import ANN, BEN, CAT, GitRepository

from sopkit.model.entries import Entry
from sopkit.text.entry import entry_name, read_entry, with_signature, write_entry

MISSING = BASE.but("approval-missing")
UNPROVED = BASE.but("approval-missing", invalid=("author-unproved",))
SIGNED = BASE  # the evidence of a row is the weakest, and that of the review is E1


def keyed(*, spans: str = "", **keys: Path) -> str:
    """The people register with signing keys."""
    people = PEOPLE
    for person, key in keys.items():
        people = people.replace(f"{person}, name", f'{person}, signing_keys: {{key: "{public(key)}"{spans}}}, name')
    return people


def start(repository: GitRepository, people: str = PEOPLE, config: str = "", data: str = TEXT) -> None:
    """The base without its approval."""
    repository.commit("2024-01-15", SET_UP | {"registers/people.yaml": people, "sopkit.toml": config})
    repository.commit("2024-02-01", {PATH: data}, author=ANN)
    repository.commit("2024-03-01", review(data=data), author=BEN)


def level(repository: GitRepository) -> str:
    """The evidence of the approval, as the reviewer would have signed with the strongest."""
    (found,) = [one.level for one in _verdicts(repository) if one.counts and one.entry.kind == "approval"]
    return str(found)


def _verdicts(repository: GitRepository):  # type: ignore[no-untyped-def]  # noqa: ANN202
    from datetime import date

    from sopkit.git.repository import open_repository
    from sopkit.lifecycle.judged import judge

    opened = open_repository(repository.root)
    assert opened is not None
    return judge(opened, date(2024, 12, 1), date(2026, 11, 24)).ledger("AC-001").verdicts


def test_signed_and_committed_by_anybody(repository: GitRepository, tmp_path: Path) -> None:
    key = ssh_key(tmp_path)
    start(repository, keyed(cat=key))
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
    start(repository, keyed(cat=key, spans=spans))
    repository.commit("2024-03-02", approval(key=key), author=ANN)
    assert said(repository) == (SIGNED if counts else UNPROVED)
    if not counts:
        detail = row(repository.root).invalid[0].detail
        assert detail.startswith("its signature is not one of a key of cat on 2024-03-02; it was committed by Ann Lee")


@pytest.mark.parametrize("whose", ["nobody", "ben"])
def test_a_key_of_nobody_or_of_another_person(repository: GitRepository, tmp_path: Path, whose: str) -> None:
    key, other = ssh_key(tmp_path, name="one"), ssh_key(tmp_path, name="two")
    start(repository, keyed(cat=key, **({"ben": other} if whose == "ben" else {})))
    repository.commit("2024-03-02", approval(key=other), author=ANN)
    assert said(repository) == UNPROVED


@pytest.mark.parametrize("what", ["date", "signature", "namespace", "after"])
def test_a_changed_byte(repository: GitRepository, tmp_path: Path, what: str) -> None:
    from sopkit.git.signature import sign

    key = ssh_key(tmp_path)
    start(repository, keyed(cat=key))
    ((path, data),) = approval(key=key).items()
    assert isinstance(data, bytes)
    unsigned = data[: data.index(b"signature:")]
    changed = {
        "date": data.replace(b"2024-03-02", b"2024-03-01"),
        "signature": data[:-60] + (b"A" if data[-60:-59] != b"A" else b"B") + data[-59:],
        "namespace": with_signature(unsigned, sign(unsigned, key, "git")),
        "after": data + b"note: more\n",
    }[what]
    repository.commit("2024-03-02", {path: changed}, author=ANN)
    expected = "schema" if what == "after" else "author-unproved"
    assert said(repository) == MISSING.but("approval-missing", invalid=(expected,))


def test_a_wrong_signature_of_its_own_author_is_one_of_an_author(repository: GitRepository, tmp_path: Path) -> None:
    start(repository)
    repository.commit("2024-03-02", approval(key=ssh_key(tmp_path)), author=CAT)
    assert (said(repository), level(repository)) == (BASE, "E1")


def test_a_key_registered_in_the_same_commit_is_none_yet(repository: GitRepository, tmp_path: Path) -> None:
    key = ssh_key(tmp_path)
    start(repository)
    people = {"registers/people.yaml": keyed(cat=key)}
    repository.commit("2024-03-02", people | approval(key=key), author=ANN)
    assert said(repository) == UNPROVED


def github(login: str = "cat-d", state: str = "APPROVED", review_id: int = 7) -> bytes:
    """What GitHub answers about one review of pull request 5."""
    about = {
        "id": review_id,
        "user": {"login": login},
        "state": state,
        "submitted_at": "2024-03-02T10:00:00Z",
        "commit_id": "0" * 40,
        "pull_request_url": "https://api.github.com/repos/acme/sops/pulls/5",
    }
    return json.dumps([about]).encode()


def imported(payload: bytes, *, key: Path | None = None, named: bytes | None = None, **keys: str) -> Files:
    """An approval by cat with a review on a forge and the forge's own file."""
    evidence = {
        "type": "github-review",
        "pull_request": "5",
        "review": "7",
        "payload": f"sha256:{sha256(payload if named is None else named).hexdigest()}",
    }
    files = approval(evidence=evidence | keys, key=key)
    (path,) = files
    return files | {f"{path.removesuffix('.yaml')}.payload.json": payload}


IMPORTERS = '[approval]\nimporters = ["eve", "robo"]\n'


@pytest.mark.parametrize("author", [EVE, BOT])
def test_a_review_on_a_forge(repository: GitRepository, author: str) -> None:
    start(repository, config=IMPORTERS)
    repository.commit("2024-03-02", imported(github()), author=author)
    assert (said(repository), level(repository)) == (BASE, "E1")


def test_a_review_on_a_forge_signed_by_its_importer(repository: GitRepository, tmp_path: Path) -> None:
    key = ssh_key(tmp_path)
    config = f'{IMPORTERS}min_evidence = {{medium = "E2"}}\n'
    start(repository, keyed(robo=key), config)
    repository.commit("2024-03-02", imported(github(), key=key), author=BOT)
    assert (said(repository), level(repository)) == (BASE, "E2")


@pytest.mark.parametrize(
    ("files", "author", "fault"),
    [
        (imported(github()), ANN, "forge evidence counts only when somebody in `[approval] importers` brings it"),
        (imported(github(), named=b"x"), EVE, "the payload beside the entry is missing or another one"),
        (imported(github("dan-p")), EVE, "the payload holds no approval of cat-d with that review id"),
        (imported(github(state="CHANGES_REQUESTED")), EVE, "the payload holds no approval of cat-d"),
        (imported(github(review_id=8)), EVE, "the payload holds no approval of cat-d with that review id"),
        (imported(github(), pull_request="6"), EVE, "the payload holds no approval of cat-d with that review id"),
        (imported(github(), type="gitlab-approval"), EVE, "the payload holds no approval of catd with that review id"),
        (dict([*imported(github()).items()][:1]), EVE, "the payload beside the entry is missing or another one"),
    ],
    ids=["no importer", "other payload", "other login", "not approved", "other review", "other pull", "forge", "none"],
)
def test_a_review_on_a_forge_that_proves_nothing(
    repository: GitRepository, files: Files, author: str, fault: str
) -> None:
    start(repository, config=IMPORTERS)
    repository.commit("2024-03-02", files, author=author)
    assert said(repository) == UNPROVED
    assert row(repository.root).invalid[0].detail.startswith(fault)


def test_a_payload_changed_later_is_tampering_and_the_first_bytes_count(repository: GitRepository) -> None:
    start(repository, config=IMPORTERS)
    files = imported(github())
    repository.commit("2024-03-02", files, author=EVE)
    repository.commit("2024-03-03", {[*files][1]: github("dan-p")}, author=ANN)
    assert said(repository) == BASE.but("entry-tampered")


@pytest.mark.parametrize(
    ("least", "criticality", "counts"),
    [("E3", "medium", True), ("E3", "high", False), ("E2", "high", False), ("E1", "high", True)],
)
def test_least_evidence_by_criticality(repository: GitRepository, least: str, criticality: str, counts: bool) -> None:
    data = text(criticality=criticality, review_every="6 months") if criticality == "high" else TEXT
    start(repository, config=f'[approval]\nmin_evidence = {{high = "{least}"}}\n', data=data)
    repository.commit("2024-03-02", approval(data=data), author=CAT)
    found = said(repository, "2024-06-01")
    assert (found.state, found.invalid) == (("current", ()) if counts else ("approval-missing", ("evidence-too-low",)))


def test_who_lowers_the_criticality_needs_the_evidence_of_the_approved_text(repository: GitRepository) -> None:
    high, low = (text(criticality=one, review_every="6 months") for one in ("high", "low"))
    start(repository, config="", data=high)
    repository.commit("2024-03-02", approval(data=high), author=CAT)
    repository.commit("2024-03-03", {"sopkit.toml": '[approval]\nmin_evidence = {high = "E3"}\n'})
    repository.commit("2024-03-04", {PATH: low})
    repository.commit("2024-03-05", approval("2024-03-05", low), author=CAT)
    found = said(repository, "2024-06-01")
    assert (found.state, found.invalid) == ("approval-missing", ("evidence-too-low",))


def documented(data: bytes = b"%PDF signed", path: str = "signed/form.pdf", **keys: str) -> Files:
    """A review by ben, who has no git, on a form."""
    evidence = {"type": "document", "path": path, "sha256": sha256(b"%PDF signed").hexdigest()} | keys
    return review(evidence=evidence) | {path: data}


def test_a_signed_document(repository: GitRepository) -> None:
    added(repository)
    repository.commit("2024-03-01", documented(), author=EVE)
    repository.commit("2024-03-02", approval(), author=CAT)
    assert said(repository) == BASE._replace(evidence="E1d")


@pytest.mark.parametrize(
    ("files", "author", "fault"),
    [
        (documented(), DAN, "a document counts only when a holder of the role document-controller brings it"),
        (documented(b"%PDF other"), EVE, "the document signed/form.pdf has another SHA-256"),
        (documented(path="a/b.pdf") | {"a/b.pdf": None}, EVE, "the document a/b.pdf was not there"),
        *(
            (documented(path=path) | {path: None}, EVE, "the document ")
            for path in (
                "../form.pdf",
                "./form.pdf",
                "/etc/passwd",
                "a//b",
                "a\nb",
                "a\0b",
                "\udcff",
                "sops",
                "x" * 9000,
            )
        ),
    ],
)
def test_a_signed_document_that_proves_nothing(
    repository: GitRepository, files: Files, author: str, fault: str
) -> None:
    added(repository)
    there = {path: data for path, data in files.items() if data is not None}
    repository.commit("2024-03-01", there, author=author)
    found = row(repository.root)
    assert (found.reviewed_by, [one.reason for one in found.invalid]) == ("", ["author-unproved"])
    assert found.invalid[0].detail.startswith(fault)


def test_a_bot_never_approves(repository: GitRepository) -> None:
    roles = ROLES.replace("{person: cat}", "{person: robo}")
    repository.commit("2024-01-15", SET_UP | {"registers/roles.yaml": roles})
    repository.commit("2024-02-01", {PATH: TEXT}, author=ANN)
    repository.commit("2024-03-01", review(), author=BEN)
    repository.commit("2024-03-02", approval(by="robo"), author=BOT)
    assert said(repository) == BASE.but("approval-missing", invalid=("bot",))


def test_two_people_with_one_address(repository: GitRepository) -> None:
    people = PEOPLE.replace("[dan@acme.example]", "[cat@acme.example]")
    start(repository, people)
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
    assert entry_name(made, data).startswith("2024-03-01-disposal-eve-")
    signed = with_signature(data, "-----BEGIN SSH SIGNATURE-----\nAAAA\n-----END SSH SIGNATURE-----\n")
    assert read_entry(signed).signed == data


def test_an_entry_signed_for_one_sop_is_none_of_another(repository: GitRepository, tmp_path: Path) -> None:
    key = ssh_key(tmp_path)
    start(repository, keyed(cat=key))
    files = {path.replace("AC-001", "AC-002"): data for path, data in approval(key=key).items()}
    repository.commit("2024-03-02", files | {"sops/2.md": text(id="AC-002")}, author=ANN)
    repository.commit("2024-03-03", entry("review", "ben", "2024-03-03", text(id="AC-002"), id="AC-002"), author=BEN)
    from tests.lifecycle.ledger import judged

    second = judged(repository.root).rows[1]
    assert [(one.reason, one.detail) for one in second.invalid] == [("schema", "its id is AC-001, its folder AC-002")]
