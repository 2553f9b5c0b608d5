"""How a case stands to a time limit: each sentence of docs/practice.md on limits, with its boundary."""

from collections import Counter
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from sopkit.model.durations import Duration
from sopkit.practice.cases import Case, as_moment
from sopkit.practice.due import last_quarter
from sopkit.practice.limits import LimitState, LimitSummary, Measurement, TimeLimitTerms, measure, summarize

BERLIN = ZoneInfo("Europe/Berlin")
EXPORTED = datetime(2026, 12, 1, 8, tzinfo=UTC)


def case(since: str, until: str, outcome: str = "", judged: date = EXPORTED, started: str = "2026-03-01") -> Case:
    return Case("jira", "T-1", "", started, "", outcome, {"disable": (since, until)}, judged, "record.yaml")


def state(one: Case, limit: str, zone: ZoneInfo = BERLIN) -> LimitState:
    return measure(one, TimeLimitTerms("disable", Duration(limit), "", 95), zone).state


@pytest.mark.parametrize(
    ("since", "until", "limit", "expected"),
    [
        ("2026-03-02T08:00:00Z", "2026-03-02T12:00:00Z", "4 hours", "on time"),  # the due moment is still on time
        ("2026-03-02T08:00:00Z", "2026-03-02T12:00:01Z", "4 hours", "late"),
        ("2026-03-02T09:00:00+01:00", "2026-03-02T12:00:00Z", "4 hours", "on time"),
        # hours have elapsed, also where the clock changes; days are those of the calendar in the library's zone
        ("2026-03-28T11:00:00Z", "2026-03-29T11:00:00Z", "24 hours", "on time"),
        ("2026-03-28T11:00:00Z", "2026-03-29T10:00:00Z", "1 day", "on time"),
        ("2026-03-28T11:00:00Z", "2026-03-29T10:00:01Z", "1 day", "late"),
        ("2026-01-31T11:00:00Z", "2026-02-28T11:00:00Z", "1 month", "on time"),
        ("2026-01-31T11:00:00Z", "2026-02-28T11:00:01Z", "1 month", "late"),
        # days without times: days are counted where the limit is in days, else both ends of the day are tried
        ("2026-03-02", "2026-03-05", "3 days", "on time"),
        ("2026-03-02", "2026-03-06", "3 days", "late"),
        ("2026-03-02", "2026-03-02", "4 hours", "unknown"),
        ("2026-03-02", "2026-03-04", "4 hours", "late"),
        ("2026-03-02", "2026-03-02", "2 days", "on time"),
        ("2026-03-02T08:00:00Z", "2026-03-05", "3 days", "unknown"),
        ("2026-03-02T08:00:00Z", "2026-03-04", "3 days", "on time"),
        ("2026-03-02", "2026-03-02T23:30:00Z", "24 hours", "unknown"),  # 00:30 on the next day in Berlin
        ("2026-03-02T08:00:00Z", "2026-03-02T07:59:59Z", "4 hours", "unknown"),  # the end before the start
        ("2026-03-02", "2026-03-01", "4 days", "unknown"),
        ("", "2026-03-02T08:00:00Z", "4 hours", "unknown"),
        (
            "2026-10-25T02:30:00[Europe/Berlin]",
            "2026-10-25T03:00:00Z",
            "4 hours",
            "unknown",
        ),  # an hour that is there twice
        ("2026-10-25T00:00:00Z", "2026-10-25T02:30:00[Europe/Berlin]", "4 hours", "unknown"),
    ],
)
def test_a_case_with_an_end(since: str, until: str, limit: str, expected: str) -> None:
    assert state(case(since, until), limit) == expected


@pytest.mark.parametrize(
    ("outcome", "judged", "expected"),
    [
        ("", datetime(2026, 3, 2, 12, tzinfo=UTC), "running"),  # due at this moment, which is still on time
        ("", datetime(2026, 3, 2, 12, 0, 1, tzinfo=UTC), "late"),  # open and past due: late, not unknown
        ("", date(2026, 3, 2), "running"),
        ("", date(2026, 3, 3), "late"),
        ("done", EXPORTED, "unknown"),  # done, and nobody knows when
        ("cancelled", EXPORTED, "not measured"),
    ],
)
def test_a_case_without_an_end_is_judged_at_the_time_of_the_export(outcome: str, judged: date, expected: str) -> None:
    assert state(case("2026-03-02T08:00:00Z", "", outcome, judged), "4 hours") == expected


def test_the_month_is_that_of_due_or_of_the_start_where_there_is_no_from() -> None:
    terms = TimeLimitTerms("disable", Duration("4 hours"), "", 95)
    assert measure(case("2026-03-31T21:00:00Z", "2026-04-01T00:00:00Z"), terms, BERLIN).month == "2026-04"
    assert measure(case("", "2026-04-01T00:00:00Z", started="2026-02-27"), terms, BERLIN).month == "2026-02"


def test_the_share_counts_unknown_cases_and_neither_running_nor_cancelled_ones() -> None:
    one = case("", "")
    states = [LimitState.ON_TIME] * 2 + [
        LimitState.LATE,
        LimitState.UNKNOWN,
        LimitState.RUNNING,
        LimitState.NOT_MEASURED,
    ]
    whole, months = summarize(Measurement(one, state, 60.0 * at, "2026-03") for at, state in enumerate(states))
    assert (whole.measured, whole.share, whole.median, whole.worst) == (4, 50.0, 150.0, 300.0)
    assert list(months) == ["2026-03"]
    nothing = LimitSummary(Counter({LimitState.RUNNING: 3}))
    assert (nothing.measured, nothing.share, nothing.median, nothing.worst) == (0, None, None, None)


def test_a_share_is_never_rounded_up() -> None:
    summary = LimitSummary(Counter({LimitState.ON_TIME: 1999, LimitState.LATE: 1}))
    assert summary.share == 99.9


@pytest.mark.parametrize(
    ("day", "quarter"),
    [
        ("2026-12-01", ("2026-07-01", "2026-09-30")),
        ("2026-10-01", ("2026-07-01", "2026-09-30")),
        ("2026-09-30", ("2026-04-01", "2026-06-30")),
        ("2026-02-10", ("2025-10-01", "2025-12-31")),
    ],
)
def test_the_last_full_quarter(day: str, quarter: tuple[str, str]) -> None:
    first, last = last_quarter(date.fromisoformat(day))
    assert (first.isoformat(), last.isoformat()) == quarter


def test_a_cell_is_a_time_a_day_or_nothing() -> None:
    assert as_moment("2026-03-02T09:00:00+01:00") == datetime(2026, 3, 2, 8, tzinfo=UTC)
    assert as_moment("2026-03-02") == date(2026, 3, 2)
    assert (as_moment(""), as_moment("2026-03-02T09:00:00"), as_moment("soon")) == (None, None, None)
