"""The one commit: of the named files alone, with the user's hooks, and nothing left behind when it fails."""

import subprocess
from pathlib import Path

import pytest
from tests.authoring.ledger import files, hook, library, status, user
from tests.repository import GitRepository

from sopkit.git.commit import (
    BranchState,
    Identity,
    commit_files,
    is_changed_by_git,
    read_branch_state,
    read_identity,
    write_files,
)
from sopkit.git.repository import Repository, open_repository
from sopkit.model.errors import SopkitError

pytestmark = pytest.mark.slow

NEW = {"ledger/sops/AC-001/one.yaml": b"one\n", "ledger/sops/AC-001/t wö*.yaml": b"two\n"}


@pytest.fixture
def there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> GitRepository:
    user(monkeypatch, tmp_path, "ben")
    return library(tmp_path / "library")


def opened(there: GitRepository, folder: str = "") -> Repository:
    repository = open_repository(there.root / folder)
    assert repository is not None
    return repository


def test_only_the_named_files_are_committed_and_what_is_staged_stays(there: GitRepository) -> None:
    there.write("staged.txt", "staged\n")
    there.write("sops/ac-001.md", "edited\n")
    there.git("add", "staged.txt", "sops/ac-001.md")
    there.write("sops/ac-001.md", "edited twice\n")
    there.write("sopkit.toml", "# not staged\n")
    oid, warning = commit_files(opened(there), "Title\n\n# note\n", NEW)
    assert (oid, warning) == (there.git("rev-parse", "HEAD"), "")
    assert files(there) == ["A\tledger/sops/AC-001/one.yaml", 'A\t"ledger/sops/AC-001/t w\\303\\266*.yaml"']
    assert status(there) == [" M sopkit.toml", "MM sops/ac-001.md", "A  staged.txt"]
    assert there.git("log", "-1", "--format=%an %ae%n%B") == "Ben ben@acme.example\nTitle\n\n# note\n"


def test_a_library_below_the_top_and_a_worktree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    user(monkeypatch, tmp_path, "ben")
    there = library(tmp_path / "library", "docs/")
    commit_files(opened(there, "docs"), "one", {"ledger/a.yaml": b"a\n"})
    assert files(there) == ["A\tdocs/ledger/a.yaml"]
    there.git("worktree", "add", "-q", "-b", "topic", str(tmp_path / "tree"))
    other = GitRepository(tmp_path / "tree")
    commit_files(opened(other, "docs"), "two", {"ledger/b.yaml": b"b\n"}, ["ledger/a.yaml"])
    assert files(other) == ["D\tdocs/ledger/a.yaml", "A\tdocs/ledger/b.yaml"]
    assert (status(other), status(there)) == ([], [])


def test_hooks_of_the_user_run_and_a_refusal_takes_the_files_back(there: GitRepository) -> None:
    hook(there, "pre-commit", 'git diff --cached --name-only >"$(git rev-parse --git-dir)/seen"')
    hook(there, "commit-msg", 'grep -q AC-001 "$1" || { echo "no id in the message"; exit 1; }')
    before = there.git("rev-parse", "HEAD")
    with pytest.raises(SopkitError) as error:
        commit_files(opened(there), "nothing", NEW, ["sopkit.toml"])
    assert error.value.message == "git did not commit, and the files are as they were before"
    assert error.value.hint == "what was said:\nno id in the message"
    assert (status(there), there.git("rev-parse", "HEAD"), (there.root / "ledger").exists()) == ([], before, False)
    commit_files(opened(there), "AC-001", {"ledger/a.yaml": b"a\n"})
    assert (there.root / ".git/seen").read_text() == "ledger/a.yaml\n"


def test_a_hook_that_changes_a_file_is_told(there: GitRepository) -> None:
    hook(there, "pre-commit", "echo more >>ledger/a.yaml && git add ledger/a.yaml")
    oid, warning = commit_files(opened(there), "one", {"ledger/a.yaml": b"a\n"})
    assert there.git("show", f"{oid}:ledger/a.yaml") == "a\nmore"
    assert warning == "a hook changed the files on their way into the commit; look at it: git show"


