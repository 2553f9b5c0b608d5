"""The search as people use it: from disk without a network, and served with a strict policy."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from tests.handbook.browser.conftest import Open, assert_no_barrier

pytestmark = pytest.mark.slow

FIELD = "form[role=search] input"
OPTIONS = "form[role=search] [role=option]"


@pytest.fixture(params=["disk", "server"])
def home(request: pytest.FixtureRequest, folder: Path) -> str:
    """Where the handbook stands."""
    return folder.as_uri() if request.param == "disk" else str(request.getfixturevalue("served"))


def looked_for(visit: Open, address: str, typed: str, **options: Any) -> Page:
    page = visit(address, **options).page
    page.keyboard.press("/")
    page.keyboard.type(typed)
    page.locator(OPTIONS).first.wait_for()
    return page


def test_the_keyboard_leads_from_any_page_to_a_step(visit: Open, home: str) -> None:
    seen = visit(f"{home}/sop/AC-001/index.html", offline=home.startswith("file:"))
    page, field = seen.page, seen.page.locator(FIELD)
    page.keyboard.press("/")
    expect(field).to_be_focused()
    page.keyboard.type("lost notebook")
    expect(field).to_have_attribute("aria-expanded", "true")
    expect(page.locator("form [role=status]")).to_have_text("5 SOPs")
    page.keyboard.press("ArrowDown")
    first = page.locator(OPTIONS).first
    expect(first).to_have_attribute("aria-selected", "true")
    expect(field).to_have_attribute("aria-activedescendant", "found-0")
    expect(first.locator("mark")).to_have_text(["laptops", "laptop", "Laptop", "Lost"])
    page.keyboard.press("Enter")
    page.wait_for_url("**/sop/AM-001/index.html#step-7")
    assert seen.complaints == []
    assert seen.elsewhere(home) == []


def test_arrows_go_round_and_escape_shuts_the_list_before_it_clears(visit: Open, folder: Path) -> None:
    page = looked_for(visit, f"{folder.as_uri()}/index.html", "restore")
    field, options = page.locator(FIELD), page.locator(OPTIONS)
    page.keyboard.press("ArrowUp")
    expect(options.last).to_have_attribute("aria-selected", "true")
    page.keyboard.press("ArrowDown")
    expect(options.first).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Escape")
    expect(options.first).to_be_hidden()
    expect(field).to_have_attribute("aria-expanded", "false")
    expect(field).to_have_value("restore")


def test_enter_alone_and_the_last_option_lead_to_the_page_of_results(visit: Open, home: str) -> None:
    page = looked_for(visit, f"{home}/areas/index.html", "access review")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search.html?q=access+review")
    expect(page.locator(FIELD)).to_have_value("access review")
    expect(page.locator(".results h2").first).to_contain_text("AC-002")


def test_control_and_k_lead_to_the_field_and_slash_can_be_switched_off(visit: Open, served: str) -> None:
    page = visit(f"{served}/search.html").page
    page.get_by_label("The key / leads to the search").uncheck()
    page.keyboard.press("/")
    expect(page.locator(FIELD)).not_to_be_focused()
    page.goto(f"{served}/index.html")
    page.keyboard.press("/")
    expect(page.locator(FIELD)).not_to_be_focused()
    page.keyboard.press("Control+k")
    expect(page.locator(FIELD)).to_be_focused()


def test_facets_narrow_the_results_and_the_address_keeps_them(visit: Open, home: str) -> None:
    page = visit(f"{home}/search.html?q=restore").page
    count = page.locator(".told")
    expect(count).to_have_text("7 SOPs")
    page.get_by_label("Backup and recovery 2").check()
    expect(count).to_have_text("2 SOPs")
    expect(page.locator(".results h2")).to_have_count(2)
    page.get_by_label("A newer text awaits approval 1").check()
    expect(count).to_have_text("1 SOP")
    assert page.url.endswith("search.html?q=restore&state=newer&area=backup-recovery")
    page.reload()
    expect(count).to_have_text("1 SOP")
    page.get_by_role("button", name="Show all").click()
    expect(count).to_have_text("7 SOPs")


def test_a_result_links_to_the_passages_with_what_was_found(visit: Open, home: str) -> None:
    page = visit(f"{home}/search.html?q=8.13").page
    first = page.locator(".results > li").first
    expect(first.locator("h2")).to_have_text("BK-001 Back up and restore production data")
    expect(first.locator("li a").first).to_have_text("Step 2")
    expect(first.locator("li mark").first).to_have_text("A.8.13")
    first.locator("li a").first.click()
    page.wait_for_url("**/sop/BK-001/index.html#step-2")


def test_what_is_typed_is_never_markup(visit: Open, served: str) -> None:
    seen = visit(f"{served}/search.html?q=%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E")
    expect(seen.page.locator(".told")).to_be_visible()
    assert seen.page.locator("#results img").count() == 0
    assert seen.complaints == []


def test_without_script_everything_is_listed(visit: Open, served: str) -> None:
    page = visit(f"{served}/sop/AC-001/index.html", java_script_enabled=False).page
    page.locator(FIELD).fill("laptop")
    page.keyboard.press("Enter")
    page.wait_for_url("**/list.html?q=laptop")
    page.goto(f"{served}/search.html")
    page.get_by_role("link", name="the list of everything").click()
    page.wait_for_url("**/list.html")


def test_nothing_stands_in_the_way_of_anybody(visit: Open, served: str) -> None:
    page = looked_for(visit, f"{served}/sop/BK-001/index.html", "emergancy change", has_touch=True)
    page.keyboard.press("ArrowDown")
    page.locator(f"{OPTIONS} b").first.wait_for()
    assert_no_barrier(page)
    expect(page.locator(OPTIONS).first).to_be_visible()


def test_nothing_in_the_results_stands_in_the_way_of_anybody(visit: Open, served: str) -> None:
    page = visit(f"{served}/search.html?q=restore&role=backup-operator", has_touch=True).page
    page.locator(".results mark").first.wait_for()
    assert_no_barrier(page)


def test_a_role_or_a_control_is_offered_behind_the_sops(visit: Open, home: str) -> None:
    page = looked_for(visit, f"{home}/sop/AC-001/index.html", "8.13")
    expect(page.locator("#place-0")).to_have_text("Control A.8.13 Information backup")
    page.locator("#place-0").click()
    page.wait_for_url("**/controls/iso27001-2022/A.8.13.html")
