"""Every kind of page: no barrier that axe finds, no complaint of the browser, nothing asked of another host."""

import re
from pathlib import Path

import pytest
from tests.handbook.browser.conftest import RULES, Open, assert_no_barrier, barriers, leads_on

pytestmark = pytest.mark.slow

KINDS = {
    "home": "index.html",
    "areas": "areas/index.html",
    "area": "areas/access-control/index.html",
    "sop": "sop/AC-001/index.html",
    "sop with alarms": "sop/CM-001/index.html",
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
    "quiz": "sop/AC-001/quiz/index.html",
}


@pytest.mark.parametrize("kind", KINDS)
def test_axe_finds_no_barrier(kind: str, served: str, visit: Open) -> None:
    seen = visit(f"{served}/{KINDS[kind]}", has_touch=True)
    seen.page.locator("details").evaluate_all("all => all.forEach(one => { one.open = true })")
    assert_no_barrier(seen.page)
    assert (seen.complaints, seen.elsewhere(served)) == ([], [])


def test_it_works_from_disk_without_a_network(folder: Path, visit: Open) -> None:
    seen = visit((folder / "index.html").as_uri(), offline=True)
    for path in KINDS.values():
        seen.page.goto(f"{folder.as_uri()}/{path}")
        assert (seen.complaints, seen.elsewhere(f"{folder.as_uri()}/")) == ([], []), path
        assert seen.page.locator("h1").count() == 1, path


def test_axe_bites(served: str, visit: Open) -> None:
    seen = visit(f"{served}/{KINDS['home']}")
    seen.page.evaluate("document.querySelector('main').append(document.createElement('img'))")
    assert [one.partition(":")[0] for one in barriers(seen.page, RULES)] == ["image-alt"]


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
