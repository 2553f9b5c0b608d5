"""No configuration changes a result, a hostile repository runs nothing, and processes are counted."""

import os
import shutil
import subprocess
import sys
from datetime import UTC, date
from pathlib import Path

import pytest
from tests.repository import BEN, GitRepository

from sopkit.git.blobs import read_blobs, read_tree
from sopkit.git.history import read_commit_log
from sopkit.git.merges import read_branch_work
from sopkit.git.repository import Repository, open_repository
from sopkit.model.commits import CommitLog

TODAY = date(2024, 12, 1)
SIGNATURE = "-----BEGIN PGP SIGNATURE-----\n \n wsA=\n -----END PGP SIGNATURE-----"
COMMANDS = ("version", "rev-parse", "log", "cat-file", "ls-tree")


def read(root: Path) -> tuple[Repository, CommitLog, dict[str, bytes | None]]:
    repository = open_repository(root)
    assert repository is not None
    history = read_commit_log(repository, lambda path: path.endswith(".md"), UTC, TODAY)
    oids = [change.blob for commit in history.commits for change in commit.changes if change.is_file]
    return repository, history, dict(read_blobs(repository, oids))


def everything(root: Path) -> tuple[object, ...]:
    repository, history, blobs = read(root)
    work = read_branch_work(repository, history.commits, [commit.oid for commit in history.commits])
    return history, blobs, read_tree(repository, repository.head_or_error()), work


def varied(repository: GitRepository) -> None:
    """A history in which each of the configuration keys below would show."""
    text = "line\n" * 60
    repository.commit("2024-02-01", {"docs/sn\u2603w.md": text, "docs/a.md": "a", "top.md": "t"}, author="Zoë <z@x>")
    repository.git("mv", "docs/a.md", "docs/b.md")
    base = repository.commit("2024-03-01")
    repository.switch("topic", base)
    trailer = "naïve\n\nSigned-off-by: B\nCo-authored-by: Cat\n  Diaz <cat@x>\nco-authored-by: Zoë <z@x>"
    repository.commit("2024-04-01", {"docs/b.md": "b"}, author=BEN, message=trailer)
    repository.switch("main")
    repository.merge("2024-05-01", "topic")
    repository.write(".mailmap", "Other <other@x> <ben@acme.example>\n")
    repository.commit("2024-06-01", {"docs/c.md": "c", "top.md": "top"}, message=trailer)
    repository.write(".git/order", "top*\n*sn*\n*c.md\n")
    raw = repository.git("cat-file", "commit", "HEAD").replace("\n\n", f"\ngpgsig {SIGNATURE}\n\n", 1)
    signed = repository.git("hash-object", "-t", "commit", "-w", "--stdin", stdin=raw.encode() + b"\n")
    repository.git("update-ref", "HEAD", signed)
    repository.git("notes", "add", "-m", ":note")


CONFIGURATION = {
    "diff.renames": "copies",
    "diff.relative": "true",
    "diff.orderFile": ".git/order",
    "diff.ignoreSubmodules": "all",
    "diff.noprefix": "true",
    "diff.submodule": "log",
    "diff.external": "false",
    "log.showRoot": "false",
    "log.follow": "true",
    "log.showSignature": "true",
    "log.mailmap": "true",
    "log.date": "relative",
    "log.decorate": "full",
    "log.diffMerges": "combined",
    "log.abbrevCommit": "true",
    "i18n.logOutputEncoding": "ISO-8859-1",
    "i18n.commitEncoding": "ISO-8859-1",
    "core.quotePath": "true",
    "core.abbrev": "5",
    "core.precomposeUnicode": "true",
    "color.ui": "always",
    "color.diff": "always",
    "format.pretty": "oneline",
    "format.notes": "true",
    "notes.displayRef": "*",
    "core.pager": "false",
    "pager.log": "false",
    "alias.log": "!false",
    "submodule.recurse": "true",
    "trailer.separators": "=",
    "trailer.co-authored-by.key": "Seen-by",
    "trailer.Co-authored-by-more.key": "Seen-by",
    "core.commentChar": "C",
    "core.commentString": "co",
    "core.commitGraph": "true",
}


@pytest.fixture(scope="module")
def unchanged(tmp_path_factory: pytest.TempPathFactory) -> GitRepository:
    repository = GitRepository.start(tmp_path_factory.mktemp("unchanged") / "library")
    varied(repository)
    return repository


@pytest.mark.slow
@pytest.mark.parametrize("key", CONFIGURATION)
@pytest.mark.parametrize("folder", ["", "docs"])
def test_configuration_changes_no_result(unchanged: GitRepository, tmp_path: Path, key: str, folder: str) -> None:
    root = unchanged.root / folder
    before = everything(root)
    commits = read(root)[1].commits
    assert [one.co_authors for one in commits] == [(), (), (), ("Cat Diaz <cat@x>", "Zoë <z@x>")]
    value = str(unchanged.root / CONFIGURATION[key]) if key == "diff.orderFile" else CONFIGURATION[key]
    unchanged.git("config", "--file", str(tmp_path / ".gitconfig"), key, value)
    assert everything(root) == before


