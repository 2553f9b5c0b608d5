"""The calendar picture."""

from datetime import date

from tests.reminders.conftest import a_report, a_row

from sopkit.lifecycle.stale import render_due_calendar
from sopkit.lifecycle.status import SopState


def test_overdue_first_then_a_row_a_month_then_later() -> None:
    rows = [
        *(a_row(id=f"AC-{at:03}", due=date(2026, 12, at)) for at in range(1, 5)),
        a_row(id="BK-001", due=date(2026, 11, 24)),
        a_row(id="IH-001", due=date(2026, 11, 23)),
        a_row(id="VM-001", due=date(2027, 10, 31)),
        a_row(id="VM-002", due=date(2027, 11, 1)),
        a_row(id="VM-003", state=SopState.NEVER_REVIEWED),
    ]
    lines = render_due_calendar(a_report(*rows)).splitlines()
    assert lines[:5] == [
        "Reviews due, as of 2026-11-24",
        "overdue    1 #     IH-001",
        "no day     1 #     VM-003",
        "2026-11    1 #     BK-001",
        "2026-12    4 ####  AC-001 AC-002 AC-003 AC-004",
    ]
    assert lines[-2:] == ["2027-10    1 #     VM-001", "later      1 #     VM-002"]
    assert len(lines) == 16


def test_many_ids_in_forty_columns() -> None:
    report = a_report(*(a_row(id=f"AC-{at:03}", due=date(2026, 12, 1)) for at in range(60)))
    lines = render_due_calendar(report, 40).splitlines()
    assert max(map(len, lines)) <= 40
    assert lines[3:7] == [
        "2026-12   60 ########  AC-000 AC-001",
        "                       AC-002 AC-003",
        "                       AC-004 AC-005",
        "                       and 54 more",
    ]


def test_nothing_is_due_and_an_id_that_a_terminal_would_obey() -> None:
    assert render_due_calendar(a_report()).splitlines()[1] == "overdue    0"
    assert "\x1b" not in render_due_calendar(a_report(a_row(id="\x1b[2J", due=date(2026, 12, 1))))


def test_the_last_year_that_dates_know() -> None:
    row = a_row(id="AC-001", due=date(9999, 12, 31))
    lines = render_due_calendar(a_report(row, as_of=date(9999, 12, 1))).splitlines()
    assert lines[2:4] == ["9999-12    1 #  AC-001", "10000-01    0"]
