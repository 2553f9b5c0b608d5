"""The training plan of a year: a session per quarter and role, what it is about and why, and what took place."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, NamedTuple

from sopkit.lifecycle.library_status import LibraryStatus
from sopkit.model.durations import DateRange, quarter_name, quarter_range
from sopkit.model.errors import SopkitError
from sopkit.model.practice import Run
from sopkit.model.similarity import nearest
from sopkit.practice.due import PracticeState, practice_states
from sopkit.practice.landing import practice_of
from sopkit.practice.situations import Situation, quiz_of, situations_of
from sopkit.practice.training import ForcedChange, Membership, SopTraining, TrainingState, TrainingStatus, training_of
from sopkit.practice.training_records import TrainingRecords, question_sums, training_records
from sopkit.reports.training.states import training_notes
from sopkit.tables.document import Document, DocumentType, ReportTable

MAX_SOPS = 3
"""SOPs of a session: more are not remembered after 20 minutes."""
QUARTERS = (1, 2, 3, 4)
_YEAR = dt.timedelta(days=365)
_LATE = frozenset({TrainingState.DUE, TrainingState.OVERDUE, TrainingState.NEVER})
_SESSIONS = frozenset({"session", "observe"})


@dataclass(frozen=True, slots=True)
class PlanRow:
    """A session of 20 minutes for one role in one quarter."""

    quarter: Annotated[str, "The quarter, as 2027-Q1."]
    role: Annotated[str, "Id of the role, or `everyone`."]
    title: Annotated[str, "Its title."]
    people: Annotated[int, "How many hold it or deputise for it."]
    sops: Annotated[tuple[str, ...], "The SOPs, with the versions in force; at most three."]
    why: Annotated[tuple[str, ...], "Why each of them, in words."]
    agenda: Annotated[tuple[str, ...], "What to do in which minutes."]
    state: Annotated[str, "planned, held, partly held, or not held; not known without the records about people."]
    done: Annotated[tuple[str, ...], "Of a quarter that began: which share of the people was at a session on each SOP."]


class PlanTopic(NamedTuple):
    """An SOP that a session may be about, how much speaks for it, and the reasons in words."""

    training: SopTraining
    rows: tuple[TrainingStatus, ...]  # of the people of the role
    weight: int
    is_urgent: bool
    reasons: tuple[str, ...]

    @property
    def key(self) -> tuple[int, str]:
        """By weight, then by id."""
        return -self.weight, self.training.sop.id

    @property
    def name(self) -> str:
        """Id and version."""
        return f"{self.training.sop.id} {self.training.text.label}".rstrip()


class PlanSession(NamedTuple):
    """What one session is about, and which SOPs of the role wait for a later one."""

    topics: tuple[PlanTopic, ...]
    waiting: tuple[str, ...]


class TrainingPlan:
    """The plan of a year, quarter by quarter in their order: each knows what the earlier ones were about."""

    def __init__(self, year: int, role: str = "") -> None:
        self.year, self.role = year, role
        self.rows: list[PlanRow] = []
        self.sessions: dict[tuple[int, str], PlanSession] = {}
        self._empty: set[str] = set()  # roles that nobody holds
        self._last: dict[tuple[str, str], int] = {}  # the quarter in which a role last had an SOP

    def add_quarter(self, quarter: int, status: LibraryStatus, today: LibraryStatus) -> None:
        """Plan a quarter by the library on its first day, or today where that is yet to come; count what was held.

        A role that has come into an audience since the quarter began is planned by the library of today.
        """
        self._add_roles(quarter, status, today)
        if status is not today and today.as_of <= quarter_range(self.year, quarter).last:
            self._add_roles(quarter, today, today)
        self.rows.sort(key=lambda row: (row.quarter, row.role == "everyone", row.role))

    def _add_roles(self, quarter: int, status: LibraryStatus, today: LibraryStatus) -> None:
        roles = _roles_of(status)
        role = self._known_role(today, roles) if self.role else ""
        reasons = _Reasons(status, quarter_range(self.year, quarter))
        for name in sorted(roles):
            if role in {"", name} and (quarter, name) not in self.sessions:
                topics = sorted((reasons.topic(name, one) for one in roles[name]), key=lambda one: one.key)
                if not any(one.rows for one in topics):
                    self._empty.add(name)
                    continue
                session = self._choose(quarter, name, topics)
                self.sessions[quarter, name] = session
                self.rows.append(_plan_row(self.year, quarter, name, session, status, today))

    def _known_role(self, today: LibraryStatus, roles: Mapping[str, object]) -> str:
        row = today.library.role(self.role)
        name = row.id if row is not None else self.role
        if row is None and name != "everyone":
            near = nearest(name, [one.key for one in today.library.roles.rows], 1, 0.5)
            known = ", ".join(sorted(roles)) or "no role is in an audience"
            raise SopkitError(f"no role `{name}`", f"did you mean {near[0]}?" if near else f"known: {known}")
        return name

    def _choose(self, quarter: int, role: str, topics: Sequence[PlanTopic]) -> PlanSession:
        fresh = [one for one in topics if (role, one.training.sop.id) not in self._last]
        share = -(-len(fresh) // (5 - quarter))
        count = max(1, min(MAX_SOPS, max(share, sum(one.is_urgent for one in fresh))))
        chosen = fresh[:count]
        if not chosen:
            again = min(topics, key=lambda one: (self._last[role, one.training.sop.id], one.key))
            words = (*again.reasons, "again, because every SOP of the role has had its session this year")
            chosen = [again._replace(reasons=words)]
        self._last |= {(role, one.training.sop.id): quarter for one in chosen}
        return PlanSession(tuple(chosen), tuple(one.training.sop.id for one in fresh[count:]))

    @property
    def notes(self) -> tuple[str, ...]:
        """The SOPs that have no session in the year, by role."""
        rest = {role: one.waiting for (quarter, role), one in self.sessions.items() if quarter == max(QUARTERS)}
        empty = (
            f"{role}: nobody holds it, so there is no session"
            for role in sorted(self._empty - {name for _, name in self.sessions})
        )
        full = (f"{role}: no session in {self.year} has room for {', '.join(ids)}" for role, ids in rest.items() if ids)
        return (*empty, *full)


def _roles_of(status: LibraryStatus) -> dict[str, list[SopTraining]]:
    """The SOPs that each role is trained on by the texts in force; `everyone` is a role too."""
    found: dict[str, list[SopTraining]] = {}
    for one in training_of(status):
        for role in one.text.roles:
            found.setdefault(role, []).append(one)
    return found


class _Reasons:
    """Why a role should have a session about an SOP, by the library on a day."""

    def __init__(self, status: LibraryStatus, days: DateRange) -> None:
        self.status, self.days = status, days
        self.records = training_records(status)
        self.practice: dict[str, PracticeState] = {one.sop.id: one for one in practice_states(status)}
        self.members = Membership.of(status)

    def topic(self, role: str, one: SopTraining) -> PlanTopic:
        """An SOP with all that speaks for it, the weightiest first."""
        here = self.members.present(role, self.status.as_of)
        rows = tuple(row for row in one.rows if row.person in here)
        found = [
            *self._people(rows),
            *self._changes(one, rows),
            *self._criticality(one),
            *self._limits(one),
            *self._deviations(one),
            *self._questions(one),
        ]
        found.sort(key=lambda pair: -pair[0])
        weight = sum(pair[0] for pair in found)
        is_urgent = any(pair[0] >= _URGENT for pair in found)
        reasons = tuple(words for _, words in found) or ("in its turn",)
        return PlanTopic(one, rows, weight, is_urgent, reasons)

    def _people(self, rows: Sequence[TrainingStatus]) -> Iterator[tuple[int, str]]:
        if self.records.unknown or not rows:
            return
        if not any(row.record for row in rows):
            yield 50, f"never trained: nobody of {len(rows)}" if len(rows) > 1 else "never trained"
            return
        late = sum(row.state in _LATE for row in rows)
        soon = sum(
            row.state is TrainingState.CURRENT and row.deadline is not None and row.deadline <= self.days.last
            for row in rows
        )
        if late:
            yield 40 * late // len(rows) + 10, f"{late} of {len(rows)} people due or overdue"
        if soon:
            yield 20 * soon // len(rows) + 5, f"{soon} of {len(rows)} people due again by {self.days.last}"

    def _changes(self, one: SopTraining, rows: Sequence[TrainingStatus]) -> Iterator[tuple[int, str]]:
        last = self._last_session(one, frozenset(row.person for row in rows))
        newer = [text for text in one.texts if last is not None and text.starts > last]
        for change, weight in ((ForcedChange.MAJOR, 45), (ForcedChange.MINOR, 15)):
            if changed := [text for text in newer if text.change is change]:
                text = changed[-1]
                yield weight, f"{change} change since the last session ({text.label}, in force from {text.starts})"
                return

    def _last_session(self, one: SopTraining, people: frozenset[str]) -> dt.date | None:
        by_person = self.records.by_sop.get(one.sop.id, {})
        days = (record.day for key in people for record in by_person.get(key, ()) if record.method in _SESSIONS)
        return max(days, default=None)

    def _criticality(self, one: SopTraining) -> Iterator[tuple[int, str]]:
        text = self.status.text_in_force(one.sop) or one.sop
        weight = {"high": 20, "medium": 8}.get(text.text("criticality"))
        if weight:
            yield weight, f"{text.text('criticality')} criticality"

    def _limits(self, one: SopTraining) -> Iterator[tuple[int, str]]:
        state = self.practice.get(one.sop.id)
        for limit in state.missed if state else ():
            share = limit.quarter.share
            yield 12, f"time limit {limit.terms.id} kept in {share:g} % of the cases (target {limit.terms.target} %)"

    def _deviations(self, one: SopTraining) -> Iterator[tuple[int, str]]:
        if count := len(list(deviations_of(self.status, one.sop.id))):
            yield min(4 + 2 * count, 14), f"{count} deviation{'s' * (count > 1)} in runs of the last 12 months"

    def _questions(self, one: SopTraining) -> Iterator[tuple[int, str]]:
        for name, (right, answered) in failing_questions(self.status, one.sop.id).items():
            yield 12, f"question {name} fails: {right} of {answered} right"


_URGENT = 40
"""The weight from which a reason does not wait for the turn of its SOP."""


def deviations_of(status: LibraryStatus, sop_id: str) -> Iterator[tuple[dt.date, str, str]]:
    """Day, step and words of what runs of the last 12 months did otherwise than the text, the newest first."""
    runs = [run for _, run in practice_of(status).counting(Run, sop_id) if run.date > status.as_of - _YEAR]
    for run in sorted(runs, key=lambda one: one.date, reverse=True):
        for one in run.deviations:
            yield run.date, one.step, one.what


def failing_questions(status: LibraryStatus, sop_id: str) -> dict[str, tuple[int, int]]:
    """The questions that fewer people than the pass mark answered rightly: how many of how many, in their last sum."""
    last = {one.id: one for _, _, one in question_sums(status) if one.sop == sop_id}
    mark = status.history.config.training.pass_mark
    return {
        name: (one.right, one.answered) for name, one in sorted(last.items()) if 100 * one.right < mark * one.answered
    }


def _plan_row(
    year: int, quarter: int, role: str, session: PlanSession, status: LibraryStatus, today: LibraryStatus
) -> PlanRow:
    topics = session.topics
    state, done = _held(quarter_range(year, quarter), topics, today)
    return PlanRow(
        quarter=quarter_name(year, quarter),
        role=role,
        title=status.library.role_title(role),
        people=max(len(one.rows) for one in topics),
        sops=tuple(one.name for one in topics),
        why=tuple(f"{one.training.sop.id}: {', '.join(one.reasons)}" for one in topics),
        agenda=session_agenda(topics, status),
        state=state,
        done=done,
    )


def session_agenda(topics: Sequence[PlanTopic], status: LibraryStatus) -> tuple[str, ...]:
    """What a session of 20 minutes does in which minutes."""
    ids = ", ".join(one.training.sop.id for one in topics)
    return (
        f"2 min: why {ids}: {topics[0].reasons[0]}",
        f"8 min: what changed, and the steps: {'; '.join(_steps_line(one, status) for one in topics)}",
        f"8 min: discuss: {_discussion_case(topics, status)}",
        "2 min: sign the sheet",
    )


def _steps_line(one: PlanTopic, status: LibraryStatus) -> str:
    text = one.training.text
    steps = sum(1 for _ in (status.text_in_force(one.training.sop) or one.training.sop).body.steps)
    change = "first version" if text.change is ForcedChange.FIRST else f"{text.change} change"
    return f"{one.name} ({change} of {text.starts}, {steps} steps)"


def _discussion_case(topics: Sequence[PlanTopic], status: LibraryStatus) -> str:
    """A question that fails, else a deviation of a run, else a question of the quiz or a decision of the text."""
    for one in topics:
        if case := _failing_case(one, status) or _deviation_case(one, status):
            return case
    found: list[Situation] = []
    for one in topics:
        text = status.text_in_force(one.training.sop) or one.training.sop
        found += situations_of(text, status.library, one.training.text.label)[:1]
        text.forget_body()
    if not found:
        return "what was hardest in the last case, and what would have helped"
    first = next((one for one in found if one.is_quiz), found[0])
    step = f" step {first.step}" if first.step else ""
    return f"{first.question} ({first.sop_id}{step})"


def _failing_case(one: PlanTopic, status: LibraryStatus) -> str:
    quiz = quiz_of(status.library, one.training.sop.id, one.training.text.label)
    failing = failing_questions(status, one.training.sop.id)
    stems = [" ".join(item.stem.split()) for item in (quiz.questions if quiz else ()) if item.id in failing]
    return f"{stems[0]} ({one.training.sop.id})" if stems else ""


def _deviation_case(one: PlanTopic, status: LibraryStatus) -> str:
    for day, step, what in deviations_of(status, one.training.sop.id):
        place = f"{one.training.sop.id}{f' step {step}' if step else ''}"
        return f'on {day} a run did this instead of {place}: "{" ".join(what.split())}". What should have been done?'
    return ""


def _held(days: DateRange, topics: Sequence[PlanTopic], today: LibraryStatus) -> tuple[str, tuple[str, ...]]:
    """The state of a session by what was held in its quarter, and for which share of the people on each SOP."""
    if today.as_of < days.first:
        return "planned", ()
    records = training_records(today)
    if records.unknown:
        return "not known", ()
    shares = [_share(one, days, records) for one in topics]
    done = tuple(
        f"{one.training.sop.id}: {there} of {of} people" for one, (there, of) in zip(topics, shares, strict=True)
    )
    if all(there for there, _ in shares):
        return "held", done
    if any(there for there, _ in shares):
        return "partly held", done
    return "planned" if today.as_of <= days.last else "not held", done


def _share(one: PlanTopic, days: DateRange, records: TrainingRecords) -> tuple[int, int]:
    there = sum(
        any(
            record.method in _SESSIONS and days.first <= record.day <= days.last
            for record in records.of(one.training.sop.id, row.person)
        )
        for row in one.rows
    )
    return there, len(one.rows)


PLAN = DocumentType(
    "train-plan",
    "sopkit train plan",
    "A session per quarter and role with its SOPs, the reasons, an agenda, and what took place.",
    {"rows": PlanRow},
)
"""The published document."""


def plan_document(plan: TrainingPlan, today: LibraryStatus) -> Document:
    """The plan with all its notes."""
    columns = ("quarter", "role", "people", "sops", "state", "done", "why", "agenda")
    table = ReportTable(
        "rows", "Sessions", PlanRow, tuple(plan.rows), columns, empty="no SOP in force has an audience to plan for"
    )
    commit = today.commit.oid if today.commit else ""
    notes = (*today.notes, *training_notes(today), *plan.notes)
    title, name = f"Training plan {plan.year}", today.library.config.library.name
    return Document(PLAN, title, today.head, today.as_of, (table,), notes, library=name, commit=commit)
