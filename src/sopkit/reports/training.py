"""`sopkit report training`: who is trained on the texts in force, by SOP, role, area or person, and how well."""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, NamedTuple

from sopkit.lifecycle.due import add_duration
from sopkit.lifecycle.library_status import LibraryStatus
from sopkit.model.durations import DateRange
from sopkit.model.errors import SopkitError
from sopkit.model.similarity import nearest
from sopkit.model.training import SMALLEST_GROUP, TrainingResult
from sopkit.practice.landing import practice_of
from sopkit.practice.training import (
    Membership,
    SopTraining,
    TrainingState,
    TrainingStatus,
    share_of,
    training_of,
)
from sopkit.practice.training_records import TrainingRecords, training_records
from sopkit.reports.report import Report, ReportOptions, ReportResult
from sopkit.reports.runs import history_notes, practised_sops
from sopkit.tables.document import ReportTable

GROUPINGS = ("sop", "role", "area", "person")
_YEAR = dt.timedelta(days=365)


@dataclass(frozen=True, slots=True)
class TrainingGroupRow:
    """How an audience stands: that of one SOP, or of all SOPs of a role, an area or a person."""

    group: Annotated[str, "The SOP, role, area or person."]
    title: Annotated[str, "Its title or name."]
    version: Annotated[str, "Of an SOP: the version in force."]
    method: Annotated[str, "Of an SOP: how it is trained."]
    audience: Annotated[int, "How many are asked; of a role, an area or a person each SOP counts."]
    current: Annotated[int, "Trained on the text in force, or on one after which nobody is trained again."]
    due: Annotated[int, "Not trained, and the deadline has not passed."]
    overdue: Annotated[int, "Trained once, and the deadline has passed."]
    never: Annotated[int, "Never trained, and the deadline has passed."]
    exempt: Annotated[int, "Exempt for a time."]
    unknown: Annotated[int, "Not known: the records about people cannot be read."]
    share: Annotated[float | None, "Percent of current + overdue + never that is current; null where nobody is."]
    target: Annotated[int, "Percent that is wanted."]


@dataclass(frozen=True, slots=True)
class PersonTrainingRow:
    """How one person stands with one SOP."""

    person: Annotated[str, "Key of the people register."]
    name: Annotated[str, "Name."]
    sop: Annotated[str, "Id of the SOP."]
    version: Annotated[str, "The version in force."]
    roles: Annotated[tuple[str, ...], "Roles by which the person is in the audience."]
    method: Annotated[str, "How the SOP is trained."]
    state: Annotated[TrainingState, "The state on the day."]
    since: Annotated[dt.date | None, "Day from which the time runs; empty when it is not known."]
    deadline: Annotated[dt.date | None, "Last day in time; empty where there is none."]
    trained: Annotated[dt.date | None, "Date of the record that counts, else of the newest one."]
    trained_on: Annotated[str, "The version of that record."]
    how: Annotated[str, "Its method, and of a quiz the result."]
    proof: Annotated[str, "How it is known."]
    record: Annotated[str, "File of that record."]


@dataclass(frozen=True, slots=True)
class SessionRow:
    """One session or observation that took place."""

    date: Annotated[dt.date, "Date."]
    type: Annotated[str, "session or observe."]
    title: Annotated[str, "What it was called."]
    sops: Annotated[tuple[str, ...], "The SOPs, with their versions."]
    people: Annotated[int, "How many were there."]
    makes_up: Annotated[str, "Of a make-up session: the record of the one that was missed."]
    proof: Annotated[str, "How it is known."]
    record: Annotated[str, "File of the record."]


@dataclass(frozen=True, slots=True)
class JoinerRow:
    """The first training of a person who joined in the period."""

    person: Annotated[str, "Key of the people register."]
    joined: Annotated[dt.date, "First day."]
    asked: Annotated[int, "SOPs that the person is trained on."]
    trained: Annotated[int, "SOPs on which there is a record."]
    late: Annotated[int, "SOPs whose first record came after the time of joiners, or that have none when it passed."]
    first: Annotated[dt.date | None, "Date of the first record."]
    days: Annotated[int | None, "Days from the first day to the first record."]


