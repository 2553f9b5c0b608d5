"""SOP011: claimed reviews around the day judged, and every pair of days in the registers."""

from pathlib import Path

import pytest
from tests.build import PATH, complete, library

from sopkit.lint.engine import LintOptions, lint

pytestmark = pytest.mark.slow

CLAIMS = '[front_matter]\nclaims = { reviewed = "checked_on" }\n'
SPANS = [
    ("people", "- {key: ann, from: %s, to: %s}\n"),
    ("people", "- {key: ann, signing_keys: [{key: a}, {key: b, from: %s, to: %s}]}\n"),
    ("roles", "- {id: security-lead, holders: [{person: ann}, {person: ben, from: %s, to: %s}]}\n"),
    ("roles", "- {id: security-lead, deputies: [{person: ben, from: %s, to: %s}]}\n"),
    ("exceptions", "- {id: EXC-001, from: %s, until: %s}\n"),
]


def told(root: Path, files: dict[str, str], config: str = "") -> list[tuple[str, str, str]]:
    given = {PATH: complete(), **files}
    found = lint(library(root, given, config=config), LintOptions(select=("SOP011",))).findings
    return [(one.path, given[one.path][one.place.start : one.place.end], one.message) for one in found]


@pytest.mark.parametrize(
    ("day", "count"),
    [
        ("2026-11-24", 0),
        ("2026-11-25", 1),
        ("2026-11-25T10:00:00.000Z", 1),
        ("20261125", 0),
        ("2027-W02-1", 0),
        ("soon", 0),
    ],
)
def test_a_claimed_review_is_of_the_day_judged_or_before(day: str, count: int, tmp_path: Path) -> None:
    message = "the review of 2026-11-25 is after 2026-11-24, the day judged; write the day on which it was reviewed"
    assert told(tmp_path, {PATH: complete(checked_on=day)}, CLAIMS) == [(PATH, day, message)] * count


def test_only_the_key_that_claims_a_review_is_looked_at(tmp_path: Path) -> None:
    config = '[front_matter]\nclaims = { next = "due_on" }\nextra = ["checked_on"]\n'
    assert told(tmp_path, {PATH: complete(checked_on="2027-01-01", due_on="2027-01-01")}, config) == []


@pytest.mark.parametrize(("name", "row"), SPANS)
def test_a_time_that_ends_before_it_begins(name: str, row: str, tmp_path: Path) -> None:
    path = f"registers/{name}.yaml"
    key = "until" if name == "exceptions" else "to"
    message = f"`{key}` is 2026-01-01, which is before `from`, 2026-01-02; correct one of the two"
    wrong = {path: row % ("2026-01-02", "2026-01-01")}
    assert told(tmp_path / "wrong", wrong) == [(path, "2026-01-01", message)]
    assert told(tmp_path / "day", {path: row % ("2026-01-02", "2026-01-02")}) == []
    assert told(tmp_path / "open", {path: row % ("null", "2026-01-01")}) == []
    assert told(tmp_path / "still", {path: row % ("2026-01-02", "null")}) == []


def test_a_register_with_a_key_twice_is_not_judged(tmp_path: Path) -> None:
    row = "- {key: ann, from: 2026-01-02, to: 2026-01-01}\n"
    assert told(tmp_path, {"registers/people.yaml": f"- {{key: ann}}\n{row}"}) == []
