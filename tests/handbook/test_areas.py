"""Areas: which SOPs are listed where, and the list beside the page of each."""

import re
from pathlib import Path

import pytest
from tests.build import complete, write
from tests.handbook.conftest import Sites

from sopkit.authoring.demo import AS_OF
from sopkit.handbook.build import build
from sopkit.handbook.pages.areas import area_of, areas_of, siblings_of
from sopkit.handbook.published_library import PublishedLibrary, published_library
from sopkit.handbook.selection import BuildOptions
from sopkit.lifecycle.library_status import read_library_status

pytestmark = pytest.mark.slow


def test_each_area_with_an_sop_has_a_card_and_a_table(sites: Sites) -> None:
    index = sites().files["areas/index.html"].decode()
    assert re.findall(r'<a href="([\w-]+)/index.html"><strong>(.*?)</strong> (\d+ SOPs?)</a>', index)[:2] == [
        ("access-control", "Access control", "3 SOPs"),
        ("asset-management", "Asset management", "1 SOP"),
    ]
    table = sites().files["areas/access-control/index.html"].decode()
    assert re.findall(r"<td>(AC-\d+)</td>", table) == ["AC-001", "AC-002", "AC-003"]


def large(root: Path, count: int) -> PublishedLibrary:
    write(root, "sopkit.toml", "")
    for number in range(1, count + 1):
        write(root, f"sops/access-control/{number}.md", complete(id=f"AC-{number:03}", title=f"T{number}"))
    with read_library_status(root, AS_OF, AS_OF) as found:
        return published_library(found, BuildOptions(drafts=True))


def test_up_to_25_siblings_are_all_listed(tmp_path: Path) -> None:
    ground = large(tmp_path, 25)
    lines = siblings_of(ground, ground.shown[1]).lines.splitlines()
    assert len(lines) == 25
    assert lines[:2] == [
        '<li><a href="../AC-001/index.html">AC-001 T1</a></li>',
        '<li><a href="index.html" aria-current="page">AC-002 T2</a></li>',
    ]


def test_of_more_siblings_those_nearby_are_listed_with_the_way_to_the_others(tmp_path: Path) -> None:
    ground = large(tmp_path, 31)
    lines = siblings_of(ground, ground.shown[20]).lines.splitlines()
    assert len(lines) == 12
    assert lines[0] == '<li><a href="../../areas/access-control/index.html#row-1">AC-001 … AC-020</a></li>'
    assert lines[1] == '<li><a href="index.html" aria-current="page">AC-021 T21</a></li>'
    assert lines[-1] == '<li><a href="../../areas/access-control/index.html#row-31">AC-031</a></li>'
    assert b'<tr id="row-31">' in write_area(tmp_path)


def write_area(root: Path) -> bytes:
    with read_library_status(root, AS_OF, AS_OF) as found:
        return build(found, BuildOptions(drafts=True)).files["areas/access-control/index.html"]


def test_an_area_that_the_configuration_does_not_have_is_listed_by_its_name(tmp_path: Path) -> None:
    write(tmp_path, "sopkit.toml", "")
    for number, area in enumerate(("People team", "people  Team", "'../../x'", "Access-Control", "''"), 1):
        write(tmp_path, f"sops/{number}.md", complete(id=f"AC-00{number}", area=area))
    with read_library_status(tmp_path, AS_OF, AS_OF) as found:
        site, ground = build(found, BuildOptions(drafts=True)), published_library(found, BuildOptions(drafts=True))
    assert [(one.title, [each.id for each in one.shown]) for one in areas_of(ground).values()] == [
        ("../../x", ["AC-003"]),
        ("Access control", ["AC-004"]),
        ("People team", ["AC-001", "AC-002"]),
        ("In no area", ["AC-005"]),
    ]
    assert area_of(ground, ground.by_id["AC-002"]).path == "areas/People team/index.html"
    assert area_of(ground, ground.by_id["AC-005"]).path == "areas/index.html#none"
    assert b'<h2 id="none">In no area</h2>' in site.files["areas/index.html"]
    assert all(".." not in path for path in site.files)