@dataclass(frozen=True, slots=True)
class QuizRow:
    """How a quiz went, of at least five people."""

    sop: Annotated[str, "Id of the SOP."]
    version: Annotated[str, "The version that they were asked about."]
    people: Annotated[int, "How many took the quiz."]
    passed: Annotated[int, "How many of them passed."]
    first: Annotated[int, "How many passed at the first attempt."]


@dataclass(frozen=True, slots=True)
class QuizQuestionRow:
    """How a question went in a session or an import, of at least five people."""

    date: Annotated[dt.date, "Date of the record."]
    sop: Annotated[str, "Id of the SOP."]
    question: Annotated[str, "Id of the question."]
    answered: Annotated[int, "How many answered it."]
    right: Annotated[int, "How many of them were right."]
    record: Annotated[str, "File of the record."]


class AudiencePlace(NamedTuple):
    """One person in the audience of one SOP."""

    training: SopTraining
    row: TrainingStatus


def training(status: LibraryStatus, options: ReportOptions) -> ReportResult:
    """The states of an SOP or of all, in groups, with sessions, joiners, quizzes and questions."""
    places = find_places(status, sop_id=options.sop, role=options.role)
    records = training_records(status)
    first_year = DateRange(status.as_of - _YEAR, status.as_of)
    period = options.period or first_year
    more = (
        ReportTable("people", "People", PersonTrainingRow, person_rows(status, places), detail=True),
        ReportTable("sessions", "Sessions", SessionRow, tuple(_sessions(records, options.sop, period))),
        ReportTable("joiners", "Joiners", JoinerRow, tuple(_joiners(status, places, records, period))),
        ReportTable("quizzes", "Quizzes", QuizRow, tuple(_quizzes(records, options.sop))),
        ReportTable("questions", "Questions", QuizQuestionRow, tuple(_questions(status, records, options.sop))),
    )
    return ReportResult(
        group_table(status, places, options.by or "sop"),
        more,
        notes=training_notes(status),
        percent=share_of([one.row for one in places]),
    )


def training_notes(status: LibraryStatus) -> tuple[str, ...]:
    """What stands between the records and the states: what cannot be read, and the head of another repository."""
    records, practice = training_records(status), practice_of(status)
    unknown = (f"nobody's training is known: {records.unknown}",) if records.unknown else ()
    heads = (f"people's records: commit {practice.people_head[:12]}",) if practice.people_head else ()
    return (*unknown, *records.faults, *heads, *history_notes(status))


def find_places(
    status: LibraryStatus, *, sop_id: str = "", role: str = "", area: str = "", person: str = ""
) -> tuple[AudiencePlace, ...]:
    """Each person of each audience, narrowed down. Raises SopkitError for what the library does not know."""
    practised_sops(status, sop_id)
    if role and status.library.roles.by_name.get(" ".join(role.casefold().split())) is None and role != "everyone":
        raise _unknown("role", role, [row.key for row in status.library.registers["roles"].rows])
    if area and area not in status.library.config.all_areas:
        raise _unknown("area", area, list(status.library.config.all_areas))
    if person and person not in status.library.registers["people"].by_key:
        raise _unknown("person", person, list(status.library.registers["people"].by_key))
    row = status.library.roles.by_name.get(" ".join(role.casefold().split()))
    role_id = row.key if row is not None else role
    places = (AudiencePlace(one, row) for one in training_of(status) if sop_id in {"", one.sop.id} for row in one.rows)
    members = Membership.of(status)
    return tuple(
        one
        for one in places
        if person in {"", one.row.person}
        and area in {"", one.training.sop.text("area")}
        and (not role or role_id in _roles(status, members, one))
    )


