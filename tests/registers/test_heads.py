"""What people call our columns."""

import pytest

from sopkit.model.errors import SopkitError
from sopkit.registers.columns import match_headers
from sopkit.tables.grid import Grid, GridRow


def grid(*heads: str) -> Grid:
    return Grid("t.csv", "t", heads, (GridRow(2, tuple("x" for _ in heads)),))


@pytest.mark.parametrize(
    ("register", "head", "column"),
    [
        ("risks", "ID", "id"),
        ("risks", "Risk No.", "id"),
        ("risks", "risk_ref", "id"),
        ("risks", "RISK TITLE", "title"),
        ("risks", "Risk owner", "owner"),
        ("risks", "Risk", "title"),
        ("risks", "Likelihood (1-5)", "likelihood"),
        ("risks", "Residual risk", "residual"),
        ("assets", "Asset", "title"),
        ("risks", "Next review date", "review"),
        ("risks", "Review date", "review"),
        ("actions", "Due date", "due"),
        ("actions", "Verified by", "verified_by"),
        ("people", "Person ID", "key"),
        ("people", "Name", "name"),
        ("vendors", "Vendor name", "title"),
        ("soa", "Control ID", "control"),
        ("soa", "SoA-ID", "control"),
        ("glossary", "Term", "term"),
    ],
)
def test_heads_that_are_known(register: str, head: str, column: str) -> None:
    assert match_headers(grid(head), register, {}, ignore=False).at == {column: 0}


def test_the_titles_of_controls_are_passed_over() -> None:
    found = match_headers(grid("control", "title", "reason"), "soa", {}, ignore=False)
    assert (found.at, found.left_out) == ({"control": 0, "reason": 2}, ())


COLUMNS = (
    *(
        "title",
        "owner",
        "likelihood",
        "impact",
        "treatment",
        "controls",
        "residual",
        "accepted_by",
        "accepted_on",
        "review",
        "closed",
    ),
    "classification",
)


def test_a_stranger_is_told_with_what_it_may_be() -> None:
    with pytest.raises(SopkitError) as raised:
        match_headers(grid("ID", "Titel", "Score"), "risks", {}, ignore=False)
    assert raised.value.message == "t.csv: risks has no such column: `Titel` (is it `title`?), `Score`"
    assert raised.value.hint.splitlines() == [
        "say what they are: --columns 'title=Titel'; or leave them out: --ignore-columns",
        f"columns that the table lacks: {', '.join(COLUMNS)}",
    ]
    assert match_headers(grid("ID", "Titel", "Score"), "risks", {"title": "Titel"}, ignore=True).left_out == ("Score",)


def test_words_in_brackets_may_mean_another_column() -> None:
    with pytest.raises(SopkitError) as raised:
        match_headers(grid("ID", "Impact (residual)"), "risks", {}, ignore=False)
    assert raised.value.message.startswith("t.csv: risks has no such column: `Impact (residual)`")


def test_a_column_by_its_letter_and_an_empty_one() -> None:
    table = Grid("t.csv", "t", ("ID", "Was passieren kann", "Leer"), (GridRow(2, ("R", "x", " ")),))
    assert match_headers(table, "risks", {"title": "B"}, ignore=False).at == {"title": 1, "id": 0}
