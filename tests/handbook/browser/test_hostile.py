"""What hostile authors write does nothing in a browser, with the policy and without it."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from tests.handbook.browser.conftest import ALL, Open, leads_on, serving
from tests.handbook.hostile import library

from sopkit.handbook.build import build
from sopkit.handbook.publish import publish_site
from sopkit.lifecycle.library_status import read_library_status

pytestmark = pytest.mark.slow

TODAY = date(2026, 11, 24)


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("hostile")
    made = library(root / "library")
    with read_library_status(made, TODAY, TODAY) as found:
        publish_site(build(found, ALL).files, root / "site", made)
    return root / "site"


@pytest.fixture(scope="module")
def address(hostile: Path) -> Iterator[str]:
    with serving(hostile) as found:
        yield found


def pages(folder: Path) -> list[str]:
    """Every page that says something of the library; of the many controls those that it names."""
    there = sorted(file.relative_to(folder).as_posix() for file in folder.rglob("*.html") if not leads_on(file))
    return [path for path in there if "controls/" not in path or "A.5.1" in path]


def test_nothing_runs_and_nothing_is_blocked(hostile: Path, address: str, visit: Open) -> None:
    """What the policy would have to block has got into the page already: there must be nothing of the kind."""
    seen = visit(address)
    for path in pages(hostile):
        seen.page.goto(f"{address}/{path}", wait_until="load")
        assert seen.page.evaluate("window.pwned") is None, path
    assert (seen.complaints, seen.elsewhere(address)) == ([], [])


def test_nothing_runs_from_disk_where_no_policy_holds(hostile: Path, visit: Open) -> None:
    seen = visit(f"file://{hostile}/index.html", offline=True)
    for path in pages(hostile):
        seen.page.goto(f"file://{hostile}/{path}", wait_until="load")
        seen.page.evaluate("for (const box of document.querySelectorAll('details')) box.open = true")
        assert seen.page.evaluate("window.pwned") is None, path
    assert (seen.complaints, seen.elsewhere(f"file://{hostile}/")) == ([], [])


def test_the_page_is_whole(address: str, visit: Open) -> None:
    page = visit(f"{address}/sop/AC-001/index.html").page
    assert page.locator("h1").count() == 1
    assert page.locator("main").count() == 1
    assert page.locator("footer").last.is_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), "scrolls sideways"


def test_nothing_that_is_found_runs(address: str, visit: Open) -> None:
    seen = visit(f"{address}/search.html")
    for typed in ("", "a", "script alert", "<svg onload=pwned>"):
        seen.page.locator("#search").fill(typed)
        seen.page.wait_for_load_state("networkidle")
    seen.page.goto(f"{address}/index.html")
    seen.page.locator("#search").press_sequentially("ac-001 ")
    seen.page.locator("[role=option] .where").first.wait_for()
    assert seen.page.evaluate("window.pwned") is None
    assert (seen.complaints, seen.elsewhere(address)) == ([], [])
