"""`sopkit report limits`: what is joined, what contradicts, and what is typed wrongly."""

from collections.abc import Callable

import pytest
from tests.build import PATH, complete
from tests.reports.conftest import Tell

from sopkit.model.finding import Severity
from sopkit.reports.limits import LimitKind, LimitRow

OTHER = "sops/access-control/ac-002-grant-extra-access.md"
LIMITS = "\n  grant: {limit: PT4H, starts: the request, source: contract}"
STEPS = """
## Procedure

1. **Line manager**: Ask for access in Jira within one day.
2. **Asset owner**: Approve the request.
3. **IT operations**: Grant the access within 4 hours of the request.
4. **IT operations**: Close the ticket within 4 hours of the login.
"""


def test_the_example_company(of_acme: Callable[..., None]) -> None:
    of_acme("limits")


def test_the_rows_of_an_sop_whole(tell: Tell) -> None:
    told = tell("limits", {PATH: complete(time_limits=LIMITS)})
    assert told.table.rows == (
        LimitRow(
            *("AC-001", LimitKind.TIME_LIMIT, "grant", "4 hours", 240, "contract", ("3",), "the request", PATH, 22, ""),
            kept="not measured",
        ),
        LimitRow("AC-001", LimitKind.RETENTION, "access-ticket", "3 years", 1577880, "", (), "", PATH, 20, ""),
        LimitRow("AC-001", LimitKind.REVIEW, "", "12 months", 525960, "area", (), "the last review", PATH, 6, ""),
    )
    assert told.findings == ()


def steps_of(tell: Tell, limits: str) -> list[tuple[str, str, tuple[str, ...]]]:
    rows = tell("limits", {PATH: complete(STEPS, time_limits=limits)}).table.rows
    return [(row.name, row.limit, row.steps) for row in rows if row.kind in {LimitKind.TIME_LIMIT, LimitKind.STEP}]  # type: ignore[attr-defined]


def test_a_limit_of_a_step_is_joined_by_its_length_and_then_by_its_words(tell: Tell) -> None:
    limits = "\n  grant: {limit: PT4H, starts: the request}\n  close: {limit: 240 minutes, starts: the login}"
    assert steps_of(tell, limits) == [
        ("grant", "4 hours", ("3",)),
        ("close", "240 minutes", ("4",)),
        ("", "one day", ("1",)),
    ]


def test_a_limit_that_no_step_says_and_those_that_are_not_listed(tell: Tell) -> None:
    assert steps_of(tell, "{archive: P1M}") == [
        ("archive", "1 month", ()),
        ("", "one day", ("1",)),
        ("", "4 hours", ("3",)),
        ("", "4 hours", ("4",)),
    ]


def test_what_two_sops_say_differently_is_a_finding_in_one_and_marked_there(tell: Tell) -> None:
    other = complete(id="AC-002", status="draft", time_limits="\n  grant: {limit: PT8H, starts: the request}")
    told = tell("limits", {PATH: complete(time_limits=LIMITS), OTHER: other})
    [finding] = told.findings
    message = "time limit `grant` is 8 hours here and 4 hours in AC-001; make them one"
    assert (finding.path, finding.place.line, finding.message) == (OTHER, 22, message)
    assert (finding.code, finding.severity) == ("contradicting-limits", Severity.WARNING)
    marked = [(row.sop, row.name, row.contradicts) for row in told.table.rows if row.contradicts]  # type: ignore[attr-defined]
    assert marked == [("AC-002", "grant", "4 hours in AC-001")]


def test_the_register_of_assets_and_a_table_that_differs_from_it(tell: Tell) -> None:
    assets = "- {id: database, title: Database, rpo: PT1H, rto: PT4H}\n- {id: old, rto: PT1H, retired: 2020-01-01}\n"
    table = "## Inputs\n\n| System | RPO |\n| --- | --- |\n| Database | 2 hours |\n| Mail | 1 day |\n"
    told = tell("limits", {PATH: complete(table), "registers/assets.yaml": assets})
    rows = [
        (row.sop, row.kind, row.name, row.limit, row.line, row.contradicts)  # type: ignore[attr-defined]
        for row in told.table.rows
        if row.kind in {LimitKind.RPO, LimitKind.RTO}  # type: ignore[attr-defined]
    ]
    assert rows == [
        ("AC-001", LimitKind.RPO, "database", "2 hours", 46, "1 hour in registers/assets.yaml"),
        ("", LimitKind.RPO, "database", "1 hour", 1, ""),
        ("", LimitKind.RTO, "database", "4 hours", 1, ""),
    ]
    assert [finding.place.line for finding in told.findings] == [46]


@pytest.mark.parametrize("limits", ["[PT4H]", "soon", "{grant: {limit: [PT4H]}}", "{grant: }", "{1: 4h}"])
def test_what_is_typed_wrongly_is_told_as_it_stands(limits: str, tell: Tell) -> None:
    rows = tell("limits", {PATH: complete(time_limits=limits, records="later", review_every="often")}).table.rows
    kinds = [row.kind for row in rows]  # type: ignore[attr-defined]
    assert kinds[-1] is LimitKind.REVIEW
    assert rows[-1].limit == "12 months"  # type: ignore[attr-defined]


def test_no_interval_is_longer_than_the_ceiling_and_a_retired_sop_promises_nothing(tell: Tell) -> None:
    text = complete(criticality="high", review_every="2 years")
    told = tell("limits", {PATH: text, OTHER: complete(id="AC-002", status="retired")})
    assert {row.sop for row in told.table.rows} == {"AC-001"}  # type: ignore[attr-defined]
    assert told.table.rows[-1].limit == "6 months"  # type: ignore[attr-defined]
