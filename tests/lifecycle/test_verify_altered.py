"""Clones whose storage was altered, so that a withdrawal vanishes: each is found, and the object is named."""

import struct
import zlib
from collections.abc import Callable
from dataclasses import replace
from hashlib import sha1, sha256
from pathlib import Path

import pytest
from tests.lifecycle.ledger import EDITED, SET_UP, TEXT, TODAY, added, approval, base, entry
from tests.lifecycle.sops import AS_OF, PATH
from tests.lifecycle.verified import FOLDER, checked, found
from tests.repository import CAT, GitRepository, Tree

from sopkit.git.blobs import ALTERED_HINT
from sopkit.git.merges import Author
from sopkit.git.objects import read_raw_history
from sopkit.git.repository import open_repository
from sopkit.lifecycle.history import read_history
from sopkit.lifecycle.object_check import find_misreported_commits
from sopkit.lifecycle.stale import report_stale

pytestmark = pytest.mark.slow
(WITHDRAWAL,) = entry("withdrawal", "cat", "2024-05-01", TEXT)


@pytest.fixture(scope="module")
def _withdrawn(tmp_path_factory: pytest.TempPathFactory) -> Tree:
    repository = GitRepository.start(tmp_path_factory.mktemp("withdrawn") / "library")
    base(repository)
    repository.commit("2024-05-01", entry("withdrawal", "cat", "2024-05-01", TEXT), author=CAT)
    repository.commit("2024-06-01", {PATH: EDITED})
    repository.commit("2024-07-01", {PATH: EDITED.replace("nobody", "no one")})
    return repository.read_all()


@pytest.fixture
def clone(_withdrawn: Tree, tmp_path: Path) -> GitRepository:
    repository = GitRepository(tmp_path / "library")
    repository.root.mkdir()
    repository.fill(_withdrawn)
    return repository


def id_of(repository: GitRepository, name: str) -> str:
    return repository.git("rev-parse", name)


def overwrite(repository: GitRepository, oid: str, kind: str, data: bytes) -> None:
    """Store other bytes under the id of a loose object."""
    file = repository.root / ".git" / "objects" / oid[:2] / oid[2:]
    file.chmod(0o644)
    file.write_bytes(zlib.compress(b"%s %d\0%s" % (kind.encode(), len(data), data)))


def raw(repository: GitRepository, oid: str) -> bytes:
    file = repository.root / ".git" / "objects" / oid[:2] / oid[2:]
    return zlib.decompress(file.read_bytes()).partition(b"\0")[2]


def alter_ledger(repository: GitRepository) -> tuple[str, str]:
    """The folder of entries has what it had before the withdrawal, in every commit since."""
    oid = id_of(repository, f"HEAD:{FOLDER}")
    overwrite(repository, oid, "tree", raw(repository, id_of(repository, f"HEAD~3:{FOLDER}")))
    return f"tree {oid} (folder {FOLDER}/)", FOLDER


def alter_sops(repository: GitRepository) -> tuple[str, str]:
    """The folder of SOPs at HEAD points to the text that was approved."""
    oid = id_of(repository, "HEAD:sops")
    overwrite(repository, oid, "tree", raw(repository, id_of(repository, "HEAD~3:sops")))
    return f"tree {oid} (folder sops/)", "sops"


def alter_top(repository: GitRepository) -> tuple[str, str]:
    oid = id_of(repository, "HEAD^{tree}")
    overwrite(repository, oid, "tree", raw(repository, id_of(repository, "HEAD~3^{tree}")))
    return f"tree {oid} (the top folder)", ""


def alter_commit(repository: GitRepository) -> tuple[str, str]:
    oid, parent, other = (id_of(repository, name) for name in ("HEAD~1", "HEAD~2", "HEAD~3"))
    overwrite(repository, oid, "commit", raw(repository, oid).replace(parent.encode(), other.encode()))
    return f"commit {oid}", ""


def alter_withdrawal(repository: GitRepository) -> tuple[str, str]:
    oid = id_of(repository, f"HEAD:{WITHDRAWAL}")
    overwrite(repository, oid, "blob", b" " * (1 << 20))  # larger than any entry that is read
    return f"blob {oid}", WITHDRAWAL


def alter_text(repository: GitRepository) -> tuple[str, str]:
    oid = id_of(repository, f"HEAD:{PATH}")
    overwrite(repository, oid, "blob", TEXT.encode())
    return f"blob {oid}", PATH


