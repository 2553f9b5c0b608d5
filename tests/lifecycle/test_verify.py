"""The whole ledger checked: what was altered, who signed, what counts, and what lies beside it."""

import os
import zlib
from datetime import date
from pathlib import Path

import pytest
from tests.git.keys import public, ssh_key
from tests.lifecycle.ledger import (
    EVE,
    SET_UP,
    TEXT,
    TODAY,
    added,
    approval,
    base,
    entry,
    hash_of,
    name_of,
    review,
    text,
)
from tests.lifecycle.sops import PATH
from tests.repository import ANN, BEN, CAT, GitRepository

from sopkit.git.repository import open_repository
from sopkit.lifecycle.judged import judge
from sopkit.lifecycle.standing import Standing
from sopkit.lifecycle.verify import verify
from sopkit.lifecycle.verify_report import Code, Seal, VerifyReport
from sopkit.model.errors import SopkitError

FOLDER = "ledger/sops/AC-001"
(REVIEW,) = review()
(APPROVAL,) = approval()


def checked(root: Path, *names: str, as_of: str = "2026-11-24", anchor: str = "") -> VerifyReport:
    repository = open_repository(root)
    assert repository is not None
    day = date.fromisoformat(as_of)
    return verify(judge(repository, day, TODAY), day, names=names, anchor=anchor)


def found(report: VerifyReport) -> list[tuple[str, str]]:
    """Code and file of each finding."""
    return [(str(one.code), one.path) for one in report.findings]


def with_key(key: Path, person: str = "cat") -> str:
    """The people register with a signing key of one person."""
    rows = str(SET_UP["registers/people.yaml"])
    return rows.replace(f"key: {person}, ", f"key: {person}, signing_keys: [{{key: {public(key)}}}], ")


def test_the_base_has_nothing_to_find(repository: GitRepository) -> None:
    base(repository)
    report = checked(repository.root)
    assert (report.findings, report.failed(), report.anchored) == ((), False, None)
    given, seen = sorted(report.rows, key=lambda row: row.kind)
    assert (given.entry, given.by, given.roles, given.revision, given.level) == (APPROVAL, "cat", ("ciso",), "r1", "E1")
    assert (seen.standing, seen.signature, seen.commit_signature, seen.name_fits) == (
        *(Standing.COUNTS, Seal.NONE, Seal.NONE),
        True,
    )
    assert report.standings == {"counts": 2, "invalid": 0, "corrected": 0, "withdrawn": 0}
    assert report.evidence == {"E0": 0, "E1": 2, "E1d": 0, "E2": 0, "E3": 0}


def test_an_entry_that_was_changed_or_taken_away(repository: GitRepository) -> None:
    base(repository)
    repository.commit("2024-05-01", {REVIEW: b"by: eve\n", APPROVAL: None})
    report = checked(repository.root)
    assert found(report) == [("entry-tampered", REVIEW), ("entry-tampered", APPROVAL)]
    assert report.failed()
    assert report.findings[1].message.startswith("removed on 2024-05-01 by Ann Lee, commit ")
    assert {row.entry: row.flags for row in report.rows} == {APPROVAL: ("removed",), REVIEW: ()}
    assert not checked(repository.root, as_of="2024-04-30").failed()


def test_lawful_disposal_is_no_tampering(repository: GitRepository) -> None:
    base(repository)
    gone = entry("disposal", "eve", "2024-05-01", None, removed=[hash_of(review())])
    repository.commit("2024-05-01", {**gone, REVIEW: None}, author=EVE)
    report = checked(repository.root)
    assert (report.findings, report.failed()) == ((), False)
    assert [row.flags for row in report.rows if row.entry == REVIEW] == [("removed",)]


