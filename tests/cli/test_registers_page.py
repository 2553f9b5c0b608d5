"""docs/registers.md: each of its commands runs, in the order of the page."""

import io
import re
import shlex
from collections.abc import Sequence
from pathlib import Path

import openpyxl
import pytest
from tests.cli.conftest import DAY, Run

from sopkit.model.registers import REGISTERS
from sopkit.parsing.config import read_config

PAGE = Path(__file__).parent.parent.parent / "docs" / "registers.md"
COMMANDS = re.findall(r"^    sopkit (register .*)$", PAGE.read_text("utf-8"), re.MULTILINE)
HEADS = ("Risk ID", "Risk title", "Owner", "Review")
ROW = ("RSK-050", "A fire", "Head of platform", "31.12.2027")


def workbook(**sheets: Sequence[Sequence[str]]) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        page = book.create_sheet(name.lstrip("y"))
        for row in rows:
            page.append(list(row))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def begin(acme: Path) -> None:
    """Take the registers away that the page begins, and give its reader the tables that it speaks of."""
    for name in ("risks", "vendors", "soa"):
        (acme / f"registers/{name}.yaml").rename(acme / f"{name}.kept")
    (acme / "our-risks.xlsx").write_bytes(
        workbook(Risks=[HEADS, ROW], y2026=[("Our risks",), ("of 2026",), HEADS, ROW])
    )
    (acme / "vendors.csv").write_text("Supplier,Looked after by,Next look,Town\nAcme Hosting,CTO,2027-01-31,Bonn\n")


@pytest.mark.slow
@pytest.mark.usefixtures("on_day")
def test_every_command_of_the_page_runs(run: Run, acme: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(acme)
    begin(acme)
    for command in COMMANDS:
        if command.startswith("register export --all"):  # from here on the registers are those of a company
            for name in ("risks", "vendors", "soa"):
                (acme / f"{name}.kept").rename(acme / f"registers/{name}.yaml")
        done = run(*shlex.split(command), *(() if " init " in command else DAY))
        assert (command, done.code) == (command, 0), done
    assert len(COMMANDS) >= 14
    rows = (acme / "registers/vendors.yaml").read_text()
    assert "- {id: acme-hosting, title: Acme Hosting, owner: cto, review: 2027-01-31}" in rows
    assert "- id: RSK-050\n  title: A fire\n  owner: head-of-platform\n" in (acme / "registers/risks.yaml").read_text()


def test_the_page_names_every_register_and_its_scales_are_read() -> None:
    page = PAGE.read_text("utf-8")
    assert re.findall(r"^\| (\w+) \| .* \| `\w+` \|$", page, re.MULTILINE) == list(REGISTERS)
    [toml] = re.findall(r"```toml\n(.*?)```", page, re.DOTALL)
    scales = read_config(toml.encode(), "sopkit.toml").scales
    assert (scales.values("tier"), scales.residual) == (("1", "2"), ())
