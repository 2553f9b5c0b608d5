"""Who is trained on which SOP: audiences, deadlines and states on the day judged (docs/practice.md)."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from functools import cached_property, lru_cache
from typing import NamedTuple

from sopkit.lifecycle.due import add_duration
from sopkit.lifecycle.ledger import Approval
from sopkit.lifecycle.library_status import LibraryStatus
from sopkit.model.durations import Duration
from sopkit.model.registers import Holder, Period, Person, Role
from sopkit.model.sop import Sop
from sopkit.parsing.roles import EVERYONE
from sopkit.practice.training_records import TrainingRecord, TrainingRecords, training_records

_DAY = timedelta(days=1)
_EVERYBODY = frozenset({"everyone"})


class TrainingState(StrEnum):
    """How a person stands with an SOP, in the order in which they are asked."""

    UNKNOWN = "unknown"
    EXEMPT = "exempt"
    CURRENT = "current"
    DUE = "due"
    OVERDUE = "overdue"
    NEVER = "never"


class ForcedChange(StrEnum):
    """How a text in force differs from the one before."""

    FIRST = "first"
    MAJOR = "major"
    MINOR = "minor"
    EDITORIAL = "editorial"


@dataclass(frozen=True, slots=True)
class ForcedText:
    """A text of an SOP while it was in force, from `starts` to the day before the next one starts."""

    starts: date
    digest: str
    label: str
    change: ForcedChange
    roles: frozenset[str]  # its audience, by id; `everyone` for all


class TrainingStatus(NamedTuple):
    """How one person stands with one SOP.

    `since` is the day from which the time runs, `deadline` the last day that is in time, None where there is none.
    `record` is the newest valid record, else the newest one of all. `is_new` says that the person or the role came
    last, not the text.
    """

    person: str
    sop_id: str
    state: TrainingState
    since: date
    deadline: date | None
    record: TrainingRecord | None
    is_new: bool


@dataclass(frozen=True)
class SopTraining:
    """How the audience of an active SOP with a text in force is trained."""

    sop: Sop
    texts: tuple[ForcedText, ...]  # the last one is in force
    method: str
    refresh: Duration | None
    again_on: str
    rows: tuple[TrainingStatus, ...]  # by key of the person

    @property
    def text(self) -> ForcedText:
        """The text in force."""
        return self.texts[-1]

    def count(self, state: TrainingState) -> int:
        """How many people are in a state."""
        return sum(row.state is state for row in self.rows)

    @property
    def share(self) -> float | None:
        """Percent of the audience that is current, of those who can be judged; None where there is nobody."""
        return share_of(self.rows)


def share_of(rows: Iterable[TrainingStatus]) -> float | None:
    """Percent of rows that are current, of those that are current, overdue or never; None where there are none."""
    states = [row.state for row in rows]
    current = states.count(TrainingState.CURRENT)
    judged = current + states.count(TrainingState.OVERDUE) + states.count(TrainingState.NEVER)
    return round(100 * current / judged, 1) if judged else None


@lru_cache(maxsize=2)
def training_of(status: LibraryStatus) -> tuple[SopTraining, ...]:
    """How the audience of each active SOP with a text in force is trained, in the order of ids."""
    if status.judged is None or not status.keeps_approvals:
        return ()
    members, records = Membership.of(status), training_records(status)
    sops = [sop for sop in status.library.in_order if sop.active and status.approval_in_force(sop) is not None]
    first = {sop.id: sop for sop in reversed(sops)}  # records name an id, so of two files with one id the first
    return tuple(_of_sop(status, sop, members, records) for sop in reversed(first.values()))


def untrained_audiences(status: LibraryStatus) -> tuple[SopTraining, ...]:
    """The SOPs of whose audience too few are trained; none until there is a record of training."""
    if training_records(status).is_empty:
        return ()
    target = status.history.config.training.target
    return tuple(one for one in training_of(status) if one.share is not None and one.share < target)


def _of_sop(status: LibraryStatus, sop: Sop, members: "Membership", records: TrainingRecords) -> SopTraining:
    need = _need(status.text_in_force(sop) or sop)
    config = status.history.config
    again_on = str(need.get("again_on") or config.training.again_on)
    texts = forced_texts(status, sop)
    method = str(need.get("method") or "read")
    terms = _Terms(
        sop.id,
        status.as_of,
        texts,
        method,
        _duration(need.get("refresh")),
        _last_asking(texts, again_on),
        config.practice.grace,
        config.training.joiners,
        records,
    )
    rows = tuple(terms.judge(key, came) for key, came in members.audience(texts, status.as_of))
    return SopTraining(sop, texts, method, terms.refresh, again_on, rows)


def _need(sop: Sop) -> Mapping[str, object]:
    value = sop.front.values.get("training")
    return value if isinstance(value, Mapping) else {}


def _duration(value: object) -> Duration | None:
    try:
        return Duration(str(value).strip()) if value else None
    except ValueError:
        return None


def forced_texts(status: LibraryStatus, sop: Sop) -> tuple[ForcedText, ...]:
    """The texts of an SOP that were in force up to the day judged, the oldest first, by its standing approvals."""
    history = status.history
    past = history.pasts.by_key[sop.id, ""]
    roles = status.library.roles.by_name
    found: list[ForcedText] = []
    newest = 0
    for approval in sorted(history.ledger(sop.id).approved.values(), key=lambda one: (one.starts, one.revision)):
        if approval.starts > status.as_of or approval.revision < newest:
            continue
        newest = approval.revision
        snapshot = history.snapshots[approval.blob]
        names = [name for name in snapshot.audience.split("\n") if name]
        rows = (roles.get(" ".join(name.casefold().split())) for name in names)
        audience = frozenset(row.id for row in rows if isinstance(row, Role))
        if any(name.casefold() in EVERYONE for name in names):
            audience = _EVERYBODY
        if found and found[-1].starts == approval.starts:
            found.pop()
        change = _change(found[-1].label, approval) if found else ForcedChange.FIRST
        digest = past.revisions[approval.revision - 1].digest
        found.append(ForcedText(approval.starts, digest, approval.label, change, audience))
    return tuple(found)


def _change(before: str, approval: Approval) -> ForcedChange:
    if approval.editorial is not None:
        return ForcedChange.EDITORIAL
    old, new = before.partition(".")[0], approval.label.partition(".")[0]
    return ForcedChange.MAJOR if old.isdecimal() and new.isdecimal() and int(new) > int(old) else ForcedChange.MINOR


def _last_asking(texts: tuple[ForcedText, ...], again_on: str) -> int:
    """Index of the last text for which people are trained again."""
    asking = {
        "major": {ForcedChange.FIRST, ForcedChange.MAJOR},
        "minor": {ForcedChange.FIRST, ForcedChange.MAJOR, ForcedChange.MINOR},
    }.get(again_on, {ForcedChange.FIRST})
    return max(index for index, text in enumerate(texts) if text.change in asking)


Span = tuple[date, date]
"""First and last day of a time, both included."""


@dataclass(frozen=True)
class Membership:
    """Who is in which audience, and when, by the registers of roles and people."""

    roles: Mapping[str, Role]
    people: Mapping[str, Person]
    _spans: dict[frozenset[str], dict[str, tuple[Span, ...]]] = field(default_factory=dict)

    @classmethod
    def of(cls, status: LibraryStatus) -> "Membership":
        """By the registers of a library."""
        roles = {row.id: row for row in status.library.roles.by_name.values() if isinstance(row, Role)}
        people = status.library.registers["people"].by_key
        return cls(roles, {key: row for key, row in people.items() if isinstance(row, Person)})

    @cached_property
    def _present(self) -> dict[str, Span]:
        return {key: _span(person) for key, person in sorted(self.people.items()) if not person.bot}

    def spans(self, audience: frozenset[str]) -> Mapping[str, tuple[Span, ...]]:
        """When each person was in an audience, by key; times that touch each other are one."""
        if audience not in self._spans:
            self._spans[audience] = self._find(audience)
        return self._spans[audience]

    def _find(self, audience: frozenset[str]) -> dict[str, tuple[Span, ...]]:
        if audience == _EVERYBODY:
            return {key: (span,) for key, span in self._present.items()}
        found: dict[str, list[Span]] = {}
        for name in audience:
            for holder in self._holders(name):
                there = self._present.get(holder.person)
                first, last = _span(holder)
                if there is not None and max(first, there[0]) <= min(last, there[1]):
                    found.setdefault(holder.person, []).append((max(first, there[0]), min(last, there[1])))
        return {key: _merge(found[key]) for key in sorted(found)}

    def _holders(self, name: str) -> tuple[Holder, ...]:
        role = self.roles.get(name)
        return (*role.holders, *role.deputies) if role else ()

    def present(self, role: str, day: date) -> tuple[str, ...]:
        """Keys of the people of a role, or of everyone, on a day, in order."""
        spans = self.spans(frozenset({role}))
        return tuple(key for key in sorted(spans) if _start(spans[key], day) is not None)

    def roles_of(self, audience: frozenset[str], key: str, day: date) -> tuple[str, ...]:
        """The roles by which a person is in an audience on a day, by id; `everyone` where all are."""
        if audience == _EVERYBODY:
            return tuple(audience)
        spans = ((name, self.spans(frozenset({name})).get(key, ())) for name in sorted(audience))
        return tuple(name for name, times in spans if _start(times, day) is not None)

    def audience(self, texts: tuple[ForcedText, ...], day: date) -> Iterator[tuple[str, date]]:
        """The people in the audience of the last text on a day, each with the first day of the unbroken time in it.

        That is the start of the person or of the role, or a text that took in more roles, whichever came last.
        """
        for key, spans in self.spans(texts[-1].roles).items():
            start = _start(spans, day)
            if start is not None:
                yield key, self._unbroken(key, texts, start)

    def _unbroken(self, key: str, texts: tuple[ForcedText, ...], start: date) -> date:
        for later, text in zip(reversed(texts), reversed(texts[:-1]), strict=False):
            if start > later.starts:
                return start
            if text.roles != later.roles:
                earlier = _start(self.spans(text.roles).get(key, ()), later.starts - _DAY)
                if earlier is None:
                    return later.starts
                start = earlier
        return start


def _span(period: Period) -> Span:
    return period.since or date.min, period.until or date.max


def _merge(spans: list[Span]) -> tuple[Span, ...]:
    merged: list[Span] = []
    for first, last in sorted(spans):
        if merged and (merged[-1][1] == date.max or first <= merged[-1][1] + _DAY):
            merged[-1] = merged[-1][0], max(last, merged[-1][1])
        else:
            merged.append((first, last))
    return tuple(merged)


def _start(spans: tuple[Span, ...], day: date) -> date | None:
    """First day of the time that a day lies in."""
    return next((first for first, last in spans if first <= day <= last), None)


@dataclass(frozen=True)
class _Terms:
    """What the states of one SOP are judged by."""

    sop_id: str
    day: date
    texts: tuple[ForcedText, ...]
    method: str
    refresh: Duration | None
    asking: int  # index of the last text that asks again
    grace: Duration
    joiners: Duration
    records: TrainingRecords

    @cached_property
    def _valid_digests(self) -> frozenset[str]:
        return frozenset(text.digest for text in self.texts[self.asking :])

    @cached_property
    def _counting_digests(self) -> frozenset[str]:
        return frozenset(text.digest for text in self.texts)

    @cached_property
    def _by_person(self) -> Mapping[str, tuple[TrainingRecord, ...]]:
        return self.records.by_sop.get(self.sop_id, {})

    @cached_property
    def _deadlines(self) -> tuple[date, date]:
        """The last day in time for those who were there when the last text asked."""
        asked = self.texts[self.asking].starts
        return asked, add_duration(asked, self.grace)

    def judge(self, key: str, came: date) -> TrainingStatus:
        """The state of a person who came into the audience on a day."""
        asked, deadline = self._deadlines
        is_new = came > asked
        since = came if is_new else asked
        if is_new:
            deadline = add_duration(came, self.joiners)
        if self.records.unknown:
            return TrainingStatus(key, self.sop_id, TrainingState.UNKNOWN, since, None, None, is_new)
        records = [one for one in self._by_person.get(key, ()) if one.digest in self._counting_digests]
        valid = next((one for one in reversed(records) if self._is_valid(one)), None)
        record = valid or (records[-1] if records else None)
        exemptions = self.records.exemptions
        if exemptions and any(one.date <= self.day <= one.until for one in exemptions.get((self.sop_id, key), ())):
            return TrainingStatus(key, self.sop_id, TrainingState.EXEMPT, since, None, record, is_new)
        if valid is not None:
            end = add_duration(valid.day, self.refresh) if self.refresh else None
            if end is None or self.day <= end:
                return TrainingStatus(key, self.sop_id, TrainingState.CURRENT, since, end, valid, is_new)
            return TrainingStatus(key, self.sop_id, TrainingState.OVERDUE, since, end, valid, is_new)
        late = TrainingState.OVERDUE if records else TrainingState.NEVER
        state = TrainingState.DUE if self.day <= deadline else late
        return TrainingStatus(key, self.sop_id, state, since, deadline, record, is_new)

    def _is_valid(self, record: TrainingRecord) -> bool:
        return record.digest in self._valid_digests and satisfies(record, self.method)


def satisfies(record: TrainingRecord, method: str) -> bool:
    """Whether a record is of the kind that an SOP asks for; a quiz that was not passed never is."""
    if record.passed is False:
        return False
    return method in {"read", record.method}
