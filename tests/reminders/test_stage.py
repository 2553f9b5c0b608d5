"""On which days a reminder falls due."""

from datetime import date, timedelta

import pytest

from sopkit.reminders.selection import ReminderStage, due_stage, event_stage

DUE = date(2026, 12, 1)
THRESHOLDS = (30, 14, 7, 1, 0)


@pytest.mark.parametrize(
    ("before", "stage"),
    [
        (31, None),
        (30, "due-30"),
        (15, "due-30"),
        (14, "due-14"),
        (1, "due-1"),
        (0, "due-0"),
        (-6, "due-0"),
        (-7, "overdue-1"),
        (-20, "overdue-2"),
    ],
)
def test_last_reminder_of_a_due_day(before: int, stage: str | None) -> None:
    found = due_stage(DUE, DUE - timedelta(days=before), THRESHOLDS)
    assert (found.name if found else None) == stage


def test_daily_runs_remind_on_exactly_these_days() -> None:
    days = [DUE + timedelta(days=number) for number in range(-40, 23)]
    stages = [(day, due_stage(DUE, day, THRESHOLDS)) for day in days]
    fired = [(day - DUE).days for day, stage in stages if stage is not None and stage.day == day]
    assert fired == [-30, -14, -7, -1, 0, 7, 14, 21]


def test_odd_thresholds_and_days_at_the_ends_of_the_calendar() -> None:
    assert due_stage(DUE, DUE, (-3,)) is None
    assert due_stage(date.min, date.min, (30,)) == ReminderStage(date.min, "due-30")
    assert due_stage(date.max, date.max, (10**9,)) == ReminderStage(date.min, f"due-{10**9}")


def test_a_state_that_arose_by_a_change() -> None:
    changed = date(2026, 11, 1)
    days = [changed + timedelta(days=number) for number in range(20)]
    stages = [(day, event_stage("x", changed, day)) for day in days]
    fired = [((day - changed).days, stage.name) for day, stage in stages if stage is not None and stage.day == day]
    assert fired == [(1, "x-0"), (8, "x-1"), (15, "x-2")]
    assert event_stage("x", None, changed) == ReminderStage(changed, "x-0")
