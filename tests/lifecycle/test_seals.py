"""What verify says of the signatures of entries and of the commits that brought them."""

from pathlib import Path

import pytest
from tests.git.keys import public, ssh_key
from tests.lifecycle.ledger import SET_UP, added, approval, base, review, text
from tests.lifecycle.sops import PATH
from tests.lifecycle.verified import APPROVAL, FOLDER, checked, found
from tests.repository import ANN, BEN, CAT, GitRepository

from sopkit.lifecycle.verify_report import SignatureStatus

pytestmark = pytest.mark.slow


def with_key(key: Path, person: str = "cat") -> str:
    """The people register with a signing key of one person."""
    rows = str(SET_UP["registers/people.yaml"])
    return rows.replace(f"key: {person}, ", f"key: {person}, signing_keys: [{{key: {public(key)}}}], ")


def test_signatures_in_entries(repository: GitRepository, tmp_path: Path) -> None:
    key, other = ssh_key(tmp_path / "keys"), ssh_key(tmp_path / "keys", name="other")
    added(repository, **{"registers/people.yaml": with_key(key)})
    good = approval("2024-03-02", key=key)
    strange = approval("2024-03-03", key=other)
    (path,) = good
    data = good[path]
    assert isinstance(data, bytes)
    bad = {f"{FOLDER}/2024-03-04-approval-cat-00000000.yaml": data.replace(b"2024-03-02", b"2024-03-04")}
    repository.commit("2024-03-02", good, author=ANN)
    repository.commit("2024-03-04", strange | bad, author=CAT)
    report = checked(repository.root)
    assert [(row.entry, row.signature, row.signer, row.level) for row in report.rows] == [
        (path, SignatureStatus.GOOD, ("cat",), "E3"),
        (next(iter(strange)), SignatureStatus.UNKNOWN_KEY, (), "E1"),
        (next(iter(bad)), SignatureStatus.BAD, (), "E1"),
    ]
    assert found(report) == [
        ("signature-bad", next(iter(bad))),
        ("signature-unknown", next(iter(strange))),
        ("name-mismatch", next(iter(bad))),
    ]
    assert (report.failed(), report.failed(["name-mismatch"])) == (False, True)


def test_signatures_of_commits(repository: GitRepository, tmp_path: Path) -> None:
    key, other = ssh_key(tmp_path / "keys"), ssh_key(tmp_path / "keys", name="other")
    added(repository, **{"registers/people.yaml": with_key(key, "ben")})
    repository.git("config", "gpg.format", "ssh")
    repository.git("config", "commit.gpgsign", "true")
    repository.git("config", "user.signingkey", str(key))
    repository.commit("2024-03-01", review(), author=BEN)
    repository.git("config", "user.signingkey", str(other))
    repository.commit("2024-03-02", approval(), author=CAT)
    tip = repository.git("cat-file", "commit", "HEAD").replace("\nchange", "\nchanged by hand")
    forged = repository.git("hash-object", "-t", "commit", "-w", "--stdin", stdin=f"{tip}\n".encode())
    assert [(row.kind, row.commit_signature, row.commit_signer) for row in checked(repository.root).rows] == [
        ("review", SignatureStatus.GOOD, ("ben",)),
        ("approval", SignatureStatus.UNKNOWN_KEY, ()),
    ]
    repository.git("reset", "-q", "--hard", forged)
    report = checked(repository.root)
    assert report.commit_signatures == {"none": 0, "good": 1, "unknown-key": 0, "bad": 1, "not-verified": 0}
    assert found(report) == [("signature-bad", APPROVAL)]


def test_the_signature_of_a_merged_commit_not_of_the_merge(repository: GitRepository, tmp_path: Path) -> None:
    key = ssh_key(tmp_path / "keys")
    added(repository, **{"registers/people.yaml": with_key(key, "ben")})
    repository.switch("work", "main")
    repository.git("config", "user.signingkey", str(key))
    repository.git("config", "gpg.format", "ssh")
    repository.git("config", "commit.gpgsign", "true")
    repository.commit("2024-03-01", review(), author=BEN)
    repository.git("config", "commit.gpgsign", "false")
    repository.switch("main")
    repository.merge("2024-03-02", "work", author=CAT)
    (row,) = checked(repository.root).rows
    assert (row.commit_signature, row.commit_signer, row.level) == (SignatureStatus.GOOD, ("ben",), "E1")


def test_openpgp_is_read_and_not_verified(repository: GitRepository) -> None:
    base(repository)
    tip = repository.git("cat-file", "commit", "HEAD")
    head, _, message = tip.partition("\n\n")
    armour = "gpgsig -----BEGIN PGP SIGNATURE-----\n \n AAAA\n -----END PGP SIGNATURE-----"
    signed = f"{head}\n{armour}\n\n{message}\n".encode()
    repository.git(
        "reset", "-q", "--hard", repository.git("hash-object", "-t", "commit", "-w", "--stdin", stdin=signed)
    )
    report = checked(repository.root)
    assert report.commit_signatures["not-verified"] == 1
    assert report.findings == ()


def test_high_criticality_below_e3(repository: GitRepository, tmp_path: Path) -> None:
    key = ssh_key(tmp_path / "keys")
    data = text(criticality="high")
    added(repository, data, **{"registers/people.yaml": with_key(key)})
    weak = approval(data=data)
    repository.commit("2024-03-02", weak, author=CAT)
    assert found(checked(repository.root)) == [("evidence-low", next(iter(weak)))]
    again = text("## Purpose\n\nOther.\n", criticality="high")
    repository.commit("2024-04-01", {PATH: again})
    repository.commit("2024-04-02", approval("2024-04-02", again, key=key), author=CAT)
    assert checked(repository.root).findings == ()
