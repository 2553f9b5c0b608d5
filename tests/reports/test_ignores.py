"""`sopkit report ignores`: what each ignore takes, what is off, what is known, and what is wrong with an ignore."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from tests.build import PATH, complete, library
from tests.reports.conftest import Tell

from sopkit.lint.baseline import baseline_entries, baseline_text
from sopkit.lint.engine import lint
from sopkit.model.finding import Severity
from sopkit.reports.ignores import BaselineRow, DisabledRuleRow, IgnoreRow

HEDGED = """## Procedure

1. **Line manager**: Ask for access in Jira.
2. **Asset owner**: Approve the request if necessary. <!-- sopkit: ignore {code} -->
3. **IT operations**: Grant the access within 4 hours.
"""
TABLE = '[[lint.ignores]]\npaths = ["sops/**"]\ncode = "{code}"\nreason = "{reason}"\n{more}'


def text(code: str) -> str:
    return complete(HEDGED.format(code=code))


def row(tell: Tell, code: str) -> IgnoreRow:
    [one] = tell("ignores", {PATH: text(code)}).table.rows
    assert isinstance(one, IgnoreRow)
    return one


def test_the_example_company(of_acme: Callable[..., None]) -> None:
    of_acme("ignores")


def test_an_ignore_whole(tell: Tell) -> None:
    one = row(tell, "bare-hedge the vendor's wording")
    assert one == IgnoreRow(
        "SOP207", "bare-hedge", PATH, one.line, 1, None, expired=False, reason="the vendor's wording"
    )


@pytest.mark.parametrize(
    ("typed", "takes", "message"),
    [
        ("SOP207 the vendor's wording", 1, ""),
        ("SOP207", 0, "ignore of SOP207 without a reason does not count; say why behind the code"),
        ("SOP104 a name", 0, "ignore of SOP104 matches nothing; delete it"),
        ("SOP999 a name", None, "ignore of `SOP999`, which is no rule; sopkit explain lists the rules"),
        ("SOP603 reviewed on paper", None, ""),
        ("SOP311 off by default", 0, "ignore of SOP311 matches nothing; delete it"),
    ],
)
def test_what_an_ignore_takes(typed: str, takes: int | None, message: str, tell: Tell) -> None:
    told = tell("ignores", {PATH: text(typed)})
    assert told.table.rows[0].takes == takes  # type: ignore[attr-defined]
    assert [finding.message for finding in told.findings] == ([message] if message else [])
    assert {(finding.path, finding.code, finding.severity) for finding in told.findings} <= {
        (PATH, "idle-ignore", Severity.WARNING)
    }


@pytest.mark.parametrize(
    ("more", "until", "takes", "message"),
    [
        ("", None, 2, ""),
        ("until = 2026-11-24\n", date(2026, 11, 24), 2, ""),
        ("until = 2026-11-23\n", date(2026, 11, 23), 0, "ended on 2026-11-23"),
    ],
)
def test_an_ignore_of_the_configuration(more: str, until: date | None, takes: int, message: str, tell: Tell) -> None:
    other = PATH.replace("001", "002")
    files = {
        name: complete(HEDGED.replace(" <!-- sopkit: ignore {code} -->", ""), id=named)
        for name, named in ((PATH, "AC-001"), (other, "AC-002"))
    }
    told = tell("ignores", files, config=TABLE.format(code="SOP207", reason="old texts", more=more))
    [one] = told.table.rows
    assert one == IgnoreRow("SOP207", "bare-hedge", "sopkit.toml", 1, takes, until, takes == 0, "old texts")
    assert all(message in finding.message for finding in told.findings)
    assert len(told.findings) == bool(message)


def test_one_in_a_register_is_told_too(tell: Tell) -> None:
    policies = "- id: POL-1\n  title: Access # sopkit: ignore SOP104 a name\n"
    [one] = tell("ignores", {PATH: complete(), "registers/policies.yaml": policies}).table.rows
    assert (one.path, one.line) == ("registers/policies.yaml", 2)  # type: ignore[attr-defined]


def test_rules_that_are_off(tell: Tell) -> None:
    config = '[lint]\nignore = ["SOP311"]\n[[lint.paths]]\npaths = ["sops/old/**"]\nignore = ["bare-hedge"]\n'
    told = tell("ignores", {PATH: text("SOP311 long")}, config=config)
    assert told.tables[1].rows == (
        DisabledRuleRow("SOP311", "ambiguous-connective", ()),
        DisabledRuleRow("SOP207", "bare-hedge", ("sops/old/**",)),
    )
    assert told.table.rows[0].takes is None  # type: ignore[attr-defined]


def test_what_the_baseline_knows(tell: Tell, tmp_path: Path) -> None:
    hedged = complete(HEDGED.replace(" <!-- sopkit: ignore {code} -->", ""))
    found = library(tmp_path, {PATH: hedged})
    entries = baseline_entries([one for one in lint(found).findings if one.code == "SOP207"], found.sources)
    config = '[lint]\nbaseline = "known.txt"\n'
    told = tell("ignores", {PATH: hedged, "known.txt": baseline_text(entries)}, config=config)
    assert told.tables[2].rows == (BaselineRow("SOP207", "bare-hedge", 1, 1),)
    assert told.notes == ()


def test_a_baseline_that_is_not_there_is_a_note(tell: Tell) -> None:
    told = tell("ignores", config='[lint]\nbaseline = "known.txt"\n')
    assert told.notes == ("known.txt: no such file",)