def test_an_anchor(repository: GitRepository) -> None:
    base(repository)
    kept = repository.git("rev-parse", "HEAD")
    assert checked(repository.root, anchor=kept).anchored is True
    repository.git("reset", "-q", "--hard", "HEAD~1")
    repository.commit("2024-03-02", approval(note="other"), author=CAT)
    report = checked(repository.root, anchor=kept)
    assert (report.anchored, found(report), report.failed()) == (False, [("history-rewritten", "")], True)
    assert checked(repository.root, "AC-001", anchor=kept).failed()
    with pytest.raises(SopkitError, match="is no commit id"):
        checked(repository.root, anchor="HEAD")


@pytest.mark.parametrize("what", ["blob", "commit"])
def test_an_object_that_is_not_what_its_id_says(repository: GitRepository, what: str) -> None:
    base(repository)
    checked(repository.root)
    oid = repository.git("rev-parse", f"HEAD:{APPROVAL}" if what == "blob" else "HEAD~1")
    file = repository.root / ".git" / "objects" / oid[:2] / oid[2:]
    data = zlib.decompress(file.read_bytes())
    file.chmod(0o644)
    file.write_bytes(zlib.compress(data.replace(b"cat", b"eve") if what == "blob" else data.replace(b"Ben", b"Eve")))
    report = checked(repository.root)
    assert ("object-altered", APPROVAL if what == "blob" else "") in found(report)
    assert report.failed()


def test_a_damaged_or_missing_object_is_an_error(repository: GitRepository) -> None:
    base(repository)
    oid = repository.git("rev-parse", f"HEAD:{APPROVAL}")
    file = repository.root / ".git" / "objects" / oid[:2] / oid[2:]
    file.chmod(0o644)
    file.write_bytes(b"damaged")
    with pytest.raises(SopkitError):
        checked(repository.root)
    file.unlink()
    with pytest.raises(SopkitError, match=f"git object {oid} is missing"):
        checked(repository.root)


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
        (path, Seal.GOOD, ("cat",), "E3"),
        (next(iter(strange)), Seal.UNKNOWN_KEY, (), "E1"),
        (next(iter(bad)), Seal.BAD, (), "E1"),
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
        ("review", Seal.GOOD, ("ben",)),
        ("approval", Seal.UNKNOWN_KEY, ()),
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
    assert (row.commit_signature, row.commit_signer, row.level) == (Seal.GOOD, ("ben",), "E1")


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


def test_invalid_corrected_and_withdrawn(repository: GitRepository) -> None:
    added(repository)
    wrong = review()
    repository.commit("2024-03-01", wrong, author=BEN)
    repository.commit("2024-03-02", review("2024-03-02", corrects=name_of(wrong)), author=BEN)
    repository.commit("2024-03-03", approval("2024-03-03"), author=CAT)
    repository.commit("2024-03-04", approval("2024-03-04", by="ben"), author=BEN)
    repository.commit("2024-03-05", entry("withdrawal", "cat", "2024-03-05", TEXT), author=CAT)
    report = checked(repository.root)
    assert report.standings == {"counts": 2, "invalid": 1, "corrected": 1, "withdrawn": 1}
    (invalid,) = report.findings
    assert (invalid.code, invalid.message) == (
        Code.INVALID,
        "role-missing: ben did not hold ciso on 2024-03-04, nor stand in for it",
    )
    assert (report.failed(), report.failed(["invalid"])) == (False, True)
    with pytest.raises(SopkitError, match="no finding is called invalit") as caught:
        report.failed(["invalit"])
    assert caught.value.hint == "did you mean invalid?"


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