def _roles(status: LibraryStatus, members: Membership, place: AudiencePlace) -> tuple[str, ...]:
    return members.roles_of(place.training.text.roles, place.row.person, status.as_of)


def _unknown(what: str, name: str, known: Sequence[str]) -> SopkitError:
    near = nearest(name, known, 1, 0.5)
    return SopkitError(f"no {what} `{name}`", f"did you mean {near[0]}?" if near else f"known: {', '.join(known)}")


def group_table(status: LibraryStatus, places: Sequence[AudiencePlace], by: str) -> ReportTable:
    """The states in groups, in the order of their names."""
    groups: dict[str, list[AudiencePlace]] = defaultdict(list)
    members = Membership.of(status)
    for place in places:
        if by == "role":
            for name in _roles(status, members, place):
                groups[name].append(place)
        else:
            groups[_group(place, by)].append(place)
    rows = tuple(_group_row(status, name, groups[name], by) for name in sorted(groups))
    states = ("current", "due", "overdue", "never", "exempt")
    seen = ("group", *(("version", "method") if by == "sop" else ()), "title", "audience", *states, "share", "target")
    unknown = ("unknown",) if any(row.unknown for row in rows) else ()
    return ReportTable(
        "rows", "Training", TrainingGroupRow, rows, (*seen, *unknown), empty="no SOP in force has an audience"
    )


def _group(place: AudiencePlace, by: str) -> str:
    if by == "area":
        return place.training.sop.text("area")
    return place.row.person if by == "person" else place.row.sop_id


def _group_row(status: LibraryStatus, name: str, places: Sequence[AudiencePlace], by: str) -> TrainingGroupRow:
    counts = Counter(one.row.state for one in places)
    first = places[0].training
    titles = {
        "sop": first.sop.text("title"),
        "role": status.library.role_title(name),
        "area": getattr(status.library.config.all_areas.get(name), "title", "") or name,
        "person": status.history.organisation.name_of(name),
    }
    return TrainingGroupRow(
        group=name,
        title=titles[by],
        version=first.text.label if by == "sop" else "",
        method=first.method if by == "sop" else "",
        audience=len(places),
        current=counts[TrainingState.CURRENT],
        due=counts[TrainingState.DUE],
        overdue=counts[TrainingState.OVERDUE],
        never=counts[TrainingState.NEVER],
        exempt=counts[TrainingState.EXEMPT],
        unknown=counts[TrainingState.UNKNOWN],
        share=share_of([one.row for one in places]),
        target=status.history.config.training.target,
    )


def person_rows(status: LibraryStatus, places: Sequence[AudiencePlace]) -> tuple[PersonTrainingRow, ...]:
    """Each person and SOP, by key and id."""
    ordered = sorted(places, key=lambda one: (one.row.person, one.row.sop_id))
    members = Membership.of(status)
    return tuple(_person_row(status, one, _roles(status, members, one)) for one in ordered)


def _person_row(status: LibraryStatus, place: AudiencePlace, roles: tuple[str, ...]) -> PersonTrainingRow:
    row, record = place.row, place.row.record
    quiz = {True: ": passed", False: ": not passed", None: ""}[record.passed] if record else ""
    return PersonTrainingRow(
        person=row.person,
        name=status.history.organisation.name_of(row.person),
        sop=row.sop_id,
        version=place.training.text.label,
        roles=roles,
        method=place.training.method,
        state=row.state,
        since=None if row.since == dt.date.min else row.since,
        deadline=row.deadline,
        trained=record.day if record else None,
        trained_on=record.version if record else "",
        how=record.method + quiz if record else "",
        proof=record.proof if record else "",
        record=record.record if record else "",
    )


