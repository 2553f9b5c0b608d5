"""Files are written whole or not at all, and what is no file is written to as it is."""

import os
import signal
import socket
import sys
from collections.abc import Callable
from pathlib import Path
from warnings import catch_warnings

import pytest
from tests.repository import GitRepository

from sopkit.files import PART, create_file, find_leftovers, refuse_outside, write_file
from sopkit.model.errors import SopkitError
from sopkit.reading import NoPlainFileError, explain_unread, list_files, read_file

posix = pytest.mark.skipif(sys.platform == "win32", reason="links and pipes")


def test_a_file_keeps_its_mode_and_nothing_stays_beside_it(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_bytes(b"before")
    file.chmod(0o640)
    write_file(file, b"after")
    assert (file.read_bytes(), file.stat().st_mode & 0o777) == (b"after", 0o640)
    assert list(tmp_path.iterdir()) == [file]


@posix
def test_a_link_stays_and_its_file_is_written(tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to(tmp_path / "new.txt")
    write_file(link, b"text")
    assert (link.is_symlink(), (tmp_path / "new.txt").read_bytes()) == (True, b"text")


@posix
def test_a_link_in_a_circle_gives_way(tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to(link)
    write_file(link, b"text")
    assert (link.is_symlink(), link.read_bytes()) == (False, b"text")


@posix
@pytest.mark.skipif(not Path("/dev/fd").exists(), reason="needs /dev/fd")
def test_a_pipe_behind_a_link_is_written_to(tmp_path: Path) -> None:
    """`-o /dev/stdout` before `| less` is such a link."""
    reader, writer = os.pipe()
    try:
        link = tmp_path / "out"
        link.symlink_to(f"/dev/fd/{writer}")
        write_file(link, b"text")
        assert os.read(reader, 10) == b"text"
    finally:
        os.close(reader)
        os.close(writer)


@pytest.mark.parametrize("name", ["", "no/such/folder/a.txt"])
def test_what_cannot_be_written_is_an_error(name: str, tmp_path: Path) -> None:
    with pytest.raises(SopkitError, match="cannot be written") as raised:
        write_file(tmp_path / name, b"text")
    assert raised.value.hint == "choose another file or mend its folder"


@pytest.mark.parametrize("links", [True, False])
def test_a_file_is_made_once_and_nothing_stays_beside_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, links: bool
) -> None:
    if not links:
        monkeypatch.setattr("os.link", _refused)
    assert create_file(tmp_path / "a.md", b"first")
    assert not create_file(tmp_path / "a.md", b"second")
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("a.md", b"first")]


def test_no_half_of_a_file_is_made_where_it_cannot_be_renamed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.link", _refused)
    real = Path.replace

    def full(self: Path, target: Path) -> Path:
        if Path(target).name == "a.md":
            raise OSError(28, "No space left on device")
        return real(self, target)

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(SopkitError, match=r"a\.md: cannot be made: No space left"):
        create_file(tmp_path / "a.md", b"text")
    assert list(tmp_path.iterdir()) == []


def _refused(*_: object) -> None:
    raise PermissionError(1, "not here")


@pytest.mark.parametrize("target", ["../out", "circle"])
def test_a_link_on_the_way_is_refused(tmp_path: Path, target: str) -> None:
    root = tmp_path / "library"
    root.mkdir()
    (tmp_path / "out").mkdir()
    (root / "circle").symlink_to("circle")
    (root / "registers").symlink_to(target)
    with pytest.raises(SopkitError, match=r"registers/roles\.yaml: registers is a symbolic link, so it is not written"):
        refuse_outside(root, "registers/roles.yaml")
    refuse_outside(root, "sops/access-control/a.md")


def test_a_file_that_cannot_be_made_is_named_by_its_own_name(tmp_path: Path) -> None:
    with pytest.raises(SopkitError) as stopped:
        create_file(tmp_path / "none" / "a.md", b"text")
    assert stopped.value.message == f"{tmp_path}/none/a.md: cannot be made: No such file or directory"


def _killed(monkeypatch: pytest.MonkeyPatch, name: str, run: Callable[[], object]) -> None:
    """Run something in a child that is killed when it calls `os.name`."""
    with catch_warnings(action="ignore"):  # newer Pythons warn of a fork beside threads, which the runner of tests has
        child = os.fork()
    if not child:
        monkeypatch.setattr(f"os.{name}", lambda *_: os.kill(os.getpid(), signal.SIGKILL))
        run()
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL


@posix
@pytest.mark.parametrize(("name", "write"), [("fsync", write_file), ("link", create_file)])
@pytest.mark.parametrize("where", ["folder", "repository", "worktree"])
def test_the_next_run_removes_what_a_killed_one_left_and_git_never_sees_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where: str, name: str, write: Callable[[Path, bytes], object]
) -> None:
    root = tmp_path / "library"
    file, store = root / "registers/a.yaml", root / "registers"
    if where == "folder":
        root.mkdir()
    else:
        there, store = GitRepository.start(root), root / ".git/sopkit"
        if where == "worktree":
            there.commit("2026-01-01", {"a": "a"})
            there.git("worktree", "add", "-q", str(tmp_path / "tree"))
            file, store = tmp_path / "tree/registers/a.yaml", root / ".git/worktrees/tree/sopkit"
    file.parent.mkdir(exist_ok=True)
    _killed(monkeypatch, name, lambda: write(file, b"lost"))
    [left] = find_leftovers(store)
    assert left.name.startswith(".a.yaml.")
    assert left.name.endswith(PART)
    if where != "folder":
        assert GitRepository(file.parent).git("status", "--porcelain") == ""
    write(file, b"text")
    assert (file.read_bytes(), find_leftovers(store), list(file.parent.iterdir())) == (b"text", (), [file])


