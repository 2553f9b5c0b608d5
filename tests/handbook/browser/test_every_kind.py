"""Every kind of page: no barrier that axe finds, no complaint of the browser, nothing asked of another host."""

import re
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
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
MODES: dict[str, dict[str, object]] = {
    "light": {"color_scheme": "light"},
    "dark": {"color_scheme": "dark"},
    "phone": {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True},
    # A window of 1280 pixels zoomed to 200 % lays out 640 of them, each drawn as two.
    "zoomed": {"viewport": {"width": 640, "height": 450}, "device_scale_factor": 2},
}
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
COLOURS = {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}}
SIZES = {"runOnly": {"type": "rule", "values": ["target-size", "scrollable-region-focusable", "color-contrast"]}}
RULES_OF_MODES = {"light": RULES, "dark": COLOURS, "phone": SIZES}
"""A dark page differs from a light one only in its colours, one on a phone in its layout, a zoomed one in what fits."""


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("kind", KINDS)
def test_axe_finds_no_barrier(kind: str, mode: str, served: str, visit: Open) -> None:
    seen = visit(f"{served}/{KINDS[kind]}", **MODES[mode])
    if mode in RULES_OF_MODES:
        found = Axe().run(seen.page, options=RULES_OF_MODES[mode])
        told = [f"{one['id']}: {node['html']}" for one in found.response["violations"] for node in one["nodes"]]
        assert told == []
    assert seen.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), "scrolls sideways"
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
