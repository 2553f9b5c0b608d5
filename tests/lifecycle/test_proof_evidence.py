"""Who wrote an entry: reviews on a forge, and signed documents."""

import json
from hashlib import sha256
from pathlib import Path

import pytest
from tests.git.keys import ssh_key
from tests.lifecycle.ledger import (
    BASE,
    BOT,
    DAN,
    EVE,
    TEXT,
    Files,
    added,
    approval,
    keyed,
    level,
    review,
    row,
    said,
    text,
    unapproved,
)
from tests.lifecycle.sops import PATH
from tests.repository import ANN, CAT, GitRepository

UNPROVED = BASE.but("approval-missing", invalid=("author-unproved",))


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


@pytest.mark.slow
@pytest.mark.parametrize("author", [EVE, BOT])
def test_a_review_on_a_forge(repository: GitRepository, author: str) -> None:
    unapproved(repository, config=IMPORTERS)
    repository.commit("2024-03-02", imported(github()), author=author)
    assert (said(repository), level(repository)) == (BASE, "E1")


@pytest.mark.slow
def test_a_review_on_a_forge_signed_by_its_importer(repository: GitRepository, tmp_path: Path) -> None:
    key = ssh_key(tmp_path)
    config = f'{IMPORTERS}min_evidence = {{medium = "E2"}}\n'
    unapproved(repository, keyed(robo=key), config)
    repository.commit("2024-03-02", imported(github(), key=key), author=BOT)
    assert (said(repository), level(repository)) == (BASE, "E2")


@pytest.mark.slow
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
    unapproved(repository, config=IMPORTERS)
    repository.commit("2024-03-02", files, author=author)
    assert said(repository) == UNPROVED
    assert row(repository.root).invalid[0].detail.startswith(fault)


def test_a_payload_changed_later_is_tampering_and_the_first_bytes_count(repository: GitRepository) -> None:
    unapproved(repository, config=IMPORTERS)
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
    unapproved(repository, config=f'[approval]\nmin_evidence = {{high = "{least}"}}\n', data=data)
    repository.commit("2024-03-02", approval(data=data), author=CAT)
    found = said(repository, "2024-06-01")
    assert (found.state, found.invalid) == (("current", ()) if counts else ("approval-missing", ("evidence-too-low",)))


def test_who_lowers_the_criticality_needs_the_evidence_of_the_approved_text(repository: GitRepository) -> None:
    high, low = (text(criticality=one, review_every="6 months") for one in ("high", "low"))
    unapproved(repository, config="", data=high)
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


@pytest.mark.slow
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
