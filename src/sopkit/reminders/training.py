"""Reminders of training: by e-mail each person with their SOPs, elsewhere the numbers of people only."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from urllib.parse import quote

from sopkit import __version__
from sopkit.lifecycle.library_status import LibraryStatus
from sopkit.lifecycle.people import person_name
from sopkit.model.registers import Person
from sopkit.practice.training import Membership, SopTraining, TrainingState, TrainingStatus, training_of
from sopkit.practice.training_records import training_records
from sopkit.reminders.reminder import Recipient, Reminder, RemindOutput, is_address
from sopkit.reminders.selection import ReminderStage, due_stage
from sopkit.tables.escape import one_line

_ASKED = (TrainingState.NEVER, TrainingState.OVERDUE, TrainingState.DUE)  # the weightiest first
_HOW = {
    "read": "sopkit train acknowledge {}",
    "quiz": "sopkit quiz take {}",
    "session": "come to the next session about {}",
    "observe": "have somebody watch you carry out {}",
}
_ROLES_NAMED = 6


@dataclass(frozen=True, slots=True)
class PersonToRemind:
    """Somebody who is to be trained on an SOP, and the reminder that is due."""

    row: TrainingStatus
    stage: ReminderStage


def training_output(
    status: LibraryStatus, sender: str, *, names: bool, since: date | None = None, everything: bool = False
) -> RemindOutput:
    """The reminders that were due after `since` (by default on the day judged only), or all of the people's.

    With `names` each is to one person; else each is about an SOP and states how many people of which role are asked.
    """
    config = status.library.config
    after = status.as_of - timedelta(days=1) if since is None else since
    found: list[Reminder] = []
    for one in training_of(status):
        people = list(_people(status, one, date.min if everything else after))
        found += _personal(status, one, people) if names else _counted(status, one, people)
    return RemindOutput(
        reminders=tuple(sorted(found, key=lambda one: one.marker)),
        as_of=status.as_of,
        head=status.head,
        tool=f"sopkit {__version__}",
        library=one_line(config.library.name),
        thresholds=config.remind.thresholds,
        sender=sender,
    )


def unknown_reason(status: LibraryStatus) -> str:
    """Why nobody can be reminded; empty where the records about people can be read."""
    return training_records(status).unknown if training_of(status) else ""


def _people(status: LibraryStatus, one: SopTraining, after: date) -> Iterator[PersonToRemind]:
    """Who is due, overdue or was never trained, and is to be reminded: first on the day on which they are asked."""
    for row in one.rows:
        if row.state not in _ASKED or row.deadline is None:
            continue
        stage = due_stage(row.deadline, status.as_of, status.library.config.remind.thresholds)
        if stage is None or stage.day < row.since:
            stage = ReminderStage(row.since, "asked")
        if stage.day > after:
            yield PersonToRemind(row, stage)


def _personal(status: LibraryStatus, one: SopTraining, people: Sequence[PersonToRemind]) -> Iterator[Reminder]:
    members = Membership.of(status)
    for each in people:
        person, row = members.people[each.row.person], each.row
        roles = members.roles_of(one.text.roles, row.person, status.as_of)
        titles = ", ".join(status.library.role_title(role) for role in roles)
        asked = f"{person_name(person)} ({titles})"
        to = (_recipient(person, titles),)
        what = f"training is {_when(row.deadline, status.as_of)}"
        yield _reminder(status, one, row, each.stage, (what, _reason(one, row), asked, f":{row.person}"), to)


def _counted(status: LibraryStatus, one: SopTraining, people: Sequence[PersonToRemind]) -> Iterator[Reminder]:
    """One reminder of an SOP, with numbers of people and no name.

    Numbers by role are left out where one person alone has a role: they would point at that person.
    """
    if not people:
        return
    first = min(people, key=lambda each: (each.row.deadline or date.max, each.row.person))
    last = max((each.stage for each in people), key=lambda stage: (stage.day, stage.name))
    members = Membership.of(status)
    by_role: dict[str, Counter[TrainingState]] = {}
    for each in people:
        for role in members.roles_of(one.text.roles, each.row.person, status.as_of):
            by_role.setdefault(role, Counter())[each.row.state] += 1
    if any(len(members.present(role, status.as_of)) == 1 for role in one.text.roles):
        counts = [status.library.role_title(role) for role in sorted(one.text.roles)]
    else:
        counts = [f"{status.library.role_title(role)}: {_count(by_role[role])}" for role in sorted(by_role)]
    rest = [f"and {len(counts) - _ROLES_NAMED} more roles"] if len(counts) > _ROLES_NAMED else []
    total = _count(Counter(each.row.state for each in people))
    what = f"training of {len(people)} {'person' if len(people) == 1 else 'people'} is missing: {total}"
    if len(one.rows) == 1:
        what = "training is missing"
    reason = f"the first deadline is {first.row.deadline}; {one.sop.id} {one.text.label} is trained by {one.method}"
    asked = "; ".join((*counts[:_ROLES_NAMED], *rest))
    yield _reminder(status, one, first.row, last, (what, reason, asked, ""), ())


def _count(states: Counter[TrainingState]) -> str:
    words = {TrainingState.NEVER: "never trained"}
    return ", ".join(f"{states[one]} {words.get(one, one)}" for one in _ASKED if states[one])


def _when(deadline: date | None, day: date) -> str:
    days = (deadline - day).days if deadline else 0
    count = f"{abs(days)} {'day' if abs(days) == 1 else 'days'}"
    if days < 0:
        return f"overdue: it was due by {deadline}, {count} ago"
    return f"due by {deadline}, {f'in {count}' if days else 'today'}"


def _reason(one: SopTraining, row: TrainingStatus) -> str:
    if row.state is TrainingState.NEVER or row.record is None:
        return f"you have not been trained on {one.sop.id} yet"
    return f"your last training was on {row.record.day}, on version {row.record.version}"


def _recipient(person: Person, role: str) -> Recipient:
    email = next((one for one in person.emails if is_address(one)), "")
    return Recipient(one_line(person.key), one_line(person_name(person)), email, one_line(role))


def _reminder(
    status: LibraryStatus,
    one: SopTraining,
    row: TrainingStatus,
    stage: ReminderStage,
    words: tuple[str, str, str, str],
    to: Iterable[Recipient],
) -> Reminder:
    what, reason, asked, suffix = words
    sop, text = one.sop, one.text
    name = quote(f"{sop.id}:training{suffix}", safe="/:").replace("--", "-%2D")
    return Reminder(
        key=f"{one_line(sop.id)}:training",
        id=one_line(sop.id),
        title=one_line(sop.title),
        path=one_line(sop.path),
        area=one_line(sop.text("area")),
        owner=one_line(sop.text("owner")),
        state=str(row.state),
        audience="training",
        due=row.deadline,
        days=(row.deadline - status.as_of).days if row.deadline else None,
        day=stage.day,
        stage=stage.name,
        marker=f"sopkit-reminder:{name}:{row.deadline}:{stage.name}",
        thread=f"sopkit-reminder:{name}",
        what=what,
        reason=one_line(reason),
        change=f"version {one_line(text.label)} has been in force since {text.starts}",
        command=_HOW.get(one.method, _HOW["session"]).format(one_line(sop.id)),
        asked=one_line(asked),
        escalated=False,
        to=tuple(to),
    )
