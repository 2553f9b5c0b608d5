"""Who is reminded of what."""

from datetime import date, timedelta

from tests.reminders.conftest import AS_OF, Made, Word, a_row

from sopkit.lifecycle.status import SopState

LATE = a_row(
    due=date(2026, 11, 3), state=SopState.UNPROVEN_OVERDUE, reason="review was due on 2026-11-03, 21 days ago, x"
)


def test_a_reminder_says_all(made: Made) -> None:
    [found] = made(a_row(due=date(2026, 12, 1), reason="review is due on 2026-12-01, in 7 days, 12 months after r1"))
    assert (found.marker, found.thread) == (
        "sopkit-reminder:AC-001:2026-12-01:due-7",
        "sopkit-reminder:AC-001:review",
    )
    assert found.headline == "AC-001: review is due on 2026-12-01, in 7 days"
    assert found.reason == "12 months after r1"
    assert found.change == "the text was last changed on 2026-01-05 by Ann Lee (commit abababababab)"
    assert (found.command, found.asked) == ("sopkit review AC-001", "Security lead: Ann Lee")
    assert [(person.key, person.email, person.role) for person in found.to] == [
        ("ann", "ann@acme.example", "Security lead")
    ]


def test_only_on_the_days_unless_all_or_since(made: Made) -> None:
    row = a_row(due=date(2026, 12, 3))
    assert made(row) == ()
    assert [found.stage for found in made(row, since=date(2026, 11, 18))] == ["due-14"]
    assert made(row, since=date(2026, 11, 19)) == ()
    assert [found.stage for found in made(row, everything=True)] == ["due-14"]
    assert [found.stage for found in made(a_row(due=date(2027, 12, 3)), everything=True)] == ["ahead"]
    assert made(a_row(), everything=True) == ()


def test_weekly_runs_lose_nothing_and_repeat_nothing(made: Made) -> None:
    row = a_row(due=date(2026, 12, 1))
    runs = [date(2026, 10, 28) + timedelta(weeks=week) for week in range(10)]
    found = [one.stage for run in runs for one in made(row, as_of=run, since=run - timedelta(weeks=1))]
    assert found == ["due-30", "due-14", "due-7", "due-0", "overdue-1", "overdue-2", "overdue-3", "overdue-4"]


def test_late_is_escalated_to_deputy_and_superior(made: Made) -> None:
    [found] = made(LATE)
    assert (found.stage, found.escalated) == ("overdue-3", True)
    assert [person.key for person in found.to] == ["ann", "ben", "cat"]
    assert found.asked == "Security lead: Ann Lee; escalated to Ben Roy (deputy of Security lead), Cat Diaz (Boss)"
    [early] = made(a_row(due=date(2026, 11, 17), state=SopState.UNPROVEN_OVERDUE))
    assert (early.stage, early.escalated, [person.key for person in early.to]) == ("overdue-1", False, ["ann"])
    [edge] = made(a_row(due=date(2026, 11, 10), state=SopState.UNPROVEN_OVERDUE))
    assert (edge.stage, edge.escalated) == ("overdue-2", True)


def test_who_left_holds_no_role_and_nobody_is_said(made: Made) -> None:
    due = date(2026, 12, 1)
    rows = [a_row(id=f"AC-00{at}", owner=owner, due=due) for at, owner in enumerate(("left", "void", "none", ""))]
    assert [(found.asked, [person.key for person in found.to]) for found in made(*rows)] == [
        ("Left: nobody on 2026-11-24; deputy Ben Roy", ["ben"]),
        ("Void: nobody on 2026-11-24, and there is no deputy", []),
        ("none: no role `none` in the register of roles", []),
        ("no owner is named", []),
    ]


def test_states_that_are_no_matter_of_dates(made: Made) -> None:
    yesterday = AS_OF - timedelta(days=1)
    rows = [
        a_row(id="AC-001", state=Word("never-reviewed"), changed=yesterday),
        a_row(id="AC-002", state=Word("changed-since-review"), changed=yesterday - timedelta(weeks=2)),
        a_row(id="AC-003", state=Word("watched-code-changed"), changed=yesterday),
        a_row(id="AC-004", state=Word("changed-since-review"), changed=AS_OF),
        a_row(id="AC-005", state=Word("draft"), flags=(Word("never-reviewed"),), changed=yesterday),
    ]
    assert [(found.marker, found.command) for found in made(*rows)] == [
        ("sopkit-reminder:AC-001:2026-11-23:never-reviewed-0", "sopkit review AC-001"),
        ("sopkit-reminder:AC-002:2026-11-09:changed-since-review-2", "sopkit review AC-002"),
        ("sopkit-reminder:AC-003:2026-11-23:watched-code-changed-0", "sopkit review AC-003 --watched"),
    ]


def test_approvers_are_asked_for_approval_beside_the_owner(made: Made) -> None:
    row = a_row(
        path="sops/access-control/ac-001-grant-access.md",
        due=date(2026, 12, 1),
        state=Word("approval-missing"),
        flags=(Word("approval-missing"), Word("due-soon")),
        changed=AS_OF - timedelta(days=8),
    )
    found = made(row)
    assert [(one.audience, one.stage, one.command) for one in found] == [
        ("review", "due-7", "sopkit review AC-001"),
        ("approval", "approval-missing-1", "sopkit approve AC-001"),
    ]
    assert found[1].asked == "security-lead: no role `security-lead` in the register of roles"


def test_two_files_with_one_id_are_two(made: Made) -> None:
    due = date(2026, 12, 1)
    found = made(a_row(path="a.md", due=due), a_row(path="b--.md", due=due))
    assert [one.thread for one in found] == [
        "sopkit-reminder:AC-001:a.md:review",
        "sopkit-reminder:AC-001:b-%2D.md:review",
    ]


def test_a_hostile_id_stays_one_word_of_the_shell(made: Made) -> None:
    [found] = made(a_row(id="$(id)\n--> x", due=date(2026, 12, 1)))
    assert found.command == "sopkit review '$(id) --> x'"
    assert found.marker == "sopkit-reminder:%24%28id%29%0A-%2D%3E%20x:2026-12-01:due-7"
