"""What people do with the handbook, by keyboard alone and on paper."""

import shutil
import subprocess
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from tests.handbook.browser.conftest import Open

pytestmark = pytest.mark.slow


def focused(page: Page) -> str:
    """The words of what has the focus."""
    return str(page.evaluate("document.activeElement.innerText || document.activeElement.id")).strip()


def tab_to(page: Page, words: str) -> None:
    """Press Tab until what is called so has the focus, and see that the focus is shown."""
    for _ in range(120):
        page.keyboard.press("Tab")
        if focused(page).startswith(words):
            outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
            assert outline != "none", f"focus on {words} cannot be seen"
            return
    raise AssertionError(f"Tab does not reach {words!r}")


def test_the_keyboard_leads_from_home_to_a_step(served: str, visit: Open) -> None:
    page = visit(f"{served}/index.html").page
    tab_to(page, "Areas")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Areas")
    tab_to(page, "Access control")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Access control")
    tab_to(page, "Grant, change")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_contain_text("Grant, change and remove access")
    page.keyboard.press("Tab")
    assert focused(page).startswith("Skip")
    page.keyboard.press("Enter")
    tab_to(page, "Procedure")
    page.keyboard.press("Enter")
    assert "#" in page.url
    for _ in range(60):
        page.keyboard.press("Tab")
        if "#" in page.evaluate("document.activeElement.getAttribute('href') || ''") and page.evaluate(
            "document.activeElement.getAttribute('href').startsWith('#step-')"
        ):
            page.keyboard.press("Enter")
            break
    assert "#step-" in page.url


def test_the_skip_link_leads_to_the_text(served: str, visit: Open) -> None:
    page = visit(f"{served}/index.html").page
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"


def test_paper_says_what_it_is(served: str, visit: Open, tmp_path: Path) -> None:
    program = shutil.which("pdftotext")
    if program is None:
        pytest.skip("no pdftotext on this machine: apt-get install poppler-utils")
    page = visit(f"{served}/sop/AC-001/index.html").page
    page.pdf(path=str(tmp_path / "page.pdf"), prefer_css_page_size=True)
    text = subprocess.run(
        [program, "-layout", str(tmp_path / "page.pdf"), "-"], capture_output=True, text=True, check=True
    ).stdout
    sheets = text.rstrip("\f").split("\f")
    for number, sheet in enumerate(sheets, 1):
        assert f"Page {number} of {len(sheets)}" in sheet
        assert "Printed copies are uncontrolled" in sheet
    assert "2026-11-24" in sheets[0]
    assert "Search procedures" not in text
    assert "Grant, change and remove access" in sheets[0]
