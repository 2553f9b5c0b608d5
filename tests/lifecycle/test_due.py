"""Due days: the worked cases, and arithmetic against counting months on a calendar."""

from calendar import monthrange
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sopkit.lifecycle.due import add_duration, is_soon, next_due, parse_date
from sopkit.model.durations import Duration


@pytest.mark.parametrize(
    ("day", "length", "expected"),
    [
        ("2024-02-29", "12 months", "2025-02-28"),
        ("2024-01-31", "P1M", "2024-02-29"),
        ("2024-03-01", "1 year", "2025-03-01"),
        ("2024-12-01", "6 weeks", "2025-01-12"),
        ("2024-01-31", "P1M1D", "2024-03-01"),
        ("2024-12-01", "30d", "2024-12-31"),
        ("2024-12-01", "PT4H", "2024-12-01"),
        ("2024-12-01", "PT47H", "2024-12-02"),
        ("2024-12-01", "9999 years", "9999-12-31"),
    ],
)
def test_add(day: str, length: str, expected: str) -> None:
    assert add_duration(date.fromisoformat(day), Duration(length)) == date.fromisoformat(expected)


def test_the_interval_is_never_over_the_ceiling() -> None:
    day = date(2024, 3, 1)
    year, three = Duration("12 months"), Duration("3 years")
    assert next_due(day, three, year) == next_due(day, year, three) == date(2025, 3, 1)


def test_the_earlier_of_two_due_days_counts_where_units_cross() -> None:
    assert next_due(date(2024, 2, 1), Duration("1 month"), Duration("30 days")) == date(2024, 3, 1)
    assert next_due(date(2024, 3, 1), Duration("1 month"), Duration("30 days")) == date(2024, 3, 31)


def test_soon_begins_as_long_before_the_due_day_as_the_notice() -> None:
    due, notice = date(2025, 3, 1), Duration("30 days")
    assert [is_soon(due, day, notice) for day in (date(2025, 1, 29), date(2025, 1, 30), due)] == [False, True, True]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2024-02-29", date(2024, 2, 29)),
        *(
            (text, None)
            for text in ("", "2023-02-29", "2024-2-9", "20240229", "2024-W09-4", "2019-03-2r9", "2024-09-018")
        ),
        ("２０２４-02-29", None),
    ],
)
def test_read_day(text: str, expected: date | None) -> None:
    assert parse_date(text) == expected


def by_counting(day: date, months: int, days: int) -> date:
    """The same day some months on, or the last of a shorter month, then the days one by one."""
    year, month = day.year, day.month
    for _ in range(months):
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    found = date(year, month, min(day.day, monthrange(year, month)[1]))
    for _ in range(days):
        found += timedelta(days=1)
    return found


@given(st.dates(date(1990, 1, 1), date(2100, 1, 1)), st.integers(0, 40), st.integers(0, 70))
def test_add_is_counting(day: date, months: int, days: int) -> None:
    if months or days:
        assert add_duration(day, Duration(f"P{months}M{days}D")) == by_counting(day, months, days)


@given(st.dates(date(1990, 1, 1), date(2100, 1, 1)), st.integers(1, 36), st.integers(1, 36))
def test_a_longer_interval_is_never_due_earlier(day: date, months: int, ceiling: int) -> None:
    due = next_due(day, Duration(f"{months} months"), Duration(f"{ceiling} months"))
    assert day < due == by_counting(day, min(months, ceiling), 0)
