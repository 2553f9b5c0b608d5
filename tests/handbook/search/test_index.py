"""The index: made of what is shown, the same in any order, small, and nothing in it that the page does not show."""

import json
import re
from typing import Any

import pytest
from tests.handbook.conftest import Sites
from tests.handbook.search.conftest import ALL

from sopkit.handbook.build import Site
from sopkit.handbook.paths import sop_path
from sopkit.handbook.published_library import published_library
from sopkit.handbook.search.index import GOES_ON, INDEX, LAST, encode_number, index_script, search_entry
from sopkit.handbook.search.passages import CodeIndex, SopWords, passages_of, shared_phrases, words_path, words_script
from sopkit.handbook.selection import BuildOptions
from sopkit.lifecycle.library_status import LibraryStatus

pytestmark = pytest.mark.slow


def handed(script: bytes) -> list[Any]:
    """What a script hands to the engine."""
    [call] = re.findall(r"\AsopkitSearch\.\w+\((.*)\);\n\Z", script.decode(), re.DOTALL)
    return list(json.loads(f"[{call}]"))


def test_entries_may_come_in_any_order(acme: LibraryStatus) -> None:
    ground = published_library(acme, ALL)
    codes = CodeIndex(ground.library)
    entries = [search_entry(one, passages_of(one.sop), ground, codes) for one in ground.by_id.values()]
    assert index_script(entries, ground, ()) == index_script(reversed(entries), ground, ())


def test_sops_that_are_not_shown_are_in_no_index(sites: Sites) -> None:
    [internal] = handed(sites(BuildOptions()).files[INDEX])
    [whole] = handed(sites(ALL).files[INDEX])
    assert "AM-002" in whole["ids"]
    assert "AM-002" not in internal["ids"]
    assert "am.002" not in internal["terms"]


@pytest.mark.parametrize(
    ("name", "states"),
    [
        ("AC-001", ["approved"]),
        ("AC-002", ["altered"]),  # two files have its id
        ("AC-003", ["retired"]),
        ("AM-002", ["trial"]),
        ("BK-002", ["approved", "newer"]),
        ("CM-001", ["altered"]),
        ("VM-001", ["approved", "overdue"]),
        ("VM-002", ["draft"]),
    ],
)
def test_each_sop_has_the_states_that_its_page_tells(whole: Site, name: str, states: list[str]) -> None:
    [index] = handed(whole.files[INDEX])
    assert index["state"][index["ids"].index(name)] == states
    assert all(state in index["say"] for state in states)


def test_every_passage_has_a_place_on_the_page(whole: Site) -> None:
    [index] = handed(whole.files[INDEX])
    for sop_id in index["ids"]:
        said, passages = handed(whole.files[words_path(sop_id)])
        page = whole.files[sop_path(sop_id)].decode()
        places = {anchor for anchor, _, _ in passages if anchor}
        assert said == sop_id
        assert places - set(re.findall(r'\sid="([^"]+)"', page)) == set()


def test_what_several_sops_say_alike_is_written_once() -> None:
    same, own = "Ask the owner before you start.", "Read the log of the last night."
    told = [SopWords(f"X-{number}", (("", "", (same, own) if number == 1 else (same,)),)) for number in range(1, 5)]
    assert shared_phrases(told) == (same,)
    assert shared_phrases(told[1:]) == ()
    assert words_script(told[0], {same: 0}) == f'sopkitSearch.words("X-1",[["","",[0,"{own}"]]]);\n'


def test_numbers_are_written_to_the_base_of_half_the_signs() -> None:
    assert encode_number(0) == LAST[0]
    assert encode_number(43) == LAST[43]
    assert encode_number(44) == GOES_ON[1] + LAST[0]
    assert encode_number(44 * 44 * 2 + 5) == GOES_ON[2] + GOES_ON[0] + LAST[5]
    assert not set(LAST + GOES_ON) & set(' "\\')


def test_places_lead_to_pages_of_the_site(whole: Site) -> None:
    [index] = handed(whole.files[INDEX])
    kinds = {kind for kind, _, _, _ in index["places"]}
    assert kinds == {"role", "control", "policy", "term"}
    for _, _, path, _ in index["places"]:
        page, _, anchor = path.partition("#")
        assert page in whole.files
        assert not anchor or f'id="{anchor}"' in whole.files[page].decode()
