"""The colours that a reader chooses, and days that are told by how far they are away."""

from pathlib import Path

import pytest
from tests.handbook.browser.conftest import Open

pytestmark = pytest.mark.slow

GROUND = "getComputedStyle(document.body).backgroundColor"
LIGHT, DARK = "rgb(255, 255, 255)", "rgb(20, 23, 26)"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_browser_decides_until_the_reader_does(visit: Open, served: str, scheme: str) -> None:
    page = visit(f"{served}/index.html", color_scheme=scheme).page
    assert page.evaluate(GROUND) == {"light": LIGHT, "dark": DARK}[scheme]


@pytest.mark.parametrize("from_disk", [False, True])
def test_a_choice_is_kept_for_the_next_page(visit: Open, served: str, folder: Path, *, from_disk: bool) -> None:
    top = folder.as_uri() if from_disk else served
    seen = visit(f"{top}/index.html", color_scheme="light")
    seen.page.get_by_label("Colours").select_option("dark")
    assert seen.page.evaluate(GROUND) == DARK
    seen.page.goto(f"{top}/areas/index.html")
    assert seen.page.evaluate(GROUND) == DARK
    assert seen.page.get_by_label("Colours").input_value() == "dark"
    seen.page.get_by_label("Colours").select_option("")
    assert seen.page.evaluate(GROUND) == LIGHT
    assert seen.complaints == []


def test_without_script_there_is_no_switch_and_the_search_leads_to_the_list(visit: Open, served: str) -> None:
    page = visit(f"{served}/areas/index.html", java_script_enabled=False).page
    assert not page.get_by_label("Colours").is_visible()
    page.get_by_label("Search the handbook").fill("laptop")
    page.keyboard.press("Enter")
    page.wait_for_url("**/list.html?q=laptop")
    assert page.get_by_role("link", name="AM-001").first.is_visible()


def test_days_are_told_by_how_far_they_are_away(visit: Open, served: str) -> None:
    page = visit(f"{served}/areas/index.html").page
    page.clock.set_fixed_time("2026-11-24T12:00:00Z")
    page.goto(f"{served}/index.html")
    assert page.locator("time.from-now").first.evaluate("time => time.nextSibling.data") == " (19 days ago)"
    page.context.close()  # in which the time stays set