def alter_pack_index(repository: GitRepository) -> tuple[str, str]:
    """In a pack, the id of the ledger's folder leads to the tree that it was before the withdrawal."""
    oid, before = id_of(repository, f"HEAD:{FOLDER}"), id_of(repository, f"HEAD~3:{FOLDER}")
    repository.git("repack", "-q", "-a", "-d", "--depth=0")
    (file,) = (repository.root / ".git" / "objects" / "pack").glob("*.idx")
    data = bytearray(file.read_bytes())
    (count,) = struct.unpack_from(">I", data, 8 + 255 * 4)
    ids = [data[8 + 1024 + at * 20 : 8 + 1024 + at * 20 + 20].hex() for at in range(count)]
    offsets = 8 + 1024 + count * 24
    one, other = (offsets + ids.index(name) * 4 for name in (oid, before))
    data[one : one + 4] = data[other : other + 4]
    file.chmod(0o644)
    file.write_bytes(data[:-20] + sha1(data[:-20], usedforsecurity=False).digest())
    return f"tree {oid} (folder {FOLDER}/)", FOLDER


@pytest.mark.parametrize(
    "alter",
    [alter_ledger, alter_sops, alter_top, alter_commit, alter_withdrawal, alter_text, alter_pack_index],
)
def test_an_altered_object_is_found_and_named(
    clone: GitRepository, alter: Callable[[GitRepository], tuple[str, str]]
) -> None:
    kept = id_of(clone, "HEAD~3")
    assert checked(clone.root, anchor=kept).findings == ()
    name, path = alter(clone)
    report = checked(clone.root, anchor=kept)
    assert (report.failed(), report.rows) == (True, ())
    assert [one for one in report.findings if one.message.startswith(f"{name}: ") and one.path == path]
    assert {str(one.code) for one in report.findings} == {"object-altered"}
    assert all(one.message.endswith(ALTERED_HINT) for one in report.findings)


def test_a_tree_of_a_sha256_repository_with_the_library_in_a_folder(tmp_path: Path) -> None:
    repository = GitRepository.start(tmp_path / "top", "--object-format=sha256")
    repository.commit("2024-02-01", {f"docs/{path}": data for path, data in {**SET_UP, PATH: TEXT}.items()})
    repository.commit("2024-03-01", {f"docs/{PATH}": EDITED, "other/deep/a.md": "a"})
    before, oid, other = (id_of(repository, name) for name in ("HEAD~1:docs/sops", "HEAD:docs/sops", "HEAD:other"))
    overwrite(repository, other, "tree", b"")  # no part of the library
    assert checked(repository.root / "docs").findings == ()
    overwrite(repository, oid, "tree", raw(repository, before))
    (finding,) = checked(repository.root / "docs").findings
    assert (finding.path, finding.message) == (
        "sops",
        f"tree {oid} (folder docs/sops/): the bytes stored for it have the id {before}; {ALTERED_HINT}",
    )


def graph_chunk(data: bytes, name: bytes) -> int:
    """Where a chunk of a commit-graph starts; gitformat-commit-graph(5)."""
    rows = (struct.unpack_from(">4sQ", data, 8 + 12 * at) for at in range(data[6]))
    return next(place for chunk, place in rows if chunk == name)


