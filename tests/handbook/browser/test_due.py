"""In a browser: the numbers narrow the table of what is due, and old addresses lead on, both without script."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from tests.handbook.browser.conftest import Open

from sopkit.handbook.paths import DUE

pytestmark = pytest.mark.slow


def listed(page: Page) -> list[str]:
    return page.locator("table.due tbody tr:visible th a").all_inner_texts()


@pytest.mark.parametrize("script", [True, False])
def test_a_number_leads_to_its_rows_and_back(visit: Open, folder: Path, script: bool) -> None:
    seen = visit((folder / DUE).as_uri(), java_script_enabled=script)
    page = seen.page
    whole = listed(page)
    page.get_by_role("link", name="2 due within 30 days").press("Enter")
    assert listed(page) == ["CM-002", "IH-001"]
    expect(page.get_by_text("Only the 2 SOPs that are due within 30 days are listed.")).to_be_visible()
    page.get_by_role("link", name="Show all of them").press("Enter")
    assert listed(page) == whole
    assert seen.complaints == []


@pytest.mark.parametrize("script", [True, False])
def test_an_old_address_leads_on(visit: Open, served: str, script: bool) -> None:
    seen = visit(f"{served}/sops/access-control/ac-001-user-access/", java_script_enabled=script)
    seen.page.wait_for_url(f"{served}/sop/AC-001/index.html")
    assert seen.complaints == []


def test_an_old_address_leads_on_from_disk(visit: Open, folder: Path) -> None:
    page = visit((folder / "sops/access-control/ac-001-user-access/index.html").as_uri()).page
    page.wait_for_url((folder / "sop/AC-001/index.html").as_uri())
