"""SOP502: everything that can be out of force, who may still name it, and the successor that the fix writes."""

from pathlib import Path

import pytest
from tests.build import PATH, complete, library

from sopkit.lint.engine import LintOptions, lint

pytestmark = pytest.mark.slow

OLD = "sops/ac-003-old.md"
ROWS = {
    "registers/assets.yaml": "- {id: okta}\n- {id: gone, retired: 2026-11-24}\n- {id: later, retired: 2026-11-25}\n",
    "registers/risks.yaml": "- {id: RSK-001}\n- {id: gone, closed: 2026-11-24}\n- {id: later, closed: 2026-11-25}\n",
    "registers/vendors.yaml": "- {id: okta}\n- {id: gone, offboarded: 2026-11-24}\n- {id: later, offboarded: 2026-11-25}\n",
}


def told(root: Path, files: dict[str, str]) -> list[tuple[str, str, str, str]]:
    """Path, words at the place, message and what the fix writes, of each finding."""
    given = {PATH: complete(), **files}
    return [
        (
            one.path,
            given[one.path][one.place.start : one.place.end],
            one.message,
            one.fix.edits[0].text if one.fix else "",
        )
        for one in lint(library(root, given), LintOptions(select=("SOP502",))).findings
    ]


def old(front: str = "status: retired\n") -> dict[str, str]:
    return {OLD: complete(f"---\nid: AC-003\n{front}---\n"), "sops/ac-004.md": complete(id="AC-004")}


@pytest.mark.parametrize(
    ("key", "why"), [("assets", "retired on"), ("risks", "closed on"), ("vendors", "offboarded on")]
)
def test_a_row_that_is_gone_on_the_day(key: str, why: str, tmp_path: Path) -> None:
    message = f"`gone` in `{key}` was {why} 2026-11-24; name what took its place, or take it out"
    names = {PATH: complete(**{key: "[okta, later, unknown, gone]"})}
    assert told(tmp_path / "rows", {**ROWS, **names}) == [(PATH, "gone", message, "")]
    assert told(tmp_path / "none", names) == []


@pytest.mark.parametrize("key", ["requires", "related"])
@pytest.mark.parametrize(
    ("front", "why", "advice", "fix"),
    [
        ("status: retired\n", "is retired", "name what took its place, or take it out", ""),
        ("status: retired\nsuperseded_by: [AC-004, AC-009]\n", "is retired", "name AC-004", "AC-004"),
        ("superseded_by: AC-004\n", "is superseded", "name AC-004", "AC-004"),
        ("superseded_by: [AC-001]\n", "is superseded", "name what took its place, or take it out", ""),
    ],
)
def test_an_sop_that_is_out_of_force(key: str, front: str, why: str, advice: str, fix: str, tmp_path: Path) -> None:
    own = {PATH: complete(**{key: "[AC-003]"})}
    message = f"`AC-003` in `{key}` {why}; {advice}"
    assert told(tmp_path, {**own, **old(front)}) == [(PATH, "AC-003", message, fix)]


@pytest.mark.parametrize("front", ["", "superseded_by: [AC-009]\n", "status: draft\n", "superseded_by: [AC-005]\n"])
def test_an_sop_is_in_force_until_its_successor_is(front: str, tmp_path: Path) -> None:
    draft = {"sops/ac-005.md": complete(id="AC-005", status="draft")}
    assert told(tmp_path, {PATH: complete(related="[AC-003]"), **old(front), **draft}) == []


def test_a_successor_that_is_named_already_or_one_of_two_is_not_written(tmp_path: Path) -> None:
    named = {PATH: complete(related="[AC-003, AC-004]")}
    [(*_, message, fix)] = told(tmp_path / "named", {**named, **old("superseded_by: [AC-004]\n")})
    assert (message[-40:], fix) == ("name what took its place, or take it out", "")
    two = {PATH: complete(related="AC-003"), "sops/ac-005.md": complete(id="AC-005")}
    [(*_, message, fix)] = told(tmp_path / "two", {**two, **old("superseded_by: [AC-004, AC-005]\n")})
    assert (message[-23:], fix) == ("; name AC-004 or AC-005", "")
    quoted = {PATH: complete(related='["AC-003"]')}
    [(*_, message, fix)] = told(tmp_path / "quoted", {**quoted, **old("superseded_by: [AC-004]\n")})
    assert (message[-13:], fix) == ("; name AC-004", "")


