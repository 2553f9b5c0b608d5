"""Which SOPs are due for a reminder on a date, why, and who receives it."""

import shlex
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from urllib.parse import quote

from sopkit import __version__
from sopkit.library import Library
from sopkit.lifecycle.due import add_duration, is_overdue
from sopkit.lifecycle.people import Roster, person_name, read_roster
from sopkit.lifecycle.stale import find_sop
from sopkit.lifecycle.status import StaleReport, StaleRow
from sopkit.model.config import RemindTable
from sopkit.model.registers import Person
from sopkit.reminders.reminder import Audience, Recipient, Reminder, RemindOutput, is_address
from sopkit.tables.escape import one_line

WEEK = 7


@dataclass(frozen=True, slots=True)
class ReminderStage:
    """A day on which a reminder fell due, and which one it is."""

    day: date
    name: str


def due_stage(due: date, as_of: date, thresholds: Iterable[int]) -> ReminderStage | None:
    """The last reminder of a due day up to `as_of`: so many days before it, then every week after it."""
    weeks = (as_of - due).days // WEEK
    if weeks >= 1:
        return ReminderStage(due + timedelta(weeks=weeks), f"overdue-{weeks}")
    passed = [days for days in thresholds if days >= 0 and due.toordinal() - days <= as_of.toordinal()]
    if not passed:
        return None
    least = min(passed)
    return ReminderStage(date.fromordinal(max(due.toordinal() - least, 1)), f"due-{least}")


def event_stage(name: str, changed: date | None, as_of: date) -> ReminderStage | None:
    """The last reminder up to `as_of` of a state that arose by a change: on the next day, then every week.

    The next day, because a run in the morning has not seen what lands at noon. Without a known day it is every day.
    """
    if changed is None:
        return ReminderStage(as_of, f"{name}-0")
    weeks, _ = divmod((as_of - changed).days - 1, WEEK)
    return ReminderStage(changed + timedelta(days=1, weeks=weeks), f"{name}-{weeks}") if weeks >= 0 else None


@dataclass(frozen=True, slots=True)
class Recipients:
    """The people told, and who they are in words; the words say it as well when there is nobody."""

    recipients: tuple[Recipient, ...]
    words: str
    escalated: bool


def find_recipients(
    row: StaleRow, library: Library, people: Roster, remind: RemindTable, audience: Audience
) -> Recipients:
    """Who is told of a row: the owner, or for an approval each approver role."""
    roles = _approvers(row, library) if audience == "approval" else (row.owner,)
    answering = [people.answering(role) for role in roles]
    words = [f"{one.title}: {one.words}" if one.title else one.words for one in answering]
    found: dict[str, Recipient] = {}
    for one in answering:
        _add_people(found, one.people, one.title if one.holders else f"deputy of {one.title}")
    late = row.due is not None and row.due < people.day and add_duration(row.due, remind.escalate_after) <= people.day
    escalated = late and audience == "review"
    if escalated:
        owner, before = answering[0], set(found)
        _add_people(found, owner.deputies, f"deputy of {owner.title}")
        if owner.reports_to:
            above = people.answering(owner.reports_to)
            _add_people(found, above.people, above.title)
        if more := [f"{one.name} ({one.role})" for key, one in found.items() if key not in before]:
            words.append(f"escalated to {', '.join(more)}")
    return Recipients(tuple(found.values()), one_line("; ".join(words)) or "no approver is named", escalated)


def _add_people(found: dict[str, Recipient], people: Iterable[Person], role: str) -> None:
    for person in people:
        logins = dict(sorted((str(forge), one_line(login)) for forge, login in person.logins.items()))
        email = next((email for email in person.emails if is_address(email)), "")
        recipient = Recipient(one_line(person.key), one_line(person_name(person)), email, one_line(role), logins)
        found.setdefault(person.key, recipient)


def _approvers(row: StaleRow, library: Library) -> tuple[str, ...]:
    """The roles that have not approved the text yet; where nobody knows, all of its own, else those of its area."""
    if row.awaiting:
        return row.awaiting
    sop = find_sop(row, library)
    named = tuple(name for name, _ in sop.texts("approvers")) if sop is not None else ()
    return library.config.approvers(named, row.area)


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
_STATES_WITHOUT_REMINDER = frozenset({"draft", "trial", "retired"})


