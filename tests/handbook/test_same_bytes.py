"""Two builds of one commit are the same bytes."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from tests.handbook.conftest import Sites
from tests.handbook.test_publish import held

from sopkit.handbook.publish import publish_site

BUILD = ("-m", "sopkit", "build", "--as-of", "2026-11-24", "--base-url", "https://handbook.example/")


def built(library: Path, site: Path, *, umask: int, **variables: str) -> dict[str, bytes]:
    command = [sys.executable, *BUILD, "-C", str(library), "-o", str(site)]
    subprocess.run(command, env=os.environ | variables, umask=umask, check=True, capture_output=True)
    return held(site)


def backwards(folder: Path, copy: Path) -> Path:
    """The same folder with its files made in the opposite order, below a longer path."""
    for file in sorted(folder.rglob("*"), reverse=True):
        target = copy / file.relative_to(folder)
        if file.is_file() and ".git/sopkit" not in file.as_posix():
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, target)
    return copy


@pytest.mark.slow
def test_the_machine_leaves_no_trace(demo: Path, sites: Sites, tmp_path: Path) -> None:
    """Another folder, order of files, hash seed, umask, language and time zone; with and without a former site."""
    other = backwards(demo, tmp_path / "another folder" / "ä" / "demo")
    publish_site(sites().files | {"gone.html": b""}, tmp_path / "two", other)
    one = built(demo, tmp_path / "one", umask=0o022, PYTHONHASHSEED="1", TZ="UTC", LC_ALL="C.UTF-8")
    abroad = {"PYTHONHASHSEED": "2", "TZ": "Pacific/Kiritimati", "LC_ALL": "de_DE.UTF-8", "LANG": "de_DE.UTF-8"}
    two = built(other, tmp_path / "two", umask=0o077, HOME=str(tmp_path), COLUMNS="40", **abroad)
    assert list(one) != []
    assert [path for path in one.keys() | two.keys() if one.get(path) != two.get(path)] == []
