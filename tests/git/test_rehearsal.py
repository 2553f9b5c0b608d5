"""A rehearsed commit is like a real one, and leaves nothing."""

from pathlib import Path

import pytest
from tests.repository import GitRepository

from sopkit.git.blobs import read_paths, read_tree
from sopkit.git.fast_import import trial_commit
from sopkit.git.repository import open_repository
from sopkit.model.commits import FileChange


@pytest.mark.parametrize("objects", ["sha1", "sha256"])
@pytest.mark.parametrize("name", ["library", "a:b"])
def test_a_rehearsal(tmp_path: Path, name: str, objects: str) -> None:
    there = GitRepository.start(tmp_path / name, f"--object-format={objects}")
    head = there.commit("2026-01-15", {"docs/a.md": "a\n", "docs/b.md": "b\n", "top.md": "t\n"})
    before = sorted(there.root.rglob("*"))
    repository = open_repository(there.root / "docs")
    assert repository is not None
    with trial_commit(repository, {"ledger/n\n\u00f6.yaml": b"new\n"}, ["b.md"]) as (seen, changes):
        commit = seen.head_or_error()
        blob = there.git("hash-object", "--stdin", stdin=b"new\n")
        assert changes == (FileChange("ledger/n\n\u00f6.yaml", "100644", blob), FileChange("b.md", "", ""))
        assert sorted(read_tree(seen, commit)) == ["a.md", "ledger/n\n\u00f6.yaml"]
        assert sorted(read_tree(seen, head)) == ["a.md", "b.md"]
        assert read_paths(seen, {(commit, "a.md")}) == {(commit, "a.md"): b"a\n"}
    assert sorted(there.root.rglob("*")) == before
    assert there.git("status", "--porcelain") == ""