def remind_output(
    report: StaleReport, library: Library, sender: str, *, since: date | None = None, everything: bool = False
) -> RemindOutput:
    """The selected reminders with what their readers need around them; `sender` is that of e-mails."""
    config = library.config
    return RemindOutput(
        reminders=select_reminders(report, library, config.remind, since=since, everything=everything),
        as_of=report.as_of,
        head=report.head,
        tool=f"sopkit {__version__}",
        library=one_line(config.library.name),
        thresholds=config.remind.thresholds,
        sender=sender,
    )


def select_reminders(
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
        if str(row.state) in _STATES_WITHOUT_REMINDER:
            continue
        key = row.id if row.id and ids[row.id] == 1 else f"{row.id}:{row.path}"
        for stage, audience, kind in _current_stages(row, report.as_of, remind, everything=everything):
            if everything or stage.day > after:
                recipients = find_recipients(row, library, people, remind, audience)
                found.append(_reminder(row, key, stage, audience, kind, recipients))
    return tuple(found)


def _current_stages(
    row: StaleRow, as_of: date, remind: RemindTable, *, everything: bool
) -> Iterator[tuple[ReminderStage, Audience, str]]:
    """For owner and approvers the last reminder that fell due, and the state that it is about: "" is the due day."""
    flags = {str(flag) for flag in (row.state, *row.flags)}
    found: list[tuple[ReminderStage, str]] = []
    if row.due is not None and (due := due_stage(row.due, as_of, remind.thresholds)):
        found.append((due, ""))
    if not is_overdue(row.due, as_of):  # who is late is told so, and the reason says the rest
        kind = next((name for name in EVENTS if name in flags), "")
        if kind and (event := _event_reminder(kind, row, as_of, everything=everything)):
            found.append((event, kind))
    if not found and everything and row.due is not None:
        found.append((ReminderStage(as_of, "ahead"), ""))
    if found:
        stage, kind = max(found, key=lambda pair: pair[0].day)
        yield stage, "review", kind
    if APPROVAL in flags and (event := _event_reminder(APPROVAL, row, as_of, everything=everything)):
        yield event, "approval", APPROVAL


def _event_reminder(kind: str, row: StaleRow, as_of: date, *, everything: bool) -> ReminderStage | None:
    changed = row.watched_changed if kind == WATCHED and row.watched_changed else row.changed
    return event_stage(kind, changed, as_of) or (ReminderStage(as_of, f"{kind}-0") if everything else None)


def _reminder(
    row: StaleRow, key: str, stage: ReminderStage, audience: Audience, kind: str, recipients: Recipients
) -> Reminder:
    # in letters that every format can contain, an HTML comment among them
    name = quote(key.encode("utf-8", "surrogateescape"), safe="/:").replace("--", "-%2D")
    what = _describe_stage(row, kind)
    changed = row.watched_changed if kind == WATCHED and row.watched_changed else row.changed
    anchor = row.due if not kind and row.due else changed
    typed = shlex.quote(one_line(row.id or row.path))
    change = ""  # the last material one: what a reviewer looks at first
    if row.changed is not None:
        people = f" by {', '.join(row.changed_by)}" if row.changed_by else ""
        commit = f" (commit {row.commit[:12]})" if row.commit else ""
        change = f"the text was last changed on {row.changed}{people}{commit}"
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
        change=one_line(change),
        command=command.get(kind, f"sopkit review {typed}"),
        asked=one_line(recipients.words),
        escalated=recipients.escalated,
        to=recipients.recipients,
    )


def _describe_stage(row: StaleRow, kind: str) -> str:
    if kind == APPROVAL:
        return "the text awaits approval"
    if kind:
        return EVENTS[kind]
    days = row.days or 0
    count = f"{abs(days)} {'day' if abs(days) == 1 else 'days'}"
    if days < 0:
        return f"review was due on {row.due}, {count} ago"
    return f"review is due on {row.due}, {f'in {count}' if days else 'today'}"