@pytest.mark.parametrize("what", ["parent", "tree"])
def test_a_forged_commit_graph_misleads_nobody_and_is_named(clone: GitRepository, what: str) -> None:
    clone.git("commit-graph", "write", "--reachable")
    assert checked(clone.root).findings == ()
    rows = report_stale(clone.root, AS_OF, AS_OF, cached=False).rows
    file = clone.root / ".git" / "objects" / "info" / "commit-graph"
    data = bytearray(file.read_bytes())
    oids, rows_at = graph_chunk(data, b"OIDL"), graph_chunk(data, b"CDAT")
    places = {data[at : at + 20].hex(): (at - oids) // 20 for at in range(oids, rows_at, 20)}
    oid, other = (id_of(clone, name) for name in ("HEAD~1", "HEAD~3"))
    at = rows_at + 36 * places[oid]
    if what == "parent":
        struct.pack_into(">I", data, at + 20, places[other])
    else:
        data[at : at + 20] = bytes.fromhex(id_of(clone, "HEAD~3^{tree}"))
    file.chmod(0o644)
    file.write_bytes(data[:-20] + sha1(data[:-20], usedforsecurity=False).digest())
    report = checked(clone.root, anchor=other)
    assert report.failed()
    assert report.findings[0].message.startswith(f"commit {oid}: the commit-graph of this clone gives it the parent")
    assert report_stale(clone.root, AS_OF, AS_OF, cached=False).rows == rows


def test_an_edited_cache_is_not_used_and_is_named(clone: GitRepository) -> None:
    report_stale(clone.root, AS_OF, AS_OF)
    whole = checked(clone.root)
    assert whole.findings == ()
    for file in (clone.root / ".git" / "sopkit").glob("*.json"):
        text = file.read_bytes().partition(b"\n")[2].replace(b"withdrawal", b"review")
        file.write_bytes(sha256(text).hexdigest().encode() + b"\n" + text)
    report = checked(clone.root)
    assert (report.failed(), report.rows) == (True, whole.rows)
    assert {one.message.partition(",")[0] for one in report.findings} == {"the cache of sopkit"}
    assert ".git/sopkit/line-" in report.findings[0].message
    assert "entries/" in report.findings[1].message


@pytest.mark.parametrize("kept", [True, False])
def test_the_blob_of_an_entry_has_its_digest(repository: GitRepository, *, kept: bool) -> None:
    added(repository)
    other = repository.git("hash-object", *(["-w"] if kept else []), "--stdin", stdin=EDITED.encode())
    files = approval(blob=other)
    repository.commit("2024-03-02", files, author=CAT)
    report = checked(repository.root)
    assert (found(report), report.failed()) == ([("blob-mismatch", next(iter(files)))] if kept else [], kept)


def test_what_git_reports_is_compared_with_the_objects(clone: GitRepository) -> None:
    """As when git reads another copy of an object, in a second pack."""
    clone.switch("topic", id_of(clone, "HEAD~2"))
    other = EDITED.replace("AC-001", "AC-002")
    clone.commit("2024-07-02", {"sops/b.md": other}, author="Zo\xeb Orr <eve@acme.example>")
    clone.switch("main")
    clone.merge("2024-08-01", "topic")
    clone.commit("2024-08-02", approval("2024-08-02", other, id="AC-002"), author=CAT)
    repository = open_repository(clone.root)
    assert repository is not None
    history, raw = read_history(repository, TODAY, TODAY, cached=False), read_raw_history(repository)
    assert history.ledger("AC-002").approved
    assert list(find_misreported_commits(history, raw)) == []
    commits = history.log.commits
    (withdrawal,) = (at for at, one in enumerate(commits) if WITHDRAWAL in {change.path for change in one.changes})
    merge = len(commits) - 2

    def reported(at: int, **fields: object) -> list[tuple[str, str]]:
        changed = list(commits)
        changed[at] = replace(commits[at], **fields)  # type: ignore[arg-type]
        log = replace(history.log, commits=tuple(changed))
        return [(one.path, one.message) for one in find_misreported_commits(replace(history, log=log), raw)]

    oid, line = commits[withdrawal].oid, commits[withdrawal - 1].oid
    assert reported(withdrawal, changes=()) == [
        (WITHDRAWAL, f"commit {oid}: git reports another change of this file than its trees contain; {ALTERED_HINT}")
    ]
    assert reported(withdrawal, parents=()) == [
        ("", f"commit {oid}: git reports the parents none, and its bytes name {line}; {ALTERED_HINT}")
    ]
    for field, value in (("author_email", "ben@acme.example"), ("author_time", 0), ("author_zone", "+0100")):
        assert "another author or date than its bytes" in reported(withdrawal, **{field: value})[0][1]
    assert "another committer or date" in reported(withdrawal, committer_time=0)[0][1]
    assert reported(merge, parents=commits[merge].parents[:1])[0][1].startswith(f"commit {commits[merge].oid}: ")
    cut = replace(history, log=replace(history.log, commits=commits[:2] + commits[3:]))
    assert "which is not its first parent" in next(find_misreported_commits(cut, raw)).message
    first, *others = history.authorship._work[commits[merge].oid]
    for name, fields in (("author", {"author": Author("Ben Roy", "ben@acme.example")}), ("change", {"files": {}})):
        history.authorship._work[commits[merge].oid] = (replace(first, **fields), *others)
        assert f"another {name}" in next(find_misreported_commits(history, raw)).message