def test_other_files_that_a_hook_adds_are_listed_and_stay_committed(there: GitRepository) -> None:
    there.write("staged.txt", "mine\n")
    there.git("add", "staged.txt")
    hook(there, "pre-commit", "for file in log.txt staged.txt; do echo more >>$file; git add $file; done")
    warning = commit_files(opened(there), "one", {"ledger/a.yaml": b"a\n"})[1]
    assert warning == "a hook added other files to the commit: log.txt, staged.txt; look at it: git show"
    assert files(there) == ["A\tledger/a.yaml", "A\tlog.txt", "A\tstaged.txt"]
    assert status(there) == ["MM staged.txt"]  # what the user staged is not what the hook did
    assert there.git("show", ":staged.txt") == "mine"


def test_an_index_that_stays_locked_is_an_error_before_anything_is_done(
    there: GitRepository, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sopkit.git.transaction._TRIES", 1)
    there.write(".git/index.lock", "")
    before = there.read_all()
    with pytest.raises(SopkitError, match=r"index\.lock is there: another git process uses this clone"):
        commit_files(opened(there), "one", {"ledger/a.yaml": b"a\n"})
    assert there.read_all() == before | {".git/sopkit": None}


@pytest.mark.slow
def test_a_locked_index_is_waited_for(there: GitRepository) -> None:
    lock = there.write(".git/index.lock", "")
    waiting = subprocess.Popen(["sh", "-c", f"sleep 1.5; rm {lock}"])
    assert commit_files(opened(there), "one", {"ledger/a.yaml": b"a\n"})[1] == ""
    waiting.wait()
    assert status(there) == []


def test_a_file_that_is_there_already_is_never_overwritten(there: GitRepository) -> None:
    there.write("ledger/a.yaml", "mine\n")
    with pytest.raises(SopkitError, match="is there already"):
        write_files(opened(there), {"ledger/0.yaml": b"0\n", "ledger/a.yaml": b"a\n"})
    assert status(there) == ["?? ledger/a.yaml"]
    write_files(opened(there), {"ledger/a.yaml": b"mine\n"})
    assert (there.root / "ledger/a.yaml").read_bytes() == b"mine\n"


def test_who_git_would_commit_as(there: GitRepository, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_AUTHOR_DATE", "2026-03-01T12:00:00+0100")
    assert read_identity(opened(there)) == Identity("Ben", "ben@acme.example", 1772362800, "+0100")
    for name in ("GIT_AUTHOR_NAME", "GIT_AUTHOR_EMAIL", "EMAIL"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(SopkitError) as error:
        read_identity(opened(there))
    assert error.value.hint.splitlines()[1:] == [
        'git config --global user.name "Your Name"',
        "git config --global user.email you@company.example",
    ]


def test_where_a_clone_stands(there: GitRepository, tmp_path: Path) -> None:
    assert read_branch_state(opened(there)) == BranchState("main", "main", "")
    there.git("checkout", "-q", "-b", "topic")
    assert read_branch_state(opened(there)) == BranchState("topic", "main", "")
    there.git("clone", "-q", str(there.root), str(tmp_path / "clone"))
    clone = GitRepository(tmp_path / "clone")
    clone.git("checkout", "-q", "--detach")
    assert read_branch_state(opened(clone)) == BranchState("", "topic", "")
    there.commit("2026-03-01", {"sopkit.toml": "# a\n"})
    there.git("checkout", "-q", "main")
    there.commit("2026-03-02", {"sopkit.toml": "# b\n"})
    with pytest.raises(AssertionError):
        there.git("merge", "topic")
    assert read_branch_state(opened(there)).under_way == "merge"
    there.git("merge", "--abort")
    with pytest.raises(AssertionError):
        there.git("rebase", "topic")
    assert read_branch_state(opened(there)).under_way == "rebase"


def test_bytes_that_git_would_change(there: GitRepository) -> None:
    assert not is_changed_by_git(opened(there), "ledger/a.json", b"a\r\n")
    there.git("config", "core.autocrlf", "input")
    assert is_changed_by_git(opened(there), "ledger/a.json", b"a\r\n")
    there.write(".gitattributes", "ledger/** -text\n")
    assert not is_changed_by_git(opened(there), "ledger/a.json", b"a\r\n")
