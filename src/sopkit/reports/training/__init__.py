"""`sopkit report training`: who is trained on the texts in force, by SOP, role, area or person, and how well."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated

from sopkit.lifecycle.due import add_duration
from sopkit.lifecycle.library_status import LibraryStatus
from sopkit.model.durations import DateRange
from sopkit.model.training import SMALLEST_GROUP
from sopkit.practice.training import (
    Membership,
    TrainingState,
    share_of,
)
from sopkit.practice.training_records import TrainingRecords, question_sums, training_records
from sopkit.reports.report import Report, ReportOptions, ReportResult
from sopkit.reports.training.states import (
    GROUPINGS,
    AudiencePlace,
    PersonTrainingRow,
    TrainingGroupRow,
    find_places,
    group_table,
    person_rows,
    training_notes,
)
from sopkit.tables.document import ReportTable

_YEAR = dt.timedelta(days=365)


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
        ReportTable("questions", "Questions", QuizQuestionRow, tuple(_questions(status, options.sop))),
    )
    return ReportResult(
        group_table(status, places, options.by or "sop"),
        more,
        notes=training_notes(status),
        percent=share_of([one.row for one in places]),
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


def _questions(status: LibraryStatus, sop_id: str) -> Iterator[QuizQuestionRow]:
    for day, path, question in question_sums(status):
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
