"""A site on the disk: whole at every moment, and nothing lost that sopkit did not write."""

import os
import random
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from sopkit.git.ignore import SITE_MARK, survey
from sopkit.handbook.publish import is_site, publish_site
from sopkit.model.errors import SopkitError

OLD = {"index.html": b"old", "sop/AC-001/index.html": b"one", "gone/x.html": b"x"}
NEW = {"index.html": b"new", "sop/AC-001/index.html": b"two", "more/y.html": b"y"}


def never(_one: Path, _other: Path) -> bool:
    """A disk on which folders cannot change places."""
    return False


def held(folder: Path) -> dict[str, bytes]:
    """What is in a folder by path, but the manifest."""
    files = (file for file in folder.rglob("*") if file.is_file() and file.name != SITE_MARK)
    return {file.relative_to(folder).as_posix(): file.read_bytes() for file in files}


def names(folder: Path) -> list[str]:
    return sorted(file.name for file in folder.iterdir())


@pytest.fixture
def library(tmp_path: Path) -> Path:
    folder = tmp_path / "library"
    folder.mkdir()
    (folder / "sopkit.toml").write_text("")
    return folder


@pytest.fixture
def site(library: Path) -> Path:
    folder = library / "site"
    publish_site(OLD, folder, library)
    return folder


def test_a_site_takes_the_place_of_the_former(site: Path, library: Path) -> None:
    assert held(site) == OLD
    assert publish_site(NEW, site, library) == ()
    assert held(site) == NEW
    assert names(library) == ["site", "sopkit.toml"]


def test_folders_that_cannot_change_places_are_renamed(site: Path, library: Path) -> None:
    publish_site(NEW, site, library, never)
    assert held(site) == NEW
    assert names(library) == ["site", "sopkit.toml"]