@posix
def test_what_a_living_run_is_writing_is_no_leftover(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[tuple[list[str], tuple[Path, ...]]] = []
    real = os.fsync

    def look(handle: int) -> None:
        real(handle)
        seen.append(([path.suffixes[-1] for path in tmp_path.iterdir()], find_leftovers(tmp_path)))

    monkeypatch.setattr("os.fsync", look)
    write_file(tmp_path / "a.txt", b"text")
    assert seen == [([".part"], ())]


def library_with_links(tmp_path: Path) -> Path:
    """A library in which `folder` and `link.txt` lead out of it, to a folder with `file.txt`."""
    root, out = tmp_path / "library", tmp_path / "out"
    (root / "a/b").mkdir(parents=True)
    out.mkdir()
    (out / "file.txt").write_bytes(b"secret")
    (root / "a/b/file.txt").write_bytes(b"text")
    (root / "folder").symlink_to(out)
    (root / "a/inside").symlink_to("b")
    (root / "link.txt").symlink_to(out / "file.txt")
    return root


has_dir_fd = pytest.mark.parametrize("dir_fd", [True, False])


@posix
@has_dir_fd
@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("link.txt", "is a symbolic link, so it is not read; put the file itself there"),
        ("folder/file.txt", "is reached by a symbolic link, so it is not read; put the file itself there"),
        ("a/inside/file.txt", "is reached by a symbolic link, so it is not read; put the file itself there"),
        ("folder", "is a symbolic link, so it is not read; put the file itself there"),
        ("a/b", "is no file, so it is not read; put the file itself there"),
        ("a/pipe", "is no file, so it is not read; put the file itself there"),
        ("a/socket", "is no file, so it is not read; put the file itself there"),
        ("a/b\0/file.txt", "is no file, so it is not read; put the file itself there"),
        ("../out/file.txt", "is outside of the library, so it is not read; put the file itself there"),
        ("/etc/hostname", "is outside of the library, so it is not read; put the file itself there"),
        ("a/none", "cannot be read: No such file or directory; check its permissions"),
        ("a/b/file.txt/x", "cannot be read: Not a directory; check its permissions"),
    ],
)
def test_only_a_plain_file_of_the_library_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, path: str, told: str, dir_fd: bool
) -> None:
    monkeypatch.setattr("sopkit.reading._HAS_DIR_FD", dir_fd)
    root = library_with_links(tmp_path)
    os.mkfifo(root / "a/pipe")
    monkeypatch.chdir(root)  # the name of a socket is short
    with socket.socket(socket.AF_UNIX) as bound:
        bound.bind("a/socket")
    with pytest.raises(OSError, match=r"\[Errno") as stopped:
        read_file(root, path)
    assert "; ".join(explain_unread(stopped.value)) == told


@posix
@has_dir_fd
def test_a_root_may_be_a_link_for_the_user_named_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, dir_fd: bool
) -> None:
    monkeypatch.setattr("sopkit.reading._HAS_DIR_FD", dir_fd)
    root = library_with_links(tmp_path)
    assert read_file(root / "folder", "file.txt") == b"secret"
    assert list_files(root / "folder", "none") == ()


@pytest.mark.parametrize(("most", "size"), [(None, 200_000), (0, 0), (10, 10), (200_001, 200_000)])
def test_at_most_so_many_bytes_are_read(tmp_path: Path, most: int | None, size: int) -> None:
    (tmp_path / "a.txt").write_bytes(b"x" * 200_000)
    assert len(read_file(tmp_path, "a.txt", most)) == size


@posix
@has_dir_fd
def test_a_folder_is_listed_without_following_links(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, dir_fd: bool
) -> None:
    monkeypatch.setattr("sopkit.reading._HAS_DIR_FD", dir_fd)
    root = library_with_links(tmp_path)
    assert list_files(root, "a") == ("a/inside",)
    assert list_files(root, "a", deep=True) == ("a/b/file.txt", "a/inside")
    assert list_files(root, "a/b/file.txt") == ()
    with pytest.raises(NoPlainFileError):
        list_files(root, "folder")


@posix
def test_a_link_in_the_place_of_a_file_is_not_written_through(tmp_path: Path) -> None:
    with pytest.raises(SopkitError, match=r"link\.txt: is a symbolic link, so it is not written"):
        refuse_outside(library_with_links(tmp_path), "link.txt")
