"""Landed time: the worked cases, and every small line of commits against the definition in words."""

from datetime import UTC, date, datetime, timedelta
from itertools import combinations, pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sopkit.git.history import compute_landings, date_of
from sopkit.model.commits import Commit, CommitFlag, CommitLog, Landing
from sopkit.model.errors import SopkitError

TODAY = date(2024, 12, 1)
BACK = CommitFlag.CLOCK_REGRESSION
AHEAD = CommitFlag.FUTURE_DATED


def commit(day: date, author: date | None = None) -> Commit:
    def seconds(moment: date) -> int:
        return int(datetime(moment.year, moment.month, moment.day, 12, tzinfo=UTC).timestamp())

    return Commit("0" * 40, (), "A", "a@x", seconds(author or day), "+0000", "A", "a@x", seconds(day), "+0000")


def landed(*days: date, today: date = TODAY) -> list[tuple[date, tuple[CommitFlag, ...]]]:
    return [(landing.day, landing.flags) for landing in compute_landings([commit(day) for day in days], UTC, today)]


def day(number: int) -> date:
    return date(2024, 1, number)


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        ([1, 2, 2, 5], [(1, ()), (2, ()), (2, ()), (5, ())]),
        ([3, 1, 4], [(3, ()), (3, (BACK,)), (4, ())]),  # the earliest commits are kept, not 1 and 4
        ([1, 9, 2, 3], [(1, ()), (1, (AHEAD,)), (2, ()), (3, ())]),
        ([9, 2, 3], [(2, (AHEAD,)), (2, ()), (3, ())]),
        ([5, 6, 1, 2, 7], [(5, ()), (6, ()), (6, (BACK,)), (6, (BACK,)), (7, ())]),
        ([1], [(1, ())]),
        ([], []),
    ],
)
def test_land(days: list[int], expected: list[tuple[int, tuple[CommitFlag, ...]]]) -> None:
    assert landed(*map(day, days)) == [(day(number), flags) for number, flags in expected]


def test_a_commit_dated_after_today_is_never_part_of_the_run() -> None:
    assert landed(day(1), date(2099, 1, 1), day(3)) == [(day(1), ()), (day(1), (AHEAD,)), (day(3), ())]
    assert landed(day(1), TODAY, TODAY + timedelta(days=1)) == [(day(1), ()), (TODAY, ()), (TODAY, (AHEAD,))]


def test_only_commits_after_today_stop_us() -> None:
    with pytest.raises(SopkitError, match=r"every commit is dated after today \(2024-12-01\)"):
        landed(date(2099, 1, 1))


def test_an_author_date_more_than_thirty_days_before_the_landing_is_flagged() -> None:
    on, before = date(2024, 3, 31), date(2024, 3, 1)
    flags = [landing.flags for landing in compute_landings([commit(on, before), commit(on, day(31))], UTC, TODAY)]
    assert flags == [(), (CommitFlag.AUTHOR_DATE_BACKDATED,)]


def test_the_time_of_a_commit_out_of_the_run_is_that_of_the_one_before() -> None:
    first, second = commit(day(5)), commit(day(2))
    assert compute_landings([first, second], UTC, TODAY)[1] == Landing(day(5), first.committer_time, (BACK,))


def test_days_are_those_of_the_zone_of_the_library() -> None:
    late = int(datetime.fromisoformat("2024-03-01T23:30:00-08:00").timestamp())
    assert date_of(late, UTC) == date(2024, 3, 2)
    assert date_of(late, ZoneInfo("America/Los_Angeles")) == date(2024, 3, 1)


@pytest.mark.parametrize(("time", "expected"), [(10**15, date.max), (-(10**15), date.min)])
def test_a_moment_outside_the_calendar_has_a_day(time: int, expected: date) -> None:
    assert date_of(time, ZoneInfo("Europe/Oslo")) == expected
    assert date_of(time, UTC) == expected
    absurd = Commit("0" * 40, (), "A", "a@x", time, "+0000", "A", "a@x", time, "+0000")
    assert compute_landings([commit(day(1)), absurd], UTC, TODAY)[1].day == day(1)


def test_as_of_is_the_last_commit_landed_by_the_end_of_the_day() -> None:
    commits = tuple(commit(day(number)) for number in (1, 3, 3, 2, 9))
    history = CommitLog(commits, compute_landings(commits, UTC, TODAY))
    assert [history.count_at(day(number)) for number in (1, 2, 3, 8, 9)] == [1, 1, 4, 4, 5]
    assert history.at(day(2)) is commits[0]
    assert history.at(date(2023, 12, 31)) is None


def by_definition(days: list[int], today: int) -> list[tuple[int, str]]:
    """Principle 3 word by word, trying every run."""
    indices = range(len(days))
    runs = [
        run
        for size in range(1, len(days) + 1)
        for run in combinations(indices, size)
        if all(days[i] <= today for i in run) and all(days[a] <= days[b] for a, b in pairwise(run))
    ]
    longest = max(map(len, runs))
    run = min(candidate for candidate in runs if len(candidate) == longest)
    result = []
    for index in indices:
        anchor = max((i for i in run if i <= index), default=run[0])
        flag = "clock-regression" if days[index] < days[anchor] else "future-dated"
        result.append((days[anchor], "" if index in run else flag))
    return result


@given(st.lists(st.integers(1, 8), min_size=1, max_size=9), st.integers(1, 9))
def test_land_is_its_definition(numbers: list[int], today: int) -> None:
    if min(numbers) > today:
        return
    found = landed(*map(day, numbers), today=day(today))
    assert [(moment.day, "".join(flags)) for moment, flags in found] == by_definition(numbers, today)