@pytest.mark.parametrize("linked", [True, False])
def test_what_sopkit_did_not_write_is_kept(
    linked: bool, site: Path, library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (site / "CNAME").write_text("handbook.example")
    (site / "gone/mine.txt").write_text("mine")
    (site / "empty").mkdir()
    (site / "link").symlink_to("nowhere")
    (site / "folder").symlink_to(library, target_is_directory=True)
    if not linked:
        monkeypatch.setattr(os, "link", no_link)
    publish_site(NEW, site, library)
    assert {name: data for name, data in held(site).items() if name not in NEW} == {
        "CNAME": b"handbook.example",
        "gone/mine.txt": b"mine",
    }
    assert (site / "empty").is_dir()
    assert (site / "link").readlink() == Path("nowhere")
    assert (site / "folder").is_symlink()
    assert (library / "sopkit.toml").exists()
    assert names(library) == ["site", "sopkit.toml"]


def no_link(*_: object, **__: object) -> None:
    raise PermissionError(1, "Operation not permitted")


@pytest.mark.parametrize("path", ["index.html/mine/a.txt", "index.html/mine.txt"])
def test_a_folder_of_others_where_a_page_would_be(path: str, site: Path, library: Path) -> None:
    (site / "index.html").unlink()
    (site / path).parent.mkdir(parents=True)
    (site / path).write_text("mine")
    with pytest.raises(SopkitError, match=rf"^{re.escape(f'{site}: sopkit did not write {path} in it')}"):
        publish_site(NEW, site, library)
    assert held(site)[path] == b"mine"


def test_a_name_that_no_disk_takes(library: Path) -> None:
    with pytest.raises(SopkitError, match="File name too long") as error:
        publish_site(NEW, library / ("n" * 300), library)
    assert error.value.hint == "give it a shorter name"


def test_a_file_of_others_is_not_written_over(site: Path, library: Path) -> None:
    (site / "more").mkdir()
    (site / "more/y.html").write_text("mine")
    with pytest.raises(SopkitError, match=r"did not write more/y\.html") as error:
        publish_site(NEW, site, library)
    assert error.value.hint == "move it elsewhere, or build into another folder"
    assert held(site) == {**OLD, "more/y.html": b"mine"}
    assert names(library) == ["site", "sopkit.toml"]


@pytest.mark.parametrize("left", ["new", "old"])
def test_what_an_ended_run_left_is_tidied_up(left: str, site: Path, library: Path) -> None:
    (site / "CNAME").write_text("handbook.example")
    beside = library / f".site.sopkit-{left}"
    shutil.copytree(site, beside)
    (beside / "late.txt").write_text("came while the site was written")
    publish_site(NEW, site, library)
    assert held(site) == {**NEW, "CNAME": b"handbook.example", "late.txt": b"came while the site was written"}
    assert names(library) == ["site", "sopkit.toml"]


def test_a_run_that_ended_between_two_renames_is_undone(site: Path, library: Path) -> None:
    (site / "CNAME").write_text("handbook.example")
    site.rename(library / ".site.sopkit-old")
    with pytest.raises(SopkitError, match="did not write CNAME"):
        publish_site({**NEW, "CNAME": b""}, site, library)
    assert held(site) == {**OLD, "CNAME": b"handbook.example"}


@pytest.mark.parametrize("left", ["new", "old"])
@pytest.mark.parametrize("fresh", [True, False])
def test_a_link_in_the_place_of_a_leftover_is_not_followed(left: str, fresh: bool, site: Path, library: Path) -> None:
    """A commit can hold such a link; the files that it leads to would be moved into the site."""
    private = library.parent / "private"
    private.mkdir()
    (private / "notes.txt").write_text("x")
    (library / f".site.sopkit-{left}").symlink_to(private)
    if fresh:
        shutil.rmtree(site)
    with pytest.raises(SopkitError, match="is a symbolic link, which sopkit did not make"):
        publish_site(NEW, site, library)
    assert names(private) == ["notes.txt"]


def test_folders_that_are_no_place_for_a_site(site: Path, library: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = library.parent / "home"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    (library / "mine").mkdir()
    (library / "mine/notes.txt").write_text("x")
    (library / "link").symlink_to("site")
    before = held(library)
    for folder, words in {
        library: "holds the library itself",
        library.parent: "holds the library itself",
        Path("/"): "holds the library itself",
        home: "is your own folder",
        library / "sopkit.toml": "is a file",
        library / "sopkit.toml/site": "cannot be made: File exists",
        library / "mine": "is not empty, and sopkit did not write what is in it",
        library / "link": "is a symbolic link, which a site cannot take the place of",
    }.items():
        with pytest.raises(SopkitError) as error:
            publish_site(NEW, folder, library)
        assert words in error.value.message
        assert error.value.hint
    assert held(library) == before
    assert not list(home.iterdir())


def test_an_empty_folder_is_taken(library: Path) -> None:
    (library / "site").mkdir()
    publish_site(NEW, library / "site", library)
    assert is_site(library / "site")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root mounts")
def test_a_full_disk_loses_nothing(library: Path) -> None:
    disk = library / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", disk], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("cannot mount here")
    try:
        publish_site(OLD, disk / "site", library)
        with pytest.raises(SopkitError, match="No space left on device") as error:
            publish_site({"index.html": b"x" * 100_000}, disk / "site", library)
        assert error.value.hint == "free some space, then build again; the former site is as it was"
        assert held(disk / "site") == OLD
        assert names(disk) == ["site"]
        with pytest.raises(SopkitError, match="not empty"):
            publish_site(OLD, disk, library)
    finally:
        subprocess.run(["umount", disk], check=True)


def test_a_folder_that_may_not_be_written(library: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make = Path.mkdir

    def refuse(path: Path, **how: bool) -> None:
        if path.name == ".site.sopkit-new":
            raise PermissionError(13, "Permission denied")
        make(path, **how)

    monkeypatch.setattr(Path, "mkdir", refuse)
    with pytest.raises(SopkitError, match="cannot be written: Permission denied") as error:
        publish_site(NEW, library / "site", library)
    assert "mend the rights of" in str(error.value.hint)


_AGAIN = """
import os, sys
from pathlib import Path
from sopkit.handbook.publish import publish_site
from tests.handbook.test_publish import never
how = [never] if sys.argv[3] == "renames" else []
site, library = Path(sys.argv[1]), Path(sys.argv[2])
for _ in sys.stdin:
    child = os.fork()
    if not child:
        for number in range(10**9):
            publish_site({f"{at}.html": str(number).encode() for at in range(60)}, site, library, *how)
    print(child, flush=True)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""


@pytest.mark.slow
@pytest.mark.parametrize("how", ["exchange", "renames"])
def test_a_run_that_is_killed_leaves_a_whole_site(how: str, library: Path) -> None:
    """Killed at moments of chance: all files are of one build, and what is somebody else's is there."""
    site, chance = library / "site", random.Random(7)
    publish_site({f"{at}.html": b"0" for at in range(60)}, site, library)
    (site / "CNAME").write_text("handbook.example")
    aside = library / ".site.sopkit-old"
    command = [sys.executable, "-c", _AGAIN, str(site), str(library), how]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1) as runs:
        assert runs.stdin is not None
        assert runs.stdout is not None
        for _ in range(12):
            runs.stdin.write("again\n")
            run = int(runs.stdout.readline())
            time.sleep(chance.uniform(0, 0.05))
            os.kill(run, signal.SIGKILL)
            assert int(runs.stdout.readline()) == -signal.SIGKILL
            found = held(site if site.exists() else aside)  # between two renames it stands aside
            assert found.pop("CNAME") == b"handbook.example"
            assert len(found) == 60
            assert len(set(found.values())) == 1
    publish_site(NEW, site, library)
    assert held(site) == {**NEW, "CNAME": b"handbook.example"}
    assert names(library) == ["site", "sopkit.toml"]


def test_documents_in_a_site_are_not_those_of_the_library(site: Path, library: Path) -> None:
    (site / "copy.md").write_text("x")
    (library / "own.md").write_text("x")
    assert survey(library, lambda path: path.endswith(".md")).files == ("own.md",)
