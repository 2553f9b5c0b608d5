"""The whole ledger checked: what was altered, who signed, what counts, and what lies beside it."""

import os
import zlib
from pathlib import Path

import pytest
from tests.lifecycle.ledger import EVE, SET_UP, TEXT, added, approval, base, entry, hash_of, name_of, review
from tests.lifecycle.sops import AS_OF, PATH
from tests.lifecycle.verified import APPROVAL, FOLDER, REVIEW, checked, found
from tests.repository import BEN, CAT, GitRepository

from sopkit.lifecycle.ledger import EntryStatus
from sopkit.lifecycle.stale import report_stale
from sopkit.lifecycle.verify_report import SignatureStatus, VerifyCode
from sopkit.model.errors import SopkitError

pytestmark = pytest.mark.slow


def test_the_base_has_nothing_to_find(repository: GitRepository) -> None:
    base(repository)
    report = checked(repository.root)
    assert (report.findings, report.failed(), report.anchored) == ((), False, None)
    given, seen = sorted(report.rows, key=lambda row: row.kind)
    assert (given.entry, given.by, given.roles, given.revision, given.level) == (APPROVAL, "cat", ("ciso",), "r1", "E1")
    assert (seen.standing, seen.signature, seen.commit_signature, seen.name_fits) == (
        *(EntryStatus.COUNTS, SignatureStatus.NONE, SignatureStatus.NONE),
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
    report_stale(repository.root, AS_OF, AS_OF)  # keeps what the objects said
    oid = repository.git("rev-parse", f"HEAD:{APPROVAL}" if what == "blob" else "HEAD~1")
    file = repository.root / ".git" / "objects" / oid[:2] / oid[2:]
    data = zlib.decompress(file.read_bytes())
    file.chmod(0o644)
    file.write_bytes(zlib.compress(data.replace(b"cat", b"eve") if what == "blob" else data.replace(b"Ben", b"Eve")))
    report = checked(repository.root)
    assert ("object-altered", APPROVAL if what == "blob" else "") in found(report)
    assert report.failed()


def test_bytes_that_are_not_what_their_id_says_are_believed_nowhere_and_not_kept(repository: GitRepository) -> None:
    base(repository)
    other, oid = (repository.git("rev-parse", f"HEAD:{path}") for path in (APPROVAL, PATH))
    one, another = (repository.root / ".git" / "objects" / name[:2] / name[2:] for name in (oid, other))
    held = one.read_bytes()
    one.chmod(0o644)
    one.write_bytes(another.read_bytes())
    with pytest.raises(SopkitError, match=f"git object {oid} was altered where it is stored"):
        report_stale(repository.root, AS_OF, AS_OF)
    one.write_bytes(held)
    assert [row.state for row in report_stale(repository.root, AS_OF, AS_OF).rows] == ["current"]


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
        VerifyCode.INVALID,
        "role-missing: ben did not hold ciso on 2024-03-04, nor stand in for it",
    )
    assert (report.failed(), report.failed(["invalid"])) == (False, True)
    with pytest.raises(SopkitError, match="no finding is called invalit") as caught:
        report.failed(["invalit"])
    assert caught.value.hint == "did you mean invalid?"


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
    assert {one.code for one in report.findings} == {VerifyCode.STRAY_FILE}


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
    for name in ("AC-001", PATH, "sops", "./sops/", FOLDER, f"{FOLDER}/"):
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
    assert [(row.entry, row.standing) for row in report.rows] == [(REVIEW, EntryStatus.COUNTS)]
    assert report.findings == ()


def test_no_ledger_at_all(repository: GitRepository) -> None:
    added(repository)
    report = checked(repository.root)
    assert (report.rows, report.findings, report.failed()) == ((), (), False)