def test_a_retired_sop_may_name_what_was(tmp_path: Path) -> None:
    own = complete("## Scope\n\n[old](../ac-003-old.md)\n", status="retired", related="[AC-003]", assets="[gone]")
    assert told(tmp_path, {PATH: own, **ROWS, **old()}) == []


def test_an_id_that_another_has_as_well_may_be_the_other(tmp_path: Path) -> None:
    own = {PATH: complete(related="[AC-003]"), "sops/ac-003-new.md": complete(id="AC-003")}
    assert told(tmp_path, {**own, **old()}) == []


@pytest.mark.parametrize(
    ("front", "advice"), [("", "name what took its place, or take it out"), ("superseded_by: AC-004\n", "name AC-004")]
)
def test_a_link_to_an_sop_out_of_force(front: str, advice: str, tmp_path: Path) -> None:
    link = "[the old way](../ac-003-old.md#procedure)"
    own = complete(f"## Scope\n\nSee {link} and [another](../ac-004.md), [here](#scope), [gone](gone.md).\n")
    found = told(tmp_path, {PATH: own, **old(f"status: retired\n{front}")})
    assert found == [(PATH, link, f"AC-003 is retired; {advice}", "")]


@pytest.mark.parametrize("key", ["supersedes", "related"])
def test_a_link_to_what_the_front_matter_names_is_no_second_finding(key: str, tmp_path: Path) -> None:
    own = complete("## Scope\n\n[The old way](../ac-003-old.md)\n", **{key: "[AC-003]"})
    assert len(told(tmp_path, {PATH: own, **old()})) == (key == "related")


@pytest.mark.parametrize(
    ("register", "row", "column"),
    [
        ("assets", "- {id: mail, vendor: gone}", "vendor"),
        ("exceptions", "- {id: EXC-001, risk: gone, until: 2026-11-24}", "risk"),
        ("exceptions", "- {id: EXC-001, risk: gone}", "risk"),
        ("exceptions", "- {id: EXC-001, sop: AC-003}", "sop"),
        ("actions", "- {id: ACT-001, sop: AC-003}", "sop"),
    ],
)
def test_a_row_in_force_that_names_what_is_not(register: str, row: str, column: str, tmp_path: Path) -> None:
    path = f"registers/{register}.yaml"
    name = "AC-003" if column == "sop" else "gone"
    [(where, words, message, fix)] = told(tmp_path, {**ROWS, path: f"{row}\n", **old()})
    assert (where, words, fix) == (path, name, "")
    assert message.startswith(f"`{name}` in `{column}` ")
    assert message.endswith("; name what took its place, or end this row")


@pytest.mark.parametrize(
    ("register", "row"),
    [
        ("assets", "- {id: mail, vendor: gone, retired: 2026-01-01}"),
        ("assets", "- {id: mail, vendor: okta}\n- {id: post, vendor: later}"),
        ("exceptions", "- {id: EXC-001, risk: gone, sop: AC-003, until: 2026-11-23}"),
        ("exceptions", "- {id: EXC-001, risk: RSK-001, sop: AC-004}"),
        ("actions", "- {id: ACT-001, sop: AC-003, done: 2026-01-01}"),
        ("actions", "- {id: ACT-001, sop: AC-004}\n- {id: ACT-002}"),
    ],
)
def test_a_row_that_has_ended_or_names_what_is_in_force(register: str, row: str, tmp_path: Path) -> None:
    assert told(tmp_path, {**ROWS, f"registers/{register}.yaml": f"{row}\n", **old()}) == []
