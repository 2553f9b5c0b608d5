"""`sopkit export xlsx` and `csv`: what is written, and what is refused."""

import sys
from pathlib import Path

import pytest
from openpyxl import load_workbook
from tests.cli.conftest import DAY, Run


@pytest.mark.slow
def test_a_workbook_is_written_and_said_to_be(run: Run, acme: Path, tmp_path: Path) -> None:
    file = tmp_path / "new" / "acme.xlsx"
    done = run("export", "xlsx", "-C", acme, *DAY, "--tree-only", "-o", file)
    assert (done.code, done.out) == (0, f"wrote {file}: {file.stat().st_size:,} bytes\n")
    assert load_workbook(file).sheetnames[:2] == ["About", "Statement of Applicability"]


@pytest.mark.slow
def test_it_goes_to_no_terminal_and_over_no_register(run: Run, acme: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    register = acme / "registers" / "risks.yaml"
    before = register.read_bytes()
    done = run("export", "xlsx", "-C", acme, *DAY, "--tree-only", "-o", register)
    assert (done.code, register.read_bytes()) == (2, before)
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    done = run("export", "xlsx", "-C", acme, *DAY, "--tree-only")
    assert done.code == 2
    assert "name a file with -o FILE.xlsx" in done.err


@pytest.mark.slow
def test_csv_needs_no_extra(run: Run, acme: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "xlsxwriter", None)
    done = run("export", "xlsx", "-C", acme, *DAY, "--tree-only", "-o", tmp_path / "acme.xlsx")
    assert done.code == 2
    assert "pip install 'sopkit[xlsx]'; or choose csv" in done.err
    done = run("export", "csv", "-C", acme, *DAY, "--tree-only", "-o", tmp_path / "tables", "--framework", "gdpr")
    assert done.code == 0
    assert (tmp_path / "tables" / "risks.csv").read_text("utf-8-sig").startswith("id,title,owner,")
    assert "note: Gaps: " in done.err
