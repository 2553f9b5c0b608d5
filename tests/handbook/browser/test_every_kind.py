"""Every kind of page: no barrier that axe finds, no complaint of the browser, nothing asked of another host."""

import re
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page
from tests.handbook.browser.conftest import Open, leads_on

pytestmark = pytest.mark.slow

KINDS = {
    "home": "index.html",
    "areas": "areas/index.html",
    "area": "areas/access-control/index.html",
    "sop": "sop/AC-001/index.html",
    "newer text": "sop/BK-002/newer.html",
    "role": "roles/ciso/index.html",
    "framework": "controls/soc2-tsc-2017/index.html",
    "control": "controls/iso27001-2022/A.5.18.html",
    "policy": "policies/POL-02.html",
    "due": "due/index.html",
    "glossary": "glossary.html",
    "roles": "roles/index.html",
    "controls": "controls/index.html",
    "statement": "controls/statement.html",
    "policies": "policies/index.html",
    "list": "list.html",
    "search": "search.html",
    "missing": "404.html",
    "audit": "audit/index.html",
}
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
COLOURS = {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}}
SIZES = {"runOnly": {"type": "rule", "values": ["target-size", "scrollable-region-focusable", "color-contrast"]}}
"""A dark page differs from a light one only in its colours, one on a phone only in its layout."""
SIZES_OF_WINDOWS = ((1280, 900), (640, 450), (390, 844))
"""A desktop, the same zoomed to 200 %, which lays out 640 pixels, and a phone."""


def barriers(page: Page, rules: dict[str, object]) -> list[str]:
    found = Axe().run(page, options=rules)
    return [f"{one['id']}: {node['html']}" for one in found.response["violations"] for node in one["nodes"]]


@pytest.mark.parametrize("kind", KINDS)
def test_axe_finds_no_barrier(kind: str, served: str, visit: Open) -> None:
    seen = visit(f"{served}/{KINDS[kind]}", color_scheme="light", has_touch=True)
    assert barriers(seen.page, RULES) == []
    seen.page.emulate_media(color_scheme="dark")
    assert barriers(seen.page, COLOURS) == []
    for width, height in SIZES_OF_WINDOWS:
        seen.page.set_viewport_size({"width": width, "height": height})
        assert seen.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), "scrolls sideways"
    assert barriers(seen.page, SIZES) == []
    assert (seen.complaints, seen.elsewhere(served)) == ([], [])


@pytest.mark.parametrize("kind", KINDS)
def test_it_works_from_disk_without_a_network(kind: str, folder: Path, visit: Open) -> None:
    seen = visit(f"file://{folder}/{KINDS[kind]}", offline=True)
    assert (seen.complaints, seen.elsewhere(f"file://{folder}/")) == ([], [])
    assert seen.page.locator("h1").count() == 1


def test_axe_bites(served: str, visit: Open) -> None:
    seen = visit(f"{served}/{KINDS['home']}")
    seen.page.evaluate("document.querySelector('main').append(document.createElement('img'))")
    assert "image-alt" in [one["id"] for one in Axe().run(seen.page, options=RULES).response["violations"]]


def test_the_policy_bites(served: str, visit: Open) -> None:
    seen = visit(f"{served}/{KINDS['home']}")
    seen.page.evaluate("document.head.append(Object.assign(document.createElement('script'), {text: '1'}))")
    assert any("Content Security Policy" in one for one in seen.complaints)


def test_no_kind_of_page_is_left_out(folder: Path) -> None:
    """Pages of one kind differ by an id, or a name of the library, in their path."""
    known = {_kind(path) for path in KINDS.values()}
    there = {_kind(file.relative_to(folder).as_posix()) for file in folder.rglob("*.html") if not leads_on(file)}
    assert there - known == set()


def _kind(path: str) -> str:
    path = re.sub(r"^(areas|roles|sop|controls)/[^/]+/", r"\1/*/", path)
    return re.sub(r"^(policies|controls/\*)/(?!index)[^/]+(?=\.html)", r"\1/*", path)
