"""The page of an SOP in a browser: what is seen first, by keyboard alone, and on paper."""

import pytest
from playwright.sync_api import Page, expect
from tests.handbook.browser.conftest import Open

pytestmark = pytest.mark.slow


def test_what_a_reader_must_know_is_seen_without_scrolling(visit: Open, served: str) -> None:
    page = visit(f"{served}/sop/CM-001/index.html").page
    for words in ("Entries about this SOP were tampered with", "Approved 3.0", "Next review", "Head of platform"):
        expect(page.get_by_text(words).first).to_be_in_viewport()


def test_the_keyboard_leads_from_the_head_to_a_step_and_its_address(visit: Open, served: str) -> None:
    page = visit(f"{served}/sop/AC-001/index.html").page
    page.get_by_role("link", name="Go to the steps").press("Enter")
    expect(page).to_have_url(f"{served}/sop/AC-001/index.html#procedure")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.localName") == "summary"
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{served}/sop/AC-001/index.html#step-1")


def test_on_paper_every_step_has_a_box_and_nothing_is_to_be_clicked(visit: Open, served: str) -> None:
    page = visit(f"{served}/sop/AC-001/index.html").page
    page.emulate_media(media="print")
    boxes = "all => all.filter(one => getComputedStyle(one, '::after').content !== 'none').length"
    assert page.locator(".steps > .step:not(.sub)").evaluate_all(boxes) == 14
    assert shown(page, ".flow, .contents, .siblings, [role=search], .short a[href^='#']") == 0
    assert shown(page, ".strip p") == 2


def shown(page: Page, selector: str) -> int:
    """How many of some elements can be seen."""
    return page.locator(selector).evaluate_all("all => all.filter(one => one.checkVisibility()).length")
