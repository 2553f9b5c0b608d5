"""Tables and questions on terminals of any width."""

import sys

import pytest

from sopkit.cli.console import format_question, format_table

HEADS = ("ID", "STATE", "DAYS", "WHY")
ROWS = [("AC-001", "unproven-fresh", "106", "review is due on 2027-03-10"), ("BK-001", "draft", "", "in the making")]
WIDE = """\
ID      STATE           DAYS  WHY
AC-001  unproven-fresh  106   review is due on 2027-03-10
BK-001  draft                 in the making"""
WRAPPED = """\
ID      STATE           DAYS  WHY
AC-001  unproven-fresh  106   review is due on
                              2027-03-10
BK-001  draft                 in the making"""
NARROW = """\
ID      STATE
    DAYS  WHY
AC-001  unproven-fresh
    106  review is due
    on 2027-03-10
BK-001  draft
    in the making"""
LEAST = """\
ID
    STATE  DAYS
    WHY
AC-001
    unproven-fresh
    106  review is
    due on
    2027-03-10
BK-001
    draft  in the
    making"""


def terminal(columns: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    monkeypatch.setenv("COLUMNS", str(columns))


@pytest.mark.parametrize(("room", "shown"), [(None, WIDE), (80, WIDE), (54, WRAPPED), (24, NARROW), (18, LEAST)])
def test_every_cell_is_whole(room: int | None, shown: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """106 days are never shown as 10."""
    if room:
        terminal(room, monkeypatch)
    assert format_table(HEADS, ROWS, "none") == shown


def test_an_id_longer_than_the_terminal_is_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal(10, monkeypatch)
    shown = format_table(("ID", "WHY"), [("sops/a-long-path.md", "late")], "none")
    assert shown == "ID\n    WHY\nsops/a-long-path.md\n    late"


@pytest.mark.parametrize(
    ("columns", "lines"),
    [
        (None, ["", "Areas", "One is enough.", "Known: access-control, customer-success."]),
        ("24", ["", "Areas", "One is enough.", "Known: access-control,", "customer-success."]),
        ("8", ["", "Areas", "One is", "enough.", "Known:", "access-control,", "customer-success."]),
    ],
)
def test_a_question_breaks_no_word(columns: str | None, lines: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: columns is not None)
    monkeypatch.setenv("COLUMNS", columns or "")
    asked = format_question("Areas", "One is enough.\nKnown: access-control, customer-success.")
    assert asked.split("\n") == lines
