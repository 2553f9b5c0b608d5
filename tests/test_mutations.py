"""One damaged line of the example gives one finding, of the right rule in the right line."""

from collections import Counter
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from sopkit.data import shipped_folder
from sopkit.library import Library, load
from sopkit.lint.engine import LintOptions, lint
from sopkit.lint.rules import all_rules
from sopkit.lint.select import Profile
from sopkit.model.source import Source
from sopkit.parsing.register import read_register

AS_OF = date(2026, 11, 24)
OPTIONS = LintOptions(profile=Profile.AUDIT, tree_only=True)
TABLE: list[dict[str, Any]] = [
    row
    for file in sorted((Path(__file__).parent / "mutations").glob("*.yaml"))
    for row in yaml.safe_load(file.read_bytes())
]
ACTIONS = ("delete", "replace", "duplicate", "insert")
OUT_OF_REACH = {"SOP105", "SOP201", "SOP224", "SOP407", "SOP703"}

TOGETHER = {
    ("SOP506",),  # each link to a step that is lost
    ("SOP401",),  # each claim under the key of a framework that is lost
    ("SOP202", "SOP216"),  # a lost step whose parts now belong to the step before it
    ("SOP216", "SOP225"),
    ("SOP225", "SOP302"),  # the only step of a role is lost, and a number is missing
    ("SOP302", "SOP506"),
}
"""Codes that one lost or doubled line rightly gives together."""


@cache
def acme() -> Library:
    return load(shipped_folder("examples") / "acme", AS_OF)


def path_of(name: str) -> str:
    return acme().by_id[name][0].path if name in acme().by_id else f"registers/{name}.yaml"


def action_of(row: dict[str, Any]) -> str:
    return next(action for action in ACTIONS if action in row)


def damaged(row: dict[str, Any]) -> bytes:
    lines = acme().sources[path_of(row["file"])].data.decode().splitlines(keepends=True)
    action = action_of(row)
    part = row["above"] if action == "insert" else row[action]
    hits = [index for index, line in enumerate(lines) if part in line]
    assert len(hits) == 1, f"`{part}` is in {len(hits)} lines"
    [at] = hits
    new = {
        "delete": [],
        "replace": [lines[at].replace(part, row.get("by", ""))],
        "duplicate": [lines[at]] * 2,
        "insert": [f"{row.get('insert')}\n", lines[at]],
    }[action]
    return "".join([*lines[:at], *new, *lines[at + 1 :]]).encode()


def with_text(path: str, data: bytes) -> Library:
    if not path.startswith("registers/"):
        return acme().with_texts({path: data})
    registers = type(acme().registers)(acme().root)  # type: ignore[call-arg] - its own kind of mapping
    registers.update({register.name: register for register in acme().registers.values()})  # type: ignore[attr-defined]
    name = Path(path).stem
    registers[name] = read_register(name, path, data)  # type: ignore[index]
    return replace(acme(), registers=registers)


def title(row: dict[str, Any]) -> str:
    return f"{row['code']}-{row['file']}-{action_of(row)}"


def test_the_example_is_clean() -> None:
    assert lint(acme(), OPTIONS).findings == ()


@pytest.mark.slow
@pytest.mark.parametrize("row", TABLE, ids=title)
def test_a_damaged_line_gives_one_finding_there(row: dict[str, Any]) -> None:
    data = damaged(row)
    library = with_text(path_of(row["file"]), data)
    findings = lint(library, OPTIONS).findings
    assert [(finding.code, finding.path) for finding in findings] == [
        (row["code"], path_of(row.get("in", row["file"])))
    ], findings
    [finding] = findings
    text = library.sources[finding.path]
    if "line" in row:
        assert finding.place.line == row["line"]
    if "at" in row:
        here = [number for number in lines_of(text) if row["at"] in text.line_text(number)]
        assert finding.place.line in here
        assert "line" in row or len(here) == 1


def lines_of(source: Source) -> range:
    return range(1, len(source.line_starts) + 1)


def test_the_table_covers_rules_files_and_deletions() -> None:
    actions = Counter(action_of(row) for row in TABLE)
    assert len(TABLE) >= 40
    assert actions["delete"] * 2 >= len(TABLE)
    assert set(actions) == set(ACTIONS)
    told_by_a_tree = [rule for rule in all_rules().values() if not rule.code.startswith(("SOP6", "SOP8"))]
    judged = {rule.code for rule in told_by_a_tree if rule.default}
    assert {row["code"] for row in TABLE} == judged - OUT_OF_REACH
    assert {row["file"] for row in TABLE} >= set(acme().by_id)
    assert len({row["file"] for row in TABLE} - set(acme().by_id)) >= 6


@pytest.mark.slow
@pytest.mark.parametrize("times", [0, 2], ids=["lost", "doubled"])
@pytest.mark.parametrize("name", sorted(acme().by_id))
def test_any_line_lost_or_doubled_in_an_sop_is_one_finding_in_it_at_most(name: str, times: int) -> None:
    several = {}
    [sop] = acme().by_id[name]
    options = replace(OPTIONS, paths=(sop.path,))
    lines = sop.source.data.splitlines(keepends=True)
    for at, line in list(enumerate(lines))[:: 6 + 6 * times]:  # every sixth lost line and every eighteenth doubled one
        data = b"".join([*lines[:at], *[line] * times, *lines[at + 1 :]])
        findings = lint(acme().with_texts({sop.path: data}), options).findings
        codes = tuple(sorted({finding.code for finding in findings}))
        if len(findings) > 1 and codes not in TOGETHER:
            several[at + 1] = [(finding.code, finding.place.line) for finding in findings]
    assert several == {}
