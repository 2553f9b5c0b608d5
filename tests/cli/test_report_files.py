"""Where `sopkit report` writes, and in which form."""

import io
import subprocess
import sys
from pathlib import Path

import pytest
from openpyxl import load_workbook
from tests.cli.conftest import DAY, Run


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "start"),
    [
        ("a.xlsx", b"PK"),
        ("a.XLSX", b"PK"),
        ("a.json", b"{"),
        ("a.csv", b"code,rule"),
        ("a.md", b"# Every"),
        ("a.txt", b"CODE"),
        ("a", b"CODE"),
    ],
)
def test_the_name_of_the_file_says_the_format(run: Run, acme: Path, tmp_path: Path, name: str, start: bytes) -> None:
    settings = acme / "sopkit.toml"
    ignore = '[[lint.ignores]]\npaths = ["sops/**"]\ncode = "SOP204"\nreason = "later"\n'
    settings.write_text(f"{settings.read_text('utf-8')}\n{ignore}", "utf-8")
    done = run("report", "ignores", "-C", acme, *DAY, "--tree-only", "-o", tmp_path / name)
    assert (done.code, done.out) == (0, "")
    assert (tmp_path / name).read_bytes().startswith(start)


def test_a_format_that_is_named_goes_first(run: Run, acme: Path, tmp_path: Path) -> None:
    run("report", "ignores", "-C", acme, *DAY, "--tree-only", "-f", "json", "-o", tmp_path / "a.xlsx")
    assert (tmp_path / "a.xlsx").read_bytes().startswith(b"{")


@pytest.mark.slow
def test_a_workbook_goes_into_a_pipe(acme: Path) -> None:
    words = ("report", "ignores", "-C", str(acme), *DAY, "--tree-only", "-f", "xlsx")
    done = subprocess.run([sys.executable, "-m", "sopkit", *words], capture_output=True, check=True)
    assert load_workbook(io.BytesIO(done.stdout)).sheetnames == ["About", "Ignores", "Columns"]


def test_a_workbook_does_not_go_to_a_terminal(run: Run, acme: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sopkit.cli.console.EscapingStream.isatty", lambda _: True)
    done = run("report", "ignores", "-C", acme, *DAY, "-f", "xlsx")
    assert (done.code, done.out) == (2, "")
    assert "name a file with -o FILE.xlsx" in done.err


def test_a_file_of_the_library_is_not_written_over(run: Run, acme: Path) -> None:
    file = acme / "registers" / "book.xlsx"
    file.write_bytes(b"mine")
    done = run("report", "ignores", "-C", acme, *DAY, "--tree-only", "-o", file)
    assert (done.code, file.read_bytes()) == (2, b"mine")
    assert "belongs to the library" in done.err
