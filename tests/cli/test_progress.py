"""The progress bar: on a terminal, after a second, and gone at the end."""

import io
import os
import pty
import select
import sys

import pytest

from sopkit.cli import console
from sopkit.cli.console import ProgressBar


def test_nothing_where_there_is_no_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    out = io.StringIO()
    monkeypatch.setattr(sys, "stderr", out)
    monkeypatch.setattr(console, "_DELAY", 0.0)
    with ProgressBar("linting") as bar:
        bar(5, 10)
    assert out.getvalue() == ""


def test_a_bar_on_a_terminal_after_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    master, slave = pty.openpty()
    with os.fdopen(slave, "w") as terminal:
        monkeypatch.setattr(sys, "stderr", terminal)
        monkeypatch.setenv("TERM", "xterm")
        with ProgressBar("linting") as bar:
            bar(1, 10)
            assert bar.bar is None
        monkeypatch.setattr(console, "_DELAY", 0.0)
        with ProgressBar("linting") as bar:
            bar(5, 10)
        shown = read_until(master, "50%")
    os.close(master)
    assert "linting" in shown
    assert "50%" in shown


def read_until(terminal: int, wanted: str) -> str:
    """What was written to a terminal, which may come in pieces; without the wanted words, all of it."""
    shown = ""
    while wanted not in shown and select.select([terminal], [], [], 5)[0]:
        shown += os.read(terminal, 65536).decode()
    return shown
