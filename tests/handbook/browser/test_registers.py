"""In a browser: the matrix is narrowed, and the meaning of a term shows and goes."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from tests.handbook.browser.conftest import Open

pytestmark = pytest.mark.slow


def shown(page: Page) -> list[str]:
    rows = page.locator("#matrix tbody tr:visible th a")
    return rows.all_inner_texts()


def test_the_matrix_is_narrowed_by_what_is_chosen(visit: Open, served: str) -> None:
    seen = visit(f"{served}/controls/index.html")
    page = seen.page
    expect(page.locator("output")).to_have_text("93 of 93 controls")
    page.get_by_label("Theme").select_option(label="A.7 Physical controls")
    page.get_by_label("State").select_option(value="implemented")
    assert shown(page) == ["A.7.10", "A.7.14"]
    expect(page.locator("output")).to_have_text("2 of 93 controls")
    assert seen.complaints == []


def test_an_address_can_ask_for_a_choice(visit: Open, folder: Path) -> None:
    page = visit(f"{(folder / 'controls/index.html').as_uri()}?state=excluded&theme=nonsense").page
    expect(page.locator("output")).to_have_text("2 of 93 controls")


def test_without_script_every_control_is_there_and_no_form(visit: Open, folder: Path) -> None:
    page = visit((folder / "controls/index.html").as_uri(), java_script_enabled=False).page
    assert len(shown(page)) == 93
    expect(page.locator("form.filter")).to_be_hidden()


@pytest.fixture
def terms(visit: Open, folder: Path) -> Page:
    return visit((folder / "sop/AC-001/index.html").as_uri()).page


def test_a_meaning_shows_on_focus_until_escape(terms: Page) -> None:
    link, meaning = (
        terms.get_by_role("link", name="joiners").first,
        terms.locator(".meanings p").filter(has_text="joiner"),
    )
    expect(link).to_have_accessible_description("joiner a person who starts to work for Acme Cloud")
    link.focus()
    expect(meaning).to_be_visible()
    terms.keyboard.press("Escape")
    expect(meaning).to_be_hidden()
    terms.keyboard.press("Tab")
    expect(terms.locator(".meanings p:visible")).to_have_text("mover a person whose role changes")


def test_a_meaning_stays_while_it_is_pointed_at(terms: Page) -> None:
    meaning = terms.locator(".meanings p").filter(has_text="joiner")
    terms.get_by_role("link", name="joiners").first.hover()
    expect(meaning).to_be_visible()
    meaning.hover()
    terms.wait_for_timeout(300)
    expect(meaning).to_be_visible()
    terms.mouse.move(2, 2)
    expect(meaning).to_be_hidden()
