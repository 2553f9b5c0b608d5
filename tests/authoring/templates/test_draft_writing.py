"""Drafts into their files: all or none, one run after the other."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tests.authoring.templates.filled import AS_OF
from tests.authoring.templates.plants import IN_AREA, drafted, library

from sopkit.authoring.templates.draft import write_draft, write_drafts
from sopkit.files import PART, library_lock
from sopkit.library import load
from sopkit.model.errors import SopkitError


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    there = library(tmp_path, **{f"{IN_AREA}/ac-001-water-the-plants.md": "no front matter"})
    with pytest.raises(SopkitError, match="is taken or was"):
        drafted(there, id="AC-001")
    made = drafted(library(tmp_path / "other"))
    before = (tmp_path / made.path).read_bytes()
    with pytest.raises(SopkitError, match="is there already"):
        write_drafts(tmp_path, (made,))
    assert (tmp_path / made.path).read_bytes() == before
    assert not (tmp_path / "registers" / "roles.yaml").exists()


@pytest.mark.parametrize("links", [True, False])
def test_a_file_that_appears_meanwhile_wins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, links: bool) -> None:
    roles = b"- id: x\n"
    there = library(tmp_path, **{"registers/roles.yaml": roles})
    made = drafted(there)
    real = os.fsync

    def late(handle: int) -> None:
        real(handle)
        if list((tmp_path / made.path).parent.glob(f".*{PART}")):
            (tmp_path / made.path).write_bytes(b"mine")

    monkeypatch.setattr("os.fsync", late)
    if not links:
        monkeypatch.setattr("os.link", _no_links)
    with pytest.raises(SopkitError, match="is there already"):
        write_drafts(tmp_path, (made,))
    assert (tmp_path / made.path).read_bytes() == b"mine"
    assert (tmp_path / "registers" / "roles.yaml").read_bytes() == roles
    assert [path.name for path in (tmp_path / IN_AREA).iterdir()] == ["ac-001-water-the-plants.md"]


def _no_links(*_: object) -> None:
    raise PermissionError(1, "not here")


def test_a_file_system_without_links_will_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.link", _no_links)
    made = drafted(library(tmp_path))
    write_drafts(tmp_path, (made,))
    assert (tmp_path / made.path).read_text() == made.text


@pytest.mark.slow
def test_runs_at_the_same_time_take_different_ids(tmp_path: Path) -> None:
    library(tmp_path)
    words = [sys.executable, "-m", "sopkit", "new", "plants", "--yes", "-C", str(tmp_path), "--title"]
    runs = [subprocess.Popen([*words, f"Plant {at}"], stdout=subprocess.DEVNULL) for at in range(6)]
    assert [run.wait(60) for run in runs] == [0] * 6
    there = load(tmp_path, AS_OF)
    assert sorted(there.by_id) == [f"AC-00{at}" for at in range(1, 7)]
    assert len(there.sops) == 6
    assert there.roles.findings == ()


def test_who_waits_too_long_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    there = library(tmp_path)
    monkeypatch.setattr("sopkit.files._TRIES", 2)
    with library_lock(tmp_path), pytest.raises(SopkitError, match="another program has been making files"):
        write_draft(tmp_path, lambda: there, drafted)
    assert not (tmp_path / "registers").exists()


def test_a_register_behind_a_link_is_not_written(tmp_path: Path) -> None:
    root, out = tmp_path / "library", tmp_path / "out"
    there = library(root)
    out.mkdir()
    (root / "registers").symlink_to(out)
    with pytest.raises(SopkitError, match="register is reached by a symbolic link"):
        write_drafts(root, (drafted(there),))
    assert list(out.iterdir()) == []
    assert not (root / "sops").exists()


@pytest.mark.slow
def test_a_killed_run_leaves_every_file_old_or_new(tmp_path: Path) -> None:
    before = b"- id: x\n  title: X\n"
    made = drafted(library(tmp_path / "whole", **{"registers/roles.yaml": before}))
    whole = {made.path: made.text.encode(), **made.registers}
    for at in range(12):
        root = tmp_path / str(at)
        library(root, **{"registers/roles.yaml": before})
        run = subprocess.Popen(
            [sys.executable, "-m", "sopkit", "new", "plants", "--yes", "-C", str(root)], stdout=subprocess.DEVNULL
        )
        time.sleep(0.15 + at * 0.03)
        run.kill()
        run.wait()
        for path, data in whole.items():
            if (file := root / path).exists():
                assert file.read_bytes() in {data, before}
        if (root / made.path).exists():
            assert all((root / path).read_bytes() == data for path, data in whole.items())
