"""What changes after watching has begun is seen, also in a folder that is new."""

import threading
from pathlib import Path

import pytest

from sopkit.handbook.serve import watch_changes

pytest.importorskip("watchfiles")


def test_nothing_is_missed_from_the_first_yield_on(tmp_path: Path) -> None:
    (tmp_path / "sops").mkdir()
    stop = threading.Event()
    changes = watch_changes(tmp_path.resolve(), None, stop)
    assert next(changes) == ()
    file = tmp_path / "sops/a.md"
    file.write_text("one\n")
    assert next(changes) == (str(file.resolve()),)
    new = tmp_path / "sops/new"
    new.mkdir()
    assert str(new.resolve()) in next(changes)
    assert next(changes) == ()  # read all anew: what was written into the folder before it was watched
    inner = new / "b.md"
    inner.write_text("two\n")
    assert next(changes) == (str(inner.resolve()),)
    stop.set()
    assert list(changes) == []
