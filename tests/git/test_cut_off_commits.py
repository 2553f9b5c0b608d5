"""Commits that are cut off at any step: nothing is lost, and the next run completes or undoes them."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from warnings import catch_warnings

import pytest
from tests.authoring.ledger import files, hook, library, status, user
from tests.repository import GitRepository, Tree

from sopkit.git import transaction
from sopkit.git.commit import commit_files, list_missing_from_index
from sopkit.git.journal import find_interrupted, settle_interrupted
from sopkit.git.repository import Repository, open_repository
from sopkit.git.run import output
from sopkit.git.transaction import CommitTransaction
from sopkit.model.errors import SopkitError

pytestmark = [pytest.mark.slow, pytest.mark.skipif(sys.platform == "win32", reason="kills a process group")]

PATH, DATA = "ledger/sops/AC-001/a.yaml", b"a\n"
STAGED = [" M sopkit.toml", "MM sops/ac-001.md", "A  staged.txt"]
STEPS = (
    *("take_index_lock", "write_files", "write_commit", "write_index"),
    *("prepare_reference", "replace_index", "move_reference", "end_reference"),
)


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Tree:
    """A repository in which the user staged a file, and staged and changed an SOP."""
    made = library(tmp_path_factory.mktemp("prepared") / "library")
    made.write("staged.txt", "staged\n")
    made.write("sops/ac-001.md", "edited\n")
    made.git("add", "staged.txt", "sops/ac-001.md")
    made.write("sops/ac-001.md", "edited twice\n")
    made.write("sopkit.toml", "# not staged\n")
    return made.read_all()


@pytest.fixture
def there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, prepared: Tree) -> GitRepository:
    user(monkeypatch, tmp_path, "ben")
    made = GitRepository(tmp_path / "library")
    made.root.mkdir()
    made.fill(prepared)
    return made


def opened(there: GitRepository) -> Repository:
    repository = open_repository(there.root)
    assert repository is not None
    return repository


def commit(there: GitRepository) -> str:
    return commit_files(opened(there), "one", {PATH: DATA})[1]


def killed(run: Callable[[], object]) -> None:
    """Run something in a process group of its own, in which somebody kills all."""
    with catch_warnings(action="ignore"):  # newer Pythons warn of a fork beside threads, which the runner of tests has
        child = os.fork()
    if not child:
        os.setpgid(0, 0)
        try:
            run()
        finally:
            os._exit(9)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL


def die(*_: object, **__: object) -> None:
    os.killpg(0, signal.SIGKILL)


def committed(there: GitRepository) -> bool:
    return files(there) == [f"A\t{PATH}"]


def check_nothing_is_lost(there: GitRepository, tmp_path: Path) -> None:
    """Neither a commit that git makes now nor one after the user removed the locks takes a committed entry away."""
    there.git("fsck", "--no-dangling")
    copy = GitRepository(tmp_path / "copy")
    copy.root.mkdir()
    copy.fill({path: data for path, data in there.read_all().items() if not path.endswith(".lock")})
    was_committed = committed(copy)
    copy.git("commit", "-q", "--no-verify", "-a", "-m", "next")
    assert not was_committed or copy.git("show", f"HEAD:{PATH}") == "a"
    assert list_missing_from_index(opened(there), "ledger") == ()


def check_settled(there: GitRepository) -> None:
    """All of the commit is there, or nothing of it, and what the user staged."""
    assert status(there) == STAGED
    assert (there.root / "ledger").exists() == committed(there)
    assert [str(path) for path in (there.root / ".git").rglob("*") if path.suffix in {".lock", ".part"}] == []
    assert list((there.root / ".git/sopkit").iterdir()) == []


@pytest.mark.parametrize("step", STEPS)
def test_a_kill_at_any_step(there: GitRepository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(CommitTransaction, step, die)
        killed(lambda: commit(there))
    moved = committed(there)
    assert moved == (step == "end_reference")
    check_nothing_is_lost(there, tmp_path)
    assert settle_interrupted(opened(there)) == 1
    check_settled(there)
    assert committed(there) == moved


@pytest.mark.parametrize("name", ["pre-commit", "commit-msg", "reference-transaction", "post-commit"])
def test_a_kill_in_a_hook(there: GitRepository, tmp_path: Path, name: str) -> None:
    hook(there, name, "kill -9 0")
    killed(lambda: commit(there))
    (there.root / ".git/hooks" / name).unlink()
    check_nothing_is_lost(there, tmp_path)
    settle_interrupted(opened(there))
    check_settled(there)
    if not committed(there):
        commit(there)
    assert committed(there)
    check_settled(there)


def test_a_kill_just_after_the_branch_moved(there: GitRepository, tmp_path: Path) -> None:
    hook(there, "reference-transaction", 'test "$1" != committed || kill -9 0')
    killed(lambda: commit(there))
    (there.root / ".git/hooks/reference-transaction").unlink()
    assert committed(there)
    check_nothing_is_lost(there, tmp_path)
    assert len(find_interrupted(there.root)) == 1
    settle_interrupted(opened(there))
    check_settled(there)


@pytest.mark.parametrize("name", ["sopkit.git.journal._remove_unchanged", "shutil.rmtree"])
def test_a_kill_while_the_lock_is_released(
    there: GitRepository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(name, die)
        killed(lambda: commit(there))
    assert committed(there)
    check_nothing_is_lost(there, tmp_path)
    settle_interrupted(opened(there))
    check_settled(there)


def test_nothing_is_undone_while_git_cannot_show_whether_the_branch_moved(
    there: GitRepository, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(CommitTransaction, "end_reference", die)
        killed(lambda: commit(there))
    before = there.read_all()
    branch = there.root / ".git/refs/heads/main"
    with monkeypatch.context() as patched:
        repository = opened(there)
        broken = lambda git, *words: (-9, b"", "") if words[0] == "rev-parse" else output(git, *words)  # noqa: E731
        patched.setattr("sopkit.git.journal.output", broken)
        with pytest.raises(SopkitError, match="rev-parse failed"):
            settle_interrupted(repository)
    assert (there.read_all(), branch.exists()) == (before, True)
    settle_interrupted(opened(there))
    check_settled(there)
    assert committed(there)


def running(there: GitRepository) -> "subprocess.Popen[bytes]":
    """A process that commits, while its hook waits."""
    hook(there, "pre-commit", 'touch "$(git rev-parse --git-dir)/waiting"; sleep 1.5')
    script = (
        "import sys, tests.git.test_cut_off_commits as here; here.commit(here.GitRepository(here.Path(sys.argv[1])))"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", script, str(there.root)], start_new_session=True, stderr=subprocess.DEVNULL
    )
    deadline = time.monotonic() + 20
    while not (there.root / ".git/waiting").exists():
        assert time.monotonic() < deadline
        time.sleep(0.05)
    return process


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_takes_everything_back(there: GitRepository, number: signal.Signals) -> None:
    process = running(there)
    os.killpg(process.pid, number)
    assert process.wait(20) != 0
    check_settled(there)
    assert not committed(there)


def test_while_one_run_waits_for_its_hook_another_is_refused_and_changes_nothing(
    there: GitRepository, monkeypatch: pytest.MonkeyPatch
) -> None:
    process = running(there)
    monkeypatch.setattr(transaction, "_OWN_TRIES", 1)
    with pytest.raises(SopkitError, match=r"index\.lock is there"):
        commit(there)
    assert process.wait(20) == 0
    assert committed(there)
    check_settled(there)


def test_a_lock_that_the_user_removed_is_not_taken_back(there: GitRepository, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(CommitTransaction, "move_reference", die)
        killed(lambda: commit(there))
    for lock in (there.root / ".git").rglob("*.lock"):
        lock.unlink()
    there.git("reset", "-q")
    there.git("add", "staged.txt")
    settle_interrupted(opened(there))
    assert status(there) == [" M sopkit.toml", " M sops/ac-001.md", "A  staged.txt"]
