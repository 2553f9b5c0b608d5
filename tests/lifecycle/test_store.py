"""The folder of things worked out before: it holds a few files of each kind."""

import os
from pathlib import Path

from sopkit.lifecycle.cache import MAX_KEPT, CacheStore


def aged(folder: Path, name: str, seconds: int) -> Path:
    file = folder / name
    file.touch()
    os.utime(file, (seconds, seconds))
    return file


def test_a_value_is_kept_by_kind_and_by_what_it_rests_on(tmp_path: Path) -> None:
    store = CacheStore(tmp_path / "kept")
    store.write("line", ["a"], {"value": 1})
    assert store.read("line", ["a"]) == {"value": 1}
    assert (store.read("line", ["b"]), store.read("other", ["a"])) == (None, None)


def test_the_files_of_a_kind_that_were_used_last_stay(tmp_path: Path) -> None:
    store = CacheStore(tmp_path)
    for at in range(MAX_KEPT):
        store.write("line", at, at)
        (file,) = [found for found in tmp_path.iterdir() if found.stat().st_mtime > 1_000_000]
        os.utime(file, (at + 1_000, at + 1_000))
    other = aged(tmp_path, "snapshots-0123456789abcdef.json", 1)
    assert store.read("line", 0) == 0  # so that it is no longer the oldest
    store.write("line", "new", "new")
    assert [store.read("line", at) for at in range(MAX_KEPT)] == [0, None, *range(2, MAX_KEPT)]
    assert store.read("line", "new") == "new"
    assert other.exists()


def test_what_a_run_that_was_ended_left_goes_after_an_hour(tmp_path: Path) -> None:
    old = aged(tmp_path, "line-0123456789abcdef.json.1.tmp", 1)
    store = CacheStore(tmp_path)
    store.write("other", 0, 0)
    assert old.exists()
    (tmp_path / "line-0123456789abcdef.json.2.tmp").touch()
    store.write("line", 0, 0)
    assert [file.name for file in tmp_path.glob("*.tmp")] == ["line-0123456789abcdef.json.2.tmp"]
