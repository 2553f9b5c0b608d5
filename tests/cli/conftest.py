"""Runs the command line in this process, error boundary included."""

import io
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
from tests.authoring.ledger import user
from tests.repository import GitRepository

from sopkit.cli.app import main

ACME = Path(__file__).parent.parent.parent / "examples" / "acme"
DAY = ("--as-of", "2026-11-24")


@dataclass(frozen=True)
class Done:
    code: int
    out: str
    err: str


Run = Callable[..., Done]
As = Callable[..., Done]
"""Runs the command line as a person, whose key comes first."""


@pytest.fixture
def run(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    for name in ("CI", "GITHUB_ACTIONS", "GITHUB_REPOSITORY", "CI_PROJECT_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("COLUMNS", "100")

    def call(*words: str | Path) -> Done:
        monkeypatch.setattr(sys, "argv", ["sopkit", *map(str, words)])
        with pytest.raises(SystemExit) as left:
            main()
        sys.stdout.flush()
        out, err = capfd.readouterr()
        code = left.value.code
        return Done(code if isinstance(code, int) else 0, out, err)

    return call


@pytest.fixture
def say(run: Run, there: GitRepository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> As:
    """Runs sopkit as a person in the library `there`, whose SOP is approved; `typed` are lines of standard input."""

    def call(who: str, *words: str | Path, typed: str = "") -> Done:
        user(monkeypatch, tmp_path, who)
        monkeypatch.setattr(sys, "stdin", io.StringIO(typed))
        return run(*words, "-C", there.root)

    done = call("cat", "approve", "AC-001", "--note", "read it", "--yes")
    assert done.code == 0, done.err
    return call


@pytest.fixture
def on_day(monkeypatch: pytest.MonkeyPatch) -> None:
    """The clock shows the day of `DAY`, so that the folder is what was there then."""
    monkeypatch.setattr("sopkit.cli.options.current_date", lambda _: date.fromisoformat(DAY[1]))


@pytest.fixture
def acme(tmp_path: Path) -> Path:
    """A copy of the example company that a test may damage."""
    return Path(shutil.copytree(ACME, tmp_path / "acme"))


@pytest.fixture
def legacy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small folder that is a library with one broken document, and the current folder."""
    (tmp_path / "sopkit.toml").write_text("")
    (tmp_path / "sops").mkdir()
    (tmp_path / "sops" / "ac-001.md").write_text("---\nid: AC-001\ntitle: Access\n---\n# Access\n")
    monkeypatch.chdir(tmp_path)
    return tmp_path
