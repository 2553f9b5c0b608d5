"""The one commit in clones that are set up in unusual ways: the files alone, and the index as the user left it."""

from collections.abc import Callable
from pathlib import Path

import pytest
from tests.authoring.ledger import CONFIG, files, hook, library, status, user
from tests.git.keys import ssh_key
from tests.repository import GitRepository

from sopkit.git import transaction
from sopkit.git.commit import commit_existing, commit_files
from sopkit.git.repository import Repository, open_repository
from sopkit.model.errors import SopkitError

pytestmark = pytest.mark.slow

NEW = {"ledger/sops/AC-001/a.yaml": b"a\n"}
ADDED = ["A\tledger/sops/AC-001/a.yaml"]


@pytest.fixture(autouse=True)
def _ben(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    user(monkeypatch, tmp_path, "ben")


def opened(root: Path) -> Repository:
    repository = open_repository(root)
    assert repository is not None
    return repository


def split_index(there: GitRepository) -> GitRepository:
    there.git("update-index", "--split-index")
    return there


def untracked_cache(there: GitRepository) -> GitRepository:
    there.git("config", "core.untrackedCache", "true")
    there.git("update-index", "--untracked-cache")
    return there


def file_monitor(there: GitRepository) -> GitRepository:
    monitor = there.write(".git/monitor", "#!/bin/sh\nprintf 'now\\0/\\0'\n")
    monitor.chmod(0o755)
    there.git("config", "core.fsmonitor", str(monitor))
    there.git("update-index", "--fsmonitor")
    return there


def sparse_index(there: GitRepository) -> GitRepository:
    there.git("sparse-checkout", "set", "--cone", "--sparse-index", "registers", "sops")
    return there


def detached(there: GitRepository) -> GitRepository:
    there.git("checkout", "-q", "--detach")
    return there


def worktree(there: GitRepository) -> GitRepository:
    there.git("worktree", "add", "-q", "-b", "topic", str(there.root.parent / "tree"))
    return GitRepository(there.root.parent / "tree")


def submodule(there: GitRepository) -> GitRepository:
    outer = GitRepository.start(there.root.parent / "outer")
    outer.git("submodule", "--quiet", "add", str(there.root), "library")
    return GitRepository(outer.root / "library")


def linked_index(there: GitRepository) -> GitRepository:
    index = there.root / ".git/index"
    index.rename(there.root / ".git/elsewhere")
    index.symlink_to("elsewhere")
    return there


@pytest.mark.parametrize(
    "made",
    [split_index, untracked_cache, file_monitor, sparse_index, detached, worktree, submodule, linked_index],
    ids=lambda one: one.__name__,
)
def test_an_unusual_clone(tmp_path: Path, made: Callable[[GitRepository], GitRepository]) -> None:
    there = made(library(tmp_path / "library"))
    there.write("later.txt", "later\n")
    there.git("add", "--sparse", "--intent-to-add", "later.txt")
    there.write("sops/ac-001.md", "edited\n")
    there.git("add", "sops/ac-001.md")
    there.write("sops/ac-001.md", "edited twice\n")
    before = (there.git("ls-files", "-s"), there.git("rev-parse", "HEAD"))
    oid, warning = commit_files(opened(there.root), "one\n", NEW)
    assert (warning, oid) == ("", there.git("rev-parse", "HEAD"))
    assert (files(there), there.git("rev-parse", "HEAD^")) == (ADDED, before[1])
    assert status(there) == [" A later.txt", "MM sops/ac-001.md"]
    blob = there.git("rev-parse", f"HEAD:{next(iter(NEW))}")
    listed = [*before[0].splitlines(), f"100644 {blob} 0\t{next(iter(NEW))}"]
    assert there.git("ls-files", "-s").splitlines() == sorted(listed, key=lambda line: line.split("\t")[1])
    there.git("diff-files", "--quiet", "--", "ledger")  # the index knows the new file by its times as well
    there.git("fsck")


def test_ids_of_sha256(tmp_path: Path) -> None:
    there = GitRepository.start(tmp_path / "library", "--object-format=sha256")
    there.commit("2026-01-01", {"sopkit.toml": CONFIG})
    assert len(commit_files(opened(there.root), "one", NEW)[0]) == 64
    assert (files(there), status(there)) == (ADDED, [])


@pytest.mark.parametrize("staged", [False, True])
def test_before_the_first_commit(tmp_path: Path, staged: bool) -> None:
    there = GitRepository.start(tmp_path / "library")
    there.write("sopkit.toml", CONFIG)
    there.write("sops/a.md", "a\n")
    if staged:
        there.git("add", "sopkit.toml")
    commit_existing(opened(there.root), "one", {"sops/a.md": b"a\n"})
    assert (files(there), status(there)) == (["A\tsops/a.md"], ["A  sopkit.toml" if staged else "?? sopkit.toml"])
    assert there.git("log", "-g", "--format=%gs") == "commit (initial): one"


def test_a_commit_that_git_signs(tmp_path: Path) -> None:
    there, key = library(tmp_path / "library"), ssh_key(tmp_path / "key")
    for name, value in (("gpg.format", "ssh"), ("user.signingkey", str(key)), ("commit.gpgsign", "true")):
        there.git("config", name, value)
    commit_files(opened(there.root), "one", NEW)
    assert "-----BEGIN SSH SIGNATURE-----" in there.git("cat-file", "commit", "HEAD")


def test_a_git_before_2_36_runs_hooks_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    there = library(tmp_path / "library")
    monkeypatch.setattr(transaction, "_HOOK_RUN", (99, 0))
    hook(there, "commit-msg", 'grep -q AC-001 "$1" || { echo "no id in the message"; exit 1; }')
    with pytest.raises(SopkitError) as error:
        commit_files(opened(there.root), "nothing", NEW)
    assert error.value.hint == "what was said:\nno id in the message"
    commit_files(opened(there.root), "AC-001", NEW)
    assert files(there) == ADDED


def test_a_hook_that_refuses_the_branch(tmp_path: Path) -> None:
    there = library(tmp_path / "library")
    hook(there, "reference-transaction", '! test "$1" = prepared || { echo "frozen"; exit 1; }')
    before = there.git("rev-parse", "HEAD")
    with pytest.raises(SopkitError, match="git did not commit") as error:
        commit_files(opened(there.root), "one", NEW)
    assert "frozen" in error.value.hint
    assert (status(there), there.git("rev-parse", "HEAD")) == ([], before)


def test_somebody_who_commits_in_the_same_moment(tmp_path: Path) -> None:
    there = library(tmp_path / "library")
    hook(there, "pre-commit", 'git update-ref HEAD "$(git commit-tree -p HEAD -m other HEAD^{tree})"')
    with pytest.raises(SopkitError, match="somebody else committed in the same moment"):
        commit_files(opened(there.root), "one", NEW)
    assert (status(there), there.git("log", "-1", "--format=%s")) == ([], "other")


def test_a_repository_that_cannot_be_written(tmp_path: Path) -> None:
    there = library(tmp_path / "library")
    there.write(".git/sopkit", "in the way")
    with pytest.raises(SopkitError, match=r"\.git cannot be written: File exists"):
        commit_files(opened(there.root), "one", NEW)
    assert status(there) == []
