"""`sopkit report exercises`: exercises and internal audits, what they found, and what remains open."""

import datetime as dt
from dataclasses import dataclass
from typing import Annotated

from sopkit.lifecycle.due import add_duration
from sopkit.lifecycle.library_status import LibraryStatus
from sopkit.model.practice import Exercise, ExerciseType
from sopkit.model.practice_base import EXERCISES
from sopkit.model.registers import Action
from sopkit.practice.due import closed_origins
from sopkit.practice.landing import find_authors, practice_of
from sopkit.practice.ledger import PracticeLedger, PracticeResult
from sopkit.reports.report import Report, ReportOptions, ReportResult
from sopkit.reports.runs import history_notes, practised_sops
from sopkit.tables.document import ReportTable

_RATINGS = ("performed", "some challenges", "major challenges", "unable")


@dataclass(frozen=True, slots=True)
class ExerciseRow:
    """One exercise, restore test or internal audit that counts."""

    date: Annotated[dt.date, "Date of the exercise."]
    type: Annotated[ExerciseType, "How the SOPs were tried."]
    sops: Annotated[tuple[str, ...], "The SOPs whose texts were tried, with their versions."]
    title: Annotated[str, "What it was called."]
    result: Annotated[str, "The worst rating of an objective; empty when none was rated."]
    open: Annotated[int, "Gaps without an action that is done and verified."]
    gaps: Annotated[int, "All gaps."]
    without_action: Annotated[tuple[str, ...], "Ids of the gaps for which the register has no action."]
    independent: Annotated[str, "Whether people who are not involved in the texts took part or audited, and why not."]
    proof: Annotated[str, "How it is known who recorded it."]
    by: Annotated[str, "Who recorded it."]
    next: Annotated[dt.date | None, "When the next one is due; empty when a later one has taken place."]
    scenario: Annotated[str, "Name of the scenario."]
    landed: Annotated[dt.date, "Date on which the record landed."]
    record: Annotated[str, "File of the record."]


def exercises(status: LibraryStatus, options: ReportOptions) -> ReportResult:
    """The exercises of an SOP or of all, the newest first."""
    practised_sops(status, options.sop)  # an unknown id is an error
    practice = practice_of(status)
    found = practice.exercises_of(options.sop) if options.sop else practice.counting(Exercise)
    found = sorted(found, key=lambda pair: (pair[1].date, pair[0].landed), reverse=True)
    rows = tuple(_row(status, practice, result, exercise) for result, exercise in found)
    columns = ("date", "type", "sops", "result", "open", "gaps", "independent", "proof", "next", "title")
    invalid = sum(one.folder == EXERCISES for one in practice.invalid)
    notes = [f"{invalid} records of exercises do not count; see: sopkit verify"] if invalid else []
    return ReportResult(
        ReportTable("rows", "Exercises", ExerciseRow, rows, columns, empty="no exercise is recorded"),
        notes=(*notes, *history_notes(status)),
    )


def worst_rating(exercise: Exercise) -> str:
    """The worst rating of an objective; empty when none was rated."""
    rated = [one.rating for one in exercise.objectives if one.rating]
    return max(rated, key=_RATINGS.index, default="")


def _row(status: LibraryStatus, practice: PracticeLedger, result: PracticeResult, exercise: Exercise) -> ExerciseRow:
    origins = {f"{result.file.name}#{gap.id}": gap.id for gap in exercise.gaps}
    rows = status.library.registers["actions"].rows
    assigned = {row.origin for row in rows if isinstance(row, Action)}
    return ExerciseRow(
        date=exercise.date,
        type=exercise.type,
        sops=tuple(
            f"{one.id} {one.version}".rstrip() + (" (does not count)" if one.id in result.faults else "")
            for one in exercise.sops
        ),
        title=exercise.title,
        result=worst_rating(exercise),
        open=len(origins.keys() - closed_origins(status)),
        gaps=len(origins),
        without_action=tuple(gap for origin, gap in origins.items() if origin not in assigned),
        independent=_independence(status, practice, result, exercise),
        proof=str(result.proof),
        by=status.history.organisation.name_of(exercise.by),
        next=_next_due(status, practice, exercise),
        scenario=exercise.scenario,
        landed=result.landed,
        record=result.file.path,
    )


def _independence(status: LibraryStatus, practice: PracticeLedger, result: PracticeResult, exercise: Exercise) -> str:
    if exercise.type is ExerciseType.INTERNAL_AUDIT:
        return f"no: {result.not_independent}" if result.not_independent else "yes"
    if practice.unknown_people:
        return f"not known: {practice.unknown_people}"
    people = practice.participants(result)
    if not people:
        return "not known: nobody is listed as present"
    history = status.history
    for one in exercise.sops:
        past = history.pasts.by_key.get((one.id, ""))
        count = len(past.revisions) if past else 0
        if people <= find_authors(history, people, one.id, count, history.organisation):
            return f"no: only authors of {one.id} took part"
    return "yes"


def _next_due(status: LibraryStatus, practice: PracticeLedger, exercise: Exercise) -> dt.date | None:
    is_audit = exercise.type is ExerciseType.INTERNAL_AUDIT

    def is_followed(sop_id: str) -> bool:
        later = (one for _, one in practice.exercises_of(sop_id) if one.date > exercise.date)
        return any((one.type is ExerciseType.INTERNAL_AUDIT) == is_audit for one in later)

    if all(is_followed(one.id) for one in exercise.sops):
        return None
    usual = None if is_audit else add_duration(exercise.date, status.history.config.practice.exercise_every)
    return min(filter(None, (exercise.next, usual)), default=None)


REPORT = Report(
    "exercises",
    "Exercises and internal audits: what was tried, with which result, and what remains open.",
    exercises,
    {"rows": ExerciseRow},
    takes=("sop",),
)