def test_what_lies_beside_the_entries(repository: GitRepository) -> None:
    base(repository)
    odd = os.fsdecode(b"ledger/sops/AC-001/\xff\x1b[31m.txt")
    repository.commit(
        "2024-04-01",
        {
            "ledger/README.md": "about",
            "ledger/sops/AC-001/.gitkeep": "",
            "ledger/AC-001/lost.yaml": "a: b\n",
            "ledger/sops/deep/AC-001/lost.yaml": "a: b\n",
            "ledger/sops/AC-001/lone.payload.json": "{}",
            APPROVAL.replace(".yaml", ".payload.json"): "{}",
            odd: "x",
        },
    )
    report = checked(repository.root)
    assert {(one.path, one.message) for one in report.findings} == {
        ("ledger/AC-001/lost.yaml", "it is read by nobody: entries lie in ledger/sops/<id>/"),
        ("ledger/sops/AC-001/lone.payload.json", "a payload without its entry"),
        *(
            (path, "it is no entry: these are <day>-<kind>-<by>-<hash>.yaml in a folder named as the SOP's id")
            for path in ("ledger/sops/deep/AC-001/lost.yaml", odd)
        ),
    }
    assert {one.code for one in report.findings} == {Code.STRAY_FILE}


def test_an_id_without_an_sop(repository: GitRepository) -> None:
    base(repository)
    files = review(id="ZZ-009")
    repository.commit("2024-04-01", files, author=BEN)
    assert found(checked(repository.root)) == [("invalid", next(iter(files))), ("unknown-id", "ledger/sops/ZZ-009")]
    repository.commit("2024-05-01", {PATH: None})
    assert ("unknown-id", "ledger/sops/AC-001") not in found(checked(repository.root))


def test_what_is_not_committed(repository: GitRepository) -> None:
    base(repository)
    (path,) = review("2024-04-01")
    repository.write(path, review("2024-04-01")[path] or "")
    repository.write(REVIEW, b"by: eve\n")
    data = (repository.root / APPROVAL).read_bytes()
    (repository.root / APPROVAL).write_bytes(data.replace(b"\n", b"\r\n"))
    (repository.root / FOLDER / "link.yaml").symlink_to("/etc/passwd")
    assert found(checked(repository.root)) == [
        ("uncommitted", REVIEW),
        ("uncommitted", path),
        ("uncommitted", f"{FOLDER}/link.yaml"),
    ]
    assert checked(repository.root, as_of="2024-03-01").findings == ()


def test_two_files_with_one_id_fail(repository: GitRepository) -> None:
    base(repository)
    repository.commit("2024-04-01", {"sops/b.md": TEXT})
    report = checked(repository.root)
    assert (found(report), report.failed()) == ([("duplicate-id", PATH)], True)


def test_only_what_is_named(repository: GitRepository) -> None:
    base(repository)
    other = review(id="AC-002")
    repository.commit("2024-04-01", other, author=BEN)
    for name in ("AC-001", PATH, FOLDER, f"{FOLDER}/"):
        report = checked(repository.root, name)
        assert (len(report.rows), report.findings) == (2, ())
    assert [row.entry for row in checked(repository.root, REVIEW).rows] == [REVIEW]
    assert len(checked(repository.root, "ledger").rows) == 3
    with pytest.raises(SopkitError, match="XX-001: nothing of the ledger lies there"):
        checked(repository.root, "XX-001")


def test_a_library_in_a_subfolder_and_a_detached_head(tmp_path: Path) -> None:
    repository = GitRepository.start(tmp_path / "top")
    files = {**SET_UP, PATH: TEXT}
    repository.commit("2024-01-15", {f"docs/{path}": data for path, data in SET_UP.items()})
    repository.commit("2024-02-01", {f"docs/{path}": data for path, data in files.items()})
    repository.commit("2024-03-01", {f"docs/{path}": data for path, data in review().items()}, author=BEN)
    repository.git("checkout", "-q", "--detach")
    report = checked(repository.root / "docs")
    assert [(row.entry, row.standing) for row in report.rows] == [(REVIEW, Standing.COUNTS)]
    assert report.findings == ()


def test_no_ledger_at_all(repository: GitRepository) -> None:
    added(repository)
    report = checked(repository.root)
    assert (report.rows, report.findings, report.failed()) == ((), (), False)
