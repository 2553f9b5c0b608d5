"""What practice owes: runs, exports and exercises that are overdue, limits that are missed, unanswered feedback."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta, tzinfo
from functools import lru_cache

from sopkit.lifecycle.due import add_duration
from sopkit.lifecycle.library_status import LibraryStatus
from sopkit.model.durations import Duration, quarter_of, quarter_range
from sopkit.model.practice import Exercise, ExerciseType, FeedbackRecord, Run
from sopkit.model.registers import Action
from sopkit.model.sop import Sop
from sopkit.practice.cases import CaseList, read_cases
from sopkit.practice.landing import practice_of
from sopkit.practice.ledger import PracticeLedger, PracticeResult
from sopkit.practice.limits import LimitSummary, Measurement, TimeLimitTerms, measure, summarize
from sopkit.practice.texts import ApprovedTexts

QUARTER = Duration("3 months")
"""How old the newest export may be where an SOP names no period of its own."""

ANSWER_DAYS = 90
"""Days within which feedback is answered."""


@dataclass(frozen=True)
class MeasuredLimit:
    """One time limit of the text in force, over all cases, by month and in one quarter.

    A case is judged by the limit that was in force on the day it began, where there was one.
    """

    terms: TimeLimitTerms
    whole: LimitSummary
    months: Mapping[str, LimitSummary]
    quarter: LimitSummary


@dataclass(frozen=True)
class PracticeState:
    """How an active SOP with a text in force is practised; a day is None where there is nothing to count from.

    `run_due` and the other days are the last on which it is in time, with the grace of the configuration.
    """

    sop: Sop
    cases: CaseList
    limits: tuple[MeasuredLimit, ...]
    last_run: date | None
    run_due: date | None
    last_export: date | None
    export_due: date | None
    last_exercise: date | None
    exercise_due: date | None
    is_tried: bool
    open_gaps: tuple[str, ...]  # of severity high
    unanswered: tuple[PracticeResult, ...]

    @property
    def missed(self) -> tuple[MeasuredLimit, ...]:
        """The time limits whose share in the last full quarter is below the target."""
        shares = ((one, one.quarter.share) for one in self.limits)
        return tuple(one for one, share in shares if share is not None and share < one.terms.target)

    def owed(self, day: date) -> tuple[str, ...]:
        """What is overdue or missed on a day, in words; nothing where all is in time or nothing was begun."""
        found = [
            f"{what} was due by {due}"
            for what, due in (("a run", self.run_due), ("an export of cases", self.export_due))
            if due is not None and due < day
        ]
        if self.last_exercise and self.exercise_due and self.exercise_due < day:
            found.append(f"an exercise was due by {self.exercise_due}")
        found += [f"time limit {one.terms.id} kept in {one.quarter.share:g} %" for one in self.missed]
        found += [f"gap open: {name}" for name in self.open_gaps]
        waiting = len(self.unanswered)
        found += [f"{waiting} without an answer: feedback"] if waiting else []
        return tuple(found)


def last_quarter(day: date) -> tuple[date, date]:
    """The first and the last day of the last full calendar quarter before a day."""
    before = quarter_range(*quarter_of(day)).first - timedelta(days=1)
    return quarter_range(*quarter_of(before)).first, before


@lru_cache(maxsize=2)
def practice_states(status: LibraryStatus) -> tuple[PracticeState, ...]:
    """How each active SOP with a text in force is practised, in the order of ids; nothing without history."""
    if status.judged is None or not status.keeps_approvals:
        return ()
    practice = practice_of(status)
    sops = [sop for sop in status.library.in_order if sop.active and status.approval_in_force(sop) is not None]
    return tuple(_state(status, practice, sop) for sop in sops)


def _state(status: LibraryStatus, practice: PracticeLedger, sop: Sop) -> PracticeState:
    texts, config, today = ApprovedTexts(status, sop), status.history.config.practice, status.as_of
    force = status.text_in_force(sop) or sop
    cases = read_cases(status.history.repository, practice, sop.id, status.history.zone)
    every, first = _longest_period(force), texts.first_day
    ends = [_day(case.finished) for case in cases.cases if case.outcome == "done"]
    last_run = max((day for day in ends if day and day <= today), default=None)
    last_export = max((population.until for _, population in cases.populations), default=None)
    exercises = [one for one in practice.exercises_of(sop.id) if one[1].type is not ExerciseType.INTERNAL_AUDIT]
    last = max(exercises, key=lambda pair: (pair[1].date, pair[0].landed), default=None)
    is_high = force.text("criticality") == "high"
    unanswered = tuple(
        result
        for result, feedback in practice.counting(FeedbackRecord, sop.id)
        if not practice.decisions(result) and feedback.date + timedelta(days=ANSWER_DAYS) < today
    )
    return PracticeState(
        sop=sop,
        cases=cases,
        limits=tuple(_measure_limits(status, texts, cases)),
        last_run=last_run,
        run_due=_after(last_run or first, every, config.grace) if every and cases.cases else None,
        last_export=last_export,
        export_due=_after(last_export, every or QUARTER, config.grace),
        last_exercise=last[1].date if last else None,
        exercise_due=_exercise_due(last[1] if last else None, first, config.exercise_every) if is_high else None,
        is_tried=_is_tried(practice, texts, exercises, status),
        open_gaps=tuple(find_open_gaps(status, practice, sop.id)),
        unanswered=unanswered,
    )


def _after(day: date | None, period: Duration, grace: Duration) -> date | None:
    return add_duration(add_duration(day, period), grace) if day else None


def _exercise_due(last: Exercise | None, first: date | None, every: Duration) -> date | None:
    """The earlier of the day that an exercise names for the next and of its own day with the usual period."""
    if last is None:
        return add_duration(first, every) if first else None
    return min(filter(None, (last.next, add_duration(last.date, every))))


def _longest_period(sop: Sop) -> Duration | None:
    """The longest period in which an SOP is carried out, by its triggers."""
    found = []
    for row, _ in sop.mappings("triggers"):
        try:
            found.append(Duration(str(row.get("every", "")).strip()))
        except ValueError:
            continue
    return max(found, key=lambda length: length.minutes, default=None)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None


def _measure_limits(status: LibraryStatus, texts: ApprovedTexts, cases: CaseList) -> Iterator[MeasuredLimit]:
    zone = status.history.zone
    since, until = (day.isoformat()[:7] for day in last_quarter(status.as_of))
    for terms in texts.terms(status.as_of.isoformat()).values():
        whole, months = summarize(_measurements(texts, cases, terms.id, zone))
        quarter = LimitSummary()
        for month in months:
            if since <= month <= until:
                quarter.merge(months[month])
        yield MeasuredLimit(terms, whole, months, quarter)


def _measurements(texts: ApprovedTexts, cases: CaseList, limit: str, zone: tzinfo) -> Iterator[Measurement]:
    """The cases whose export has columns of a time limit, each by the text in force on the day it began."""
    for case in cases.cases:
        if limit in case.times and (terms := texts.terms(case.day(zone)).get(limit)) is not None:
            yield measure(case, terms, zone)


def _is_tried(
    practice: PracticeLedger,
    texts: ApprovedTexts,
    exercises: list[tuple[PracticeResult, Exercise]],
    status: LibraryStatus,
) -> bool:
    """Whether somebody who wrote none of the texts tried one with the first number of the version in force."""
    approval = status.approval_in_force(texts.sop)
    wanted = approval.label.partition(".")[0] if approval else ""
    tried = [
        result
        for result, exercise in exercises
        if any(one.id == texts.sop.id and texts.major(one.digest) == wanted for one in exercise.sops)
    ]
    tried += [
        result
        for result, run in practice.counting(Run, texts.sop.id)
        if run.finished and run.outcome == "done" and texts.major(run.digest) == wanted
    ]
    return any(texts.outsiders(practice.participants(result)) for result in tried)


def find_open_gaps(status: LibraryStatus, practice: PracticeLedger, sop_id: str = "") -> Iterator[str]:
    """The gaps of severity high that no action of the register has closed, as `file#gap`; of one SOP, or of all."""
    exercises = practice.exercises_of(sop_id) if sop_id else practice.counting(Exercise)
    closed = closed_origins(status)
    for result, exercise in exercises:
        for gap in exercise.gaps:
            other = "#" in gap.step and gap.step.partition("#")[0] != sop_id
            name = f"{result.file.name}#{gap.id}"
            if gap.severity == "high" and name not in closed and not (sop_id and other):
                yield name


def closed_origins(status: LibraryStatus) -> frozenset[str]:
    """The gaps whose action is done and was verified, as `file#gap`."""
    rows = (row for row in status.library.registers["actions"].rows if isinstance(row, Action) and row.origin)
    day = status.as_of
    return frozenset(
        row.origin for row in rows if row.done and row.verified_on and row.done <= day and row.verified_on <= day
    )
