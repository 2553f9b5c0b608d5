"""In a browser: the matrix is narrowed, and the meaning of a term shows and goes."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from tests.handbook.browser.conftest import Open

from sopkit.handbook.page import GLOSSARY

TERM = f"""<!doctype html><html lang="en"><title>t</title>
<p><a class="term" href="{GLOSSARY}#term-joiner" aria-describedby="meaning:term-joiner">joiner</a> and
<a class="term" href="{GLOSSARY}#term-mover" aria-describedby="meaning:term-mover">mover</a> <a href="x">x</a></p>
<p class="meaning" id="meaning:term-joiner" role="tooltip" hidden><b>joiner</b> who begins</p>
<p class="meaning" id="meaning:term-mover" role="tooltip" hidden><b>mover</b> who moves</p>
"""


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
    page = visit((folder / GLOSSARY).as_uri()).page
    page.evaluate("html => { document.querySelector('main').innerHTML = html }", TERM)
    return page


def test_a_meaning_shows_on_focus_until_escape(terms: Page) -> None:
    joiner, mover = terms.get_by_role("tooltip", name="", include_hidden=True).all()
    terms.get_by_role("link", name="joiner").focus()
    expect(joiner).to_be_visible()
    terms.keyboard.press("Escape")
    expect(joiner).to_be_hidden()
    terms.keyboard.press("Tab")
    expect(mover).to_be_visible()
    terms.keyboard.press("Tab")
    expect(mover).to_be_hidden()


def test_a_meaning_stays_while_it_is_pointed_at(terms: Page) -> None:
    joiner = terms.locator(".meaning").first
    terms.get_by_role("link", name="joiner").hover()
    expect(joiner).to_be_visible()
    joiner.hover()
    terms.wait_for_timeout(300)
    expect(joiner).to_be_visible()
    terms.get_by_role("link", name="x", exact=True).hover()
    expect(joiner).to_be_hidden()