def _sessions(records: TrainingRecords, sop_id: str, period: DateRange) -> Iterator[SessionRow]:
    for result, session in sorted(records.sessions, key=lambda pair: (pair[1].date, pair[0].file.name)):
        if sop_id not in {"", *(text.id for text in session.sops)} or not period.first <= session.date <= period.last:
            continue
        yield SessionRow(
            date=session.date,
            type=session.type,
            title=session.title,
            sops=tuple(
                f"{one.id} {one.version}".rstrip() + (" (does not count)" if one.id in result.faults else "")
                for one in session.sops
            ),
            people=len(set(session.attendees)),
            makes_up=session.makes_up,
            proof=str(result.proof),
            record=result.file.path,
        )


def _joiners(
    status: LibraryStatus, places: Sequence[AudiencePlace], records: TrainingRecords, period: DateRange
) -> Iterator[JoinerRow]:
    if records.unknown:
        return
    by_person: dict[str, list[AudiencePlace]] = defaultdict(list)
    for place in places:
        by_person[place.row.person].append(place)
    people = Membership.of(status).people
    for key in sorted(by_person):
        joined = people[key].since
        if joined is None or not period.first <= joined <= period.last:
            continue
        firsts = {one.row.sop_id: _first(records, one) for one in by_person[key]}
        days = sorted(day for day in firsts.values() if day is not None)
        yield JoinerRow(
            person=key,
            joined=joined,
            asked=len(firsts),
            trained=len(days),
            late=sum(_is_late(status, one, firsts[one.row.sop_id]) for one in by_person[key]),
            first=days[0] if days else None,
            days=(days[0] - joined).days if days else None,
        )


def _first(records: TrainingRecords, place: AudiencePlace) -> dt.date | None:
    """The day of the first record of a person on an SOP that is none of a quiz that was not passed."""
    days = (one.day for one in records.of(place.row.sop_id, place.row.person) if one.passed is not False)
    return min(days, default=None)


def _is_late(status: LibraryStatus, place: AudiencePlace, first: dt.date | None) -> bool:
    end = add_duration(place.row.since, status.history.config.training.joiners)
    return end < (first or status.as_of) and place.row.state is not TrainingState.EXEMPT


def _quizzes(records: TrainingRecords, sop_id: str) -> Iterator[QuizRow]:
    for one in sorted(records.by_sop):
        if sop_id not in {"", one}:
            continue
        versions: dict[str, dict[str, list[tuple[int, bool]]]] = defaultdict(lambda: defaultdict(list))
        for person, rows in records.by_sop[one].items():
            for record in rows:
                if record.passed is not None:
                    versions[record.version][person].append((record.attempt, record.passed))
        for version, people in versions.items():
            if len(people) >= SMALLEST_GROUP:
                yield QuizRow(
                    sop=one,
                    version=version,
                    people=len(people),
                    passed=sum(any(passed for _, passed in tries) for tries in people.values()),
                    first=sum(min(tries) == (1, True) for tries in people.values()),
                )


def _questions(status: LibraryStatus, records: TrainingRecords, sop_id: str) -> Iterator[QuizQuestionRow]:
    results = () if records.unknown else practice_of(status).counting(TrainingResult)
    found = [
        (one.date, result.file.path, question)
        for result, one in (*records.sessions, *results)
        for question in one.questions
    ]
    for day, path, question in sorted(found, key=lambda one: (one[0], one[1], one[2].sop, one[2].id)):
        if sop_id in {"", question.sop}:
            yield QuizQuestionRow(day, question.sop, question.id, question.answered, question.right, path)


_KINDS: Mapping[str, type] = {
    "rows": TrainingGroupRow,
    "people": PersonTrainingRow,
    "sessions": SessionRow,
    "joiners": JoinerRow,
    "quizzes": QuizRow,
    "questions": QuizQuestionRow,
}

REPORT = Report(
    "training",
    "Who is trained on the texts in force: states by SOP, role, area or person, sessions, joiners and quizzes.",
    training,
    _KINDS,
    takes=("sop", "role", "period"),
    by=GROUPINGS,
    measures=True,
)
