"""SOP303: rows of RACI tables."""

from pathlib import Path

import pytest
from tests.lint.rules.found import found

pytestmark = pytest.mark.slow

HEAD = "| Step | Line manager | Asset owner | IT operations |\n| --- | --- | --- | --- |\n"
NAMES = "| Step | Responsible (R) | Accountable | Consulted |\n| - | - | - | - |\n"
GOOD = "| Ask | A/R | C | I |\n| Grant | I | A | R |\n"


def rows(root: Path, table: str) -> list[str]:
    return found(root, "SOP303", f"## Metrics\n\n{table}\n")


@pytest.mark.parametrize(
    "cells",
    [
        "R | A | A",
        "R | C | I",
        "A | C | I",
        "A/R | A | I",
        "A | A | A",
        "C | I | S",
        "C | I | I",
        "A, C | I | C",
        "**A** | A | R",
    ],
)
def test_a_row_without_one_a_or_without_r_is_found(cells: str, tmp_path: Path) -> None:
    assert rows(tmp_path, f"{HEAD}{GOOD}| Close | {cells} |\n") == ["Close"]


@pytest.mark.parametrize(
    "cells",
    [
        "R | A | R",
        "A/R | C | I",
        "RA | C | I",
        "R, A | C | I",
        "R & A | | ",
        "A (decides) | R (does it) | -",
        " | | ",
        "- | - | - ",
        "**A**, R | S | I",
    ],
)
def test_a_row_with_one_a_and_an_r_is_none(cells: str, tmp_path: Path) -> None:
    assert rows(tmp_path, f"{HEAD}{GOOD}| Close | {cells} |\n") == []


@pytest.mark.parametrize(
    "table",
    [
        "| Grade | A | R |\n| - | - | - |\n| x | A | A |\n| y | R | R |\n",  # no other letter
        f"{HEAD}| Ask | A | free text | more |\n| Grant | R | C | text |\n| Close | x | y | z |\n",
        "| Step | Who |\n| - | - |\n| Ask | A |\n| Grant | R |\n| Tell | I |\n",
        f"{HEAD}| Ask | C | I | I |\n| Grant | A | C | I |\n",  # no R in all of it
        HEAD,
        f"{NAMES}| Line manager | x | | x |\n| Asset owner | | x | |\n",
        "| Step | Responsible | Due |\n| - | - | - |\n| Ask | a, b | |\n",
    ],
)
def test_other_tables_are_let_be(table: str, tmp_path: Path) -> None:
    assert rows(tmp_path, table) == []


@pytest.mark.parametrize(
    ("table", "hits"),
    [
        (f"{HEAD}{GOOD}| **Group** | | | |\n| Close | R | C | I |\n", ["Close"]),
        (f"{HEAD}{GOOD}| | R | C | I |\n", ["| | R | C | I |\n"]),
        (f"{HEAD}{GOOD}| **Close** the case | R | C | I |\n", ["**Close** the case"]),
        (f"{HEAD}{GOOD}| A | R | C | I |\n", ["A"]),
        (f"{HEAD}{GOOD}| R | A | C | I |\n", ["R"]),
        (f"| Step | A | A | C |\n| - | - | - | - |\n{GOOD}", []),
        (f"{NAMES}| Ask | HR | | |\n", ["Ask"]),
        (f"{NAMES}| Group | | | |\n| Ask | - | - | |\n", ["Ask"]),
        (f"{NAMES}| CTO | x | - | |\n| Ask | HR | - | |\n", ["Ask"]),
        (f"{NAMES}| Ask | HR |\n", ["Ask"]),
        (f"{NAMES}| Ask | HR | Sales and legal | |\n| Tell | HR | CISO and sales | |\n", []),
        (f"{NAMES}| Ask | HR | Security lead and CISO | |\n", ["Ask"]),
        (f"{NAMES}| Ask | HR | Asset owner and HR, x | |\n", ["Ask"]),
    ],
)
def test_each_row_is_judged_by_itself(table: str, hits: list[str], tmp_path: Path) -> None:
    assert rows(tmp_path, table) == hits


def test_the_register_tells_if_two_names_are_one_role(tmp_path: Path) -> None:
    roles = "- {id: both, title: Sales and legal}\n- {id: sales, title: Sales}\n- {id: legal, title: Legal}\n"
    table = f"## Metrics\n\n{NAMES}| Ask | HR | Sales and legal | |\n| Tell | HR | Legal and sales | |\n"
    assert found(tmp_path, "SOP303", table, files={"registers/roles.yaml": roles}) == ["Tell"]


def test_two_letters_are_enough_where_the_document_speaks_of_raci(tmp_path: Path) -> None:
    assert rows(tmp_path, "RASCI:\n\n| Step | a | b |\n| - | - | - |\n| Ask | A | R |\n| Grant | R | R |\n") == [
        "Grant"
    ]


@pytest.mark.parametrize(
    ("cells", "wrong"),
    [
        ("Line manager | Asset owner | Legal", False),
        ("Line manager, HR | Asset owner | ", False),
        ("Line manager | Head of sales and legal | ", False),
        ("Line manager | Asset owner, line manager | ", True),
        ("Line manager | CTO/CISO | ", True),
        ("Line manager | Asset owner and line manager | ", True),
        ("Line manager | - | HR", True),
        (" | Asset owner | HR", True),
        (" |  | ", False),
    ],
)
def test_columns_of_names(cells: str, wrong: object, tmp_path: Path) -> None:
    assert rows(tmp_path, f"{NAMES}| Ask | {cells} |\n") == (["Ask"] if wrong else [])


@pytest.mark.parametrize(
    ("head", "told"),
    [("R | A | C | I", ["Ask"]), ("R | A | I | x", ["Ask"]), ("R | A | x | y", []), ("R | C | I | x", [])],
)
def test_columns_may_have_letters_for_heads(head: str, told: list[str], tmp_path: Path) -> None:
    assert rows(tmp_path, f"| Step | {head} |\n| - | - | - | - | - |\n| Ask | HR | HR, IT | | |\n") == told
