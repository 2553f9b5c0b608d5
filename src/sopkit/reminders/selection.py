"""Which SOPs somebody is reminded of on a day, who that is, and why."""

import shlex
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from urllib.parse import quote

from sopkit.library import Library
from sopkit.lifecycle.people import read_roster
from sopkit.lifecycle.status import StaleReport, StaleRow
from sopkit.model.config import RemindTable
from sopkit.reminders.asked import Asked, asked_of
from sopkit.reminders.reminder import Audience, Reminder
from sopkit.reminders.stage import Stage, due_stage, event_stage
from sopkit.tables.escape import one_line

APPROVAL = "approval-missing"
WATCHED = "watched-code-changed"
EVENTS = {
    "never-reviewed": "it has never been reviewed",
    "changed-since-review": "the text changed after its last review",
    WATCHED: "files that it describes changed after its last review",
    "text-changed-since-claim": "the text changed after its claimed review",
    "claim-after-commit": "its claimed review is later than the commit that claims it",
    "bulk-bump": "its review was claimed together with many others",
}
"""States of the owner that are no matter of the due day, in the order of their weight, with what is said of them."""
_OUT_OF_LIST = frozenset({"draft", "trial", "retired"})


def reminders(
    report: StaleReport,
    library: Library,
    remind: RemindTable,
    *,
    since: date | None = None,
    everything: bool = False,
) -> tuple[Reminder, ...]:
    """The reminders that fell due after `since` (by default on the as-of day only), sorted by SOP.

    With `everything` the days do not matter: all that has a due day or needs something is in it.
    """
    people = read_roster(library, report.as_of)
    after = report.as_of - timedelta(days=1) if since is None else since
    ids = Counter(row.id for row in report.rows)
    found = []
    for row in report.rows:
        if str(row.state) in _OUT_OF_LIST:
            continue
        key = row.id if row.id and ids[row.id] == 1 else f"{row.id}:{row.path}"
        for stage, audience, kind in _stages(row, report.as_of, remind, everything=everything):
            if everything or stage.day > after:
                asked = asked_of(row, library, people, remind, audience)
                found.append(_reminder(row, key, stage, audience, kind, asked))
    return tuple(found)


def _stages(
    row: StaleRow, as_of: date, remind: RemindTable, *, everything: bool
) -> Iterator[tuple[Stage, Audience, str]]:
    """For owner and approvers the last reminder that fell due, and the state that it is about: "" is the due day."""
    flags = {str(flag) for flag in (row.state, *row.flags)}
    found: list[tuple[Stage, str]] = []
    if row.due is not None and (due := due_stage(row.due, as_of, remind.thresholds)):
        found.append((due, ""))
    if row.due is None or row.due >= as_of:  # who is late is told so, and the reason says the rest
        kind = next((name for name in EVENTS if name in flags), "")
        if kind and (event := _event(kind, row, as_of, everything=everything)):
            found.append((event, kind))
    if not found and everything and row.due is not None:
        found.append((Stage(as_of, "ahead"), ""))
    if found:
        stage, kind = max(found, key=lambda pair: pair[0].day)
        yield stage, "review", kind
    if APPROVAL in flags and (event := _event(APPROVAL, row, as_of, everything=everything)):
        yield event, "approval", APPROVAL


def _event(kind: str, row: StaleRow, as_of: date, *, everything: bool) -> Stage | None:
    changed = row.watched_changed if kind == WATCHED and row.watched_changed else row.changed
    return event_stage(kind, changed, as_of) or (Stage(as_of, f"{kind}-0") if everything else None)


def _reminder(row: StaleRow, key: str, stage: Stage, audience: Audience, kind: str, asked: Asked) -> Reminder:
    name, what = _safe(key), _what(row, kind)
    changed = row.watched_changed if kind == WATCHED and row.watched_changed else row.changed
    anchor = row.due if not kind and row.due else changed
    typed = shlex.quote(one_line(row.id or row.path))
    command = {APPROVAL: f"sopkit approve {typed}", WATCHED: f"sopkit review {typed} --watched"}
    return Reminder(
        key=one_line(key),
        id=one_line(row.id),
        title=one_line(row.title),
        path=one_line(row.path),
        area=one_line(row.area),
        owner=one_line(row.owner),
        state=str(row.state),
        audience=audience,
        due=row.due,
        days=row.days,
        day=stage.day,
        stage=stage.name,
        marker=f"sopkit-reminder:{name}:{anchor or 'undated'}:{stage.name}",
        thread=f"sopkit-reminder:{name}:{audience}",
        what=what,
        reason=one_line(row.reason).removeprefix(f"{what}, "),
        change=_change(row),
        command=command.get(kind, f"sopkit review {typed}"),
        asked=one_line(asked.words),
        escalated=asked.escalated,
        to=asked.recipients,
    )


def _what(row: StaleRow, kind: str) -> str:
    if kind == APPROVAL:
        return "the text awaits approval"
    if kind:
        return EVENTS[kind]
    days = row.days or 0
    count = f"{abs(days)} {'day' if abs(days) == 1 else 'days'}"
    if days < 0:
        return f"review was due on {row.due}, {count} ago"
    return f"review is due on {row.due}, {f'in {count}' if days else 'today'}"


def _change(row: StaleRow) -> str:
    """The last material change: what a reviewer looks at first."""
    if row.changed is None:
        return ""
    people = f" by {', '.join(row.changed_by)}" if row.changed_by else ""
    commit = f" (commit {row.commit[:12]})" if row.commit else ""
    return one_line(f"the text was last changed on {row.changed}{people}{commit}")


def _safe(key: str) -> str:
    """The key in letters that stand in every format, an HTML comment among them."""
    return quote(key.encode("utf-8", "surrogateescape"), safe="/:").replace("--", "-%2D")