def test_a_hostile_repository_runs_nothing(repository: GitRepository, tmp_path: Path) -> None:
    varied(repository)
    before = everything(repository.root)
    trap = repository.write("trap.sh", f'#!/bin/sh\necho "$0 $*" >> {tmp_path}/sprung\nexit 1\n')
    trap.chmod(0o755)
    hooks = repository.root / ".git" / "hooks"
    shutil.rmtree(hooks, ignore_errors=True)
    hooks.mkdir()
    for name in (
        "post-checkout",
        "post-index-change",
        "pre-auto-gc",
        "reference-transaction",
        "fsmonitor-watchman",
    ):
        shutil.copy(trap, hooks / name)
    keys = (
        "core.fsmonitor", "core.pager", "core.editor", "core.sshCommand", "core.gitProxy", "core.askPass",
        "core.alternateRefsCommand", "pager.log", "pager.cat-file", "diff.external", "diff.evil.textconv",
        "diff.evil.command", "filter.evil.smudge", "filter.evil.clean", "filter.evil.process", "gpg.program",
        "gpg.ssh.program", "credential.helper", "interactive.diffFilter", "uploadpack.packObjectsHook",
    )  # fmt: skip
    for key in keys:
        repository.git("config", key, str(trap))
    for alias in ("log", "cat-file", "ls-tree", "rev-parse", "version"):
        repository.git("config", f"alias.{alias}", f"!{trap}")
    for key, value in (
        ("log.showSignature", "true"),
        ("core.hooksPath", str(hooks)),
        ("filter.evil.required", "true"),
    ):
        repository.git("config", key, value)
    (repository.root / ".git" / "info").mkdir(exist_ok=True)
    (repository.root / ".git" / "info" / "attributes").write_text("* diff=evil filter=evil\n")
    assert everything(repository.root) == before
    assert not (tmp_path / "sprung").exists()


def test_a_missing_object_of_a_hostile_partial_clone_runs_nothing(repository: GitRepository, tmp_path: Path) -> None:
    repository.git("config", "uploadpack.allowFilter", "true")
    repository.commit("2024-02-01", {"a.md": "one"})
    repository.commit("2024-03-01", {"a.md": "two"})
    clone = GitRepository(tmp_path / "clone")
    repository.git("clone", "-q", "--filter=blob:none", repository.root.as_uri(), str(clone.root))
    trap = clone.write("trap.sh", f"#!/bin/sh\ntouch {tmp_path}/sprung\n")
    trap.chmod(0o755)
    clone.git("config", "remote.origin.url", f"ext::{trap}")
    clone.git("config", "remote.origin.uploadpack", str(trap))
    clone.git("config", "protocol.ext.allow", "always")
    with pytest.raises(Exception, match="left on the server"):
        everything(clone.root)
    assert not (tmp_path / "sprung").exists()


@pytest.mark.slow
def test_history_and_all_blobs_take_at_most_five_processes(
    repository: GitRepository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository.commit("2024-02-01", {f"sops/{number}.md": f"{number}\n" for number in range(200)})
    repository.commit("2024-03-01", {f"sops/{number}.md": f"{number}.\n" for number in range(200)})
    wrapper = tmp_path / "bin" / "git"
    wrapper.parent.mkdir()
    wrapper.write_text(f'#!/bin/sh\necho "$*" >> {tmp_path}/started\nexec {shutil.which("git")} "$@"\n')
    wrapper.chmod(0o755)
    monkeypatch.setenv("PATH", f"{wrapper.parent}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.delenv("GIT_PYTHON_GIT_EXECUTABLE", raising=False)
    program = (
        f"import sys, pathlib; sys.path[:0] = {sys.path!r}\n"
        "from test_hardening import read\n"
        f"print(len(read(pathlib.Path({str(repository.root)!r}))[2]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=Path(__file__).parent, capture_output=True, text=True, check=True
    )
    assert done.stdout == "400\n"
    started = (tmp_path / "started").read_text().splitlines()
    assert [next(word for word in line.split() if word in COMMANDS) for line in started] == [
        *("version", "version"),  # GitPython's own, when it is imported
        *("rev-parse", "log", "cat-file"),
    ]


def test_git_and_pathspec_are_imported_late() -> None:
    program = (
        "import sys, sopkit.git.history, sopkit.git.blobs, sopkit.git.blobs, sopkit.git.ignore, sopkit.git.globs\n"
        "print(sorted({'git', 'pathspec', 'gitdb'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
