"""SOP504: one finding for SOPs that require one another, at a stable place, however many there are."""

from pathlib import Path

import pytest
from tests.build import library

from sopkit.lint.engine import LintOptions, lint


def told(root: Path, requires: dict[str, str], status: str = "active") -> list[tuple[str, str, str]]:
    """File, words at the place, and the way round, of each finding; the SOPs are named by letters."""
    files = {
        f"sops/{name.lower()}.md": f"---\nid: {name}\nstatus: {status}\nrequires: [{', '.join(names)}]\n---\n"
        for name, names in requires.items()
    }
    found = lint(library(root, files), LintOptions(select=("SOP504",))).findings
    return [
        (one.path, files[one.path][one.place.start : one.place.end], one.message.partition("; take out")[0])
        for one in found
    ]


@pytest.mark.parametrize(
    ("requires", "place", "way"),
    [
        ({"A": "A"}, ("a", "A"), "A requires A"),
        ({"B": "A", "A": "B"}, ("a", "B"), "A requires B requires A"),
        ({"A": "B", "B": "C", "C": "B"}, ("b", "C"), "B requires C requires B"),
        ({"C": "A", "A": "XB", "B": "C"}, ("a", "B"), "A requires B requires C requires A"),
        (
            {"A": "BD", "B": "C", "C": "A", "D": "A"},
            ("a", "D"),
            "A requires D requires A (2 more SOPs are tied up in it)",
        ),
        ({"A": "B", "B": "AC", "C": "B"}, ("a", "B"), "A requires B requires A (1 more SOPs are tied up in it)"),
    ],
)
def test_the_shortest_way_round_from_the_first_id(
    requires: dict[str, str], place: tuple[str, str], way: str, tmp_path: Path
) -> None:
    assert told(tmp_path, requires) == [(f"sops/{place[0]}.md", place[1], way)]


def test_each_knot_is_one_finding(tmp_path: Path) -> None:
    found = told(tmp_path, {"D": "C", "C": "DA", "A": "B", "B": "A"})
    assert [way for _, _, way in found] == ["A requires B requires A", "C requires D requires C"]


@pytest.mark.parametrize("requires", [{"A": "BC", "B": "C", "C": ""}, {"A": "X"}, {"A": "B", "B": "CD", "C": "D"}])
def test_what_leads_to_an_end_is_no_cycle(requires: dict[str, str], tmp_path: Path) -> None:
    assert told(tmp_path, requires) == []


def test_retired_sops_do_not_count(tmp_path: Path) -> None:
    assert told(tmp_path, {"A": "B", "B": "A"}, status="retired") == []


@pytest.mark.parametrize(
    ("size", "way"),
    [
        (5, "A0 requires A1 requires A2 requires A3 requires A4 requires A0"),
        (6, "A0 requires A1 requires A2 requires A3 requires … requires A0"),
    ],
)
def test_a_long_way_is_shown_by_its_beginning(size: int, way: str, tmp_path: Path) -> None:
    files = {f"sops/{at}.md": f"---\nid: A{at}\nrequires: [A{(at + 1) % size}]\n---\n" for at in range(size)}
    [one] = lint(library(tmp_path, files), LintOptions(select=("SOP504",))).findings
    assert one.message == f"{way}; take out one of these requirements"


@pytest.mark.slow
def test_a_ring_of_thousands_is_followed_to_its_end(tmp_path: Path) -> None:
    size = 1200  # more than calls may be nested
    files = {f"sops/{at}.md": f"---\nid: A{at:04}\nrequires: [A{(at + 1) % size:04}]\n---\n" for at in range(size)}
    [one] = lint(library(tmp_path, files), LintOptions(select=("SOP504",))).findings
    assert (one.path, one.place.line) == ("sops/0.md", 3)
