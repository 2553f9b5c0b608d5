"""Days on which no review held: the arithmetic against a count day by day, and a row."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st
from tests.lifecycle.ledger import added, approval, review, row
from tests.repository import BEN, CAT, GitRepository

from sopkit.lifecycle.due import count_lapsed_days

DAYS = st.integers(0, 60).map(lambda number: date(2024, 2, 1) + timedelta(days=number))


def day_by_day(first: date, last: date, held: list[tuple[date, date]]) -> int:
    days = (first + timedelta(days=number) for number in range((last - first).days + 1))
    return sum(not any(start <= day <= end for start, end in held) for day in days)


@given(DAYS, DAYS, st.lists(st.tuples(DAYS, DAYS), max_size=6))
def test_it_is_its_definition(first: date, last: date, held: list[tuple[date, date]]) -> None:
    assert count_lapsed_days(first, last, held) == day_by_day(first, last, held)


def test_the_ends_of_the_calendar() -> None:
    assert count_lapsed_days(date.min, date.max, []) == (date.max - date.min).days + 1
    assert count_lapsed_days(date.max, date.max, [(date.min, date.max)]) == 0
    assert count_lapsed_days(date.max, date.max, [(date.min, date.min)]) == 1
    assert count_lapsed_days(date.min, date.max, [(date.max, date.max)]) == (date.max - date.min).days


def test_a_row_counts_the_last_twelve_months(repository: GitRepository) -> None:
    added(repository)
    assert row(repository.root, "2024-02-10").lapsed == 10  # from its landing on, that day included
    repository.commit("2024-03-01", review("2024-02-28"), author=BEN)  # holds from its landing
    repository.commit("2024-03-02", approval(), author=CAT)
    assert [row(repository.root, day).lapsed for day in ("2024-03-01", "2025-01-31", "2025-02-28")] == [29, 29, 1]
    assert [row(repository.root, day).lapsed for day in ("2025-03-01", "2025-03-10", "2027-01-01")] == [1, 10, 365]
    repository.commit("2025-03-11", review("2025-03-11"), author=BEN)
    assert [row(repository.root, day).lapsed for day in ("2025-03-11", "2026-03-10", "2026-03-11")] == [10, 0, 0]
    assert row(repository.root, "2026-03-12").lapsed == 1
