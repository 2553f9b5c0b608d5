"""A given history becomes the same repository whatever is configured around it."""

from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from tests.repository import GitRepository

from sopkit.git.fast_import import NewCommit, Stamp, import_history
from sopkit.git.repository import open_repository
from sopkit.model.errors import SopkitError

WEST = timezone(timedelta(hours=-3, minutes=-30))
ANN = Stamp("Ann Lee", "ann@acme.example", datetime(2024, 2, 1, 12, tzinfo=UTC))
LEA = Stamp("Léa Moreau", "lea@acme.example", datetime(2024, 3, 1, 23, 30, tzinfo=WEST))
ROOT = NewCommit(ANN, ANN, "Begin\n", (), {"a.md": b"one\n", 'sub/\u2603 "q" \\.md': b"no line end", "gone": b"x"})
SIDE = NewCommit(LEA, ANN, "Aside\n\nWhy: na\u00efve.\n", (0,), {**ROOT.files, "side.md": b"s\r\n"})
NEXT = NewCommit(ANN, LEA, "Next\n", (0,), {path: data for path, data in ROOT.files.items() if path != "gone"})
MERGE = NewCommit(ANN, LEA, "Merge\n", (2, 1), {**NEXT.files, "side.md": b"s\r\n", "empty": b""})
HISTORY = (ROOT, SIDE, NEXT, MERGE)

HOSTILE = """
[core]
    autocrlf = true
    eol = crlf
    attributesFile = {home}/attributes
    hooksPath = {home}/hooks
[commit]
    gpgSign = true
    template = {home}/nothing
[gpg]
    program = false
[init]
    templateDir = {home}/template
    defaultBranch = trunk
    defaultObjectFormat = sha256
[user]
    useConfigOnly = true
[i18n]
    commitEncoding = ISO-8859-1
[filter "shout"]
    smudge = tr a-z A-Z
    clean = tr A-Z a-z
[fastimport]
    unpackLimit = 1000
"""


def files_of(folder: Path) -> dict[str, bytes]:
    found = (path for path in folder.rglob("*") if path.is_file() and ".git" not in path.relative_to(folder).parts)
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in found}


def made(folder: Path) -> str:
    folder.mkdir()
    return import_history(folder, HISTORY)


def hostile(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything around that could leave a mark on a repository."""
    hooks = (home / "hooks", home / "template" / "hooks")
    for folder in hooks:
        folder.mkdir(parents=True)
        for name in ("post-checkout", "pre-commit", "commit-msg", "reference-transaction", "post-index-change"):
            (folder / name).write_text(f"#!/bin/sh\ntouch {home}/ran\nexit 1\n")
            (folder / name).chmod(0o755)
    (home / "attributes").write_text("* filter=shout text eol=crlf ident\n")
    (home / ".config" / "git").mkdir(parents=True)
    (home / ".config" / "git" / "attributes").write_text("* filter=shout\n")
    (home / ".gitconfig").write_text(HOSTILE.format(home=home))
    monkeypatch.setenv("GIT_CONFIG_COUNT", "1")
    monkeypatch.setenv("GIT_CONFIG_KEY_0", "core.autocrlf")
    monkeypatch.setenv("GIT_CONFIG_VALUE_0", "true")
    monkeypatch.setenv("GIT_DIR", str(home / "elsewhere"))
    monkeypatch.setenv("GIT_INDEX_FILE", str(home / "index"))
    monkeypatch.setenv("GIT_TEMPLATE_DIR", str(home / "template"))
    monkeypatch.setenv("GIT_DEFAULT_HASH", "sha256")
    monkeypatch.setenv("GIT_AUTHOR_DATE", "2001-01-01T00:00:00")
    monkeypatch.setenv("GIT_COMMITTER_NAME", "Nobody")


def test_commits_are_what_was_given(tmp_path: Path) -> None:
    head = made(tmp_path / "new")
    repository = GitRepository(tmp_path / "new")
    root, side, after = (repository.git("rev-parse", revision) for revision in ("HEAD^1^", "HEAD^2", "HEAD^1"))
    ann = "author Ann Lee <ann@acme.example> 1706788800 +0000"
    lea = "committer L\u00e9a Moreau <lea@acme.example> 1709348400 -0330"
    log = {
        revision: repository.git("cat-file", "commit", revision).split("\n", 1)[1]
        for revision in (root, side, after, head)
    }
    assert log == {
        root: f"{ann}\n{ann.replace('author', 'committer')}\n\nBegin",
        side: f"parent {root}\n{lea.replace('committer', 'author')}\n{ann.replace('author', 'committer')}\n\nAside\n\nWhy: na\u00efve.",
        after: f"parent {root}\n{ann}\n{lea}\n\nNext",
        head: f"parent {after}\nparent {side}\n{ann}\n{lea}\n\nMerge",
    }


def test_every_tree_holds_the_given_files(tmp_path: Path) -> None:
    made(tmp_path / "new")
    repository = GitRepository(tmp_path / "new")
    for revision, commit in (("HEAD", MERGE), ("HEAD^1", NEXT), ("HEAD^2", SIDE), ("HEAD^1^", ROOT)):
        names = repository.git("ls-tree", "-r", "-z", "--name-only", revision).split("\0")[:-1]
        assert sorted(names) == sorted(commit.files)
        repository.git("read-tree", "--reset", "-u", revision)
        assert files_of(tmp_path / "new") == dict(commit.files)


def test_checked_out_and_clean(tmp_path: Path) -> None:
    head = made(tmp_path / "new")
    opened = open_repository(tmp_path / "new")
    assert opened is not None
    assert (opened.head, opened.object_format) == (head, "sha1")
    assert files_of(tmp_path / "new") == dict(MERGE.files)
    assert GitRepository(tmp_path / "new").git("status", "--porcelain") == ""
    assert GitRepository(tmp_path / "new").git("for-each-ref", "--format=%(refname)") == "refs/heads/main"
    assert GitRepository(tmp_path / "new").git("symbolic-ref", "HEAD") == "refs/heads/main"
    assert GitRepository(tmp_path / "new").git("fsck", "--strict") == ""


def test_nothing_around_leaves_a_mark(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plain = made(tmp_path / "plain")
    hostile(tmp_path, monkeypatch)
    assert made(tmp_path / "new") == plain
    assert files_of(tmp_path / "new") == dict(MERGE.files)
    assert not (tmp_path / "ran").exists()
    assert not (tmp_path / "elsewhere").exists()
    assert not (tmp_path / "new" / ".git" / "hooks").exists()
    names = [path.relative_to(tmp_path / "new") for path in (tmp_path / "new" / ".git").rglob("*") if path.is_file()]
    assert b"Nobody" not in b"".join((tmp_path / "new" / name).read_bytes() for name in names)


def test_a_repository_around_is_left_alone(tmp_path: Path) -> None:
    outer = GitRepository.start(tmp_path / "outer")
    before = outer.commit("2024-01-01", {"a": "a"})
    made(tmp_path / "outer" / "new")
    assert outer.git("rev-parse", "HEAD") == before
    assert outer.git("status", "--porcelain") == "?? new/"


def test_what_git_refuses_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "new").mkdir()
    with pytest.raises(SopkitError, match="git read-tree failed: error: invalid path"):
        import_history(tmp_path / "new", (NewCommit(ANN, ANN, "Begin", (), {"sub/.git/config": b""}),))
