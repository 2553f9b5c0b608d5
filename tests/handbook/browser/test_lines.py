"""In a browser: on a phone the rows of a table stand as lines that name their columns, and nothing has to be pushed sideways."""

from pathlib import Path

import pytest
from tests.handbook.browser.conftest import Open

from sopkit.handbook.paths import AUDIT, DUE, ROLES, STATEMENT

pytestmark = pytest.mark.slow

PHONE = {"width": 390, "height": 844}
HEAD = "getComputedStyle(cell, '::before').content"


@pytest.mark.parametrize("path", [AUDIT, DUE, ROLES, STATEMENT])
def test_no_table_is_wider_than_a_phone(visit: Open, folder: Path, path: str) -> None:
    seen = visit((folder / path).as_uri(), viewport=PHONE)
    wide = "tables => tables.filter(table => table.scrollWidth > table.parentElement.clientWidth + 1).length"
    assert seen.page.locator("main .scroll > table").evaluate_all(wide) == 0
    assert seen.complaints == []


def test_a_cell_names_its_column_and_an_empty_one_is_left_out(visit: Open, folder: Path) -> None:
    row = visit((folder / ROLES).as_uri(), viewport=PHONE).page.locator("tbody tr", has_text="Chief executive officer")
    cell = row.locator("td:visible").first
    assert cell.evaluate(f"cell => {HEAD}") == '"Held by: "'
    assert "–" not in row.locator("td:visible").all_inner_texts()


def test_on_a_wide_screen_a_table_stays_a_table(visit: Open, folder: Path) -> None:
    page = visit((folder / ROLES).as_uri()).page
    assert page.locator("tbody td[data-head]").count() == 0
    assert page.locator("thead").is_visible()
