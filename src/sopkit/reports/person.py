"""`sopkit report person`: the texts in force for a person on a day, who approved them, and the training."""

import datetime as dt
from dataclasses import dataclass
from typing import Annotated

from sopkit.lifecycle.library_status import LibraryStatus
from sopkit.model.sop import Sop
from sopkit.practice.case_rows import PeopleNames
from sopkit.practice.result_record import find_person
from sopkit.practice.training import Membership, SopTraining, TrainingState, TrainingStatus, training_of
from sopkit.practice.training_records import training_records
from sopkit.reports.report import Report, ReportOptions, ReportResult
from sopkit.reports.runs import practised_sops
from sopkit.reports.training.states import how_trained, training_notes
from sopkit.tables.document import ReportTable
from sopkit.tables.escape import one_line

NOT_ASKED = "not asked"
"""The state of a person who is in no role of the audience."""
NOT_KNOWN = "not known"
"""The state of everybody while the records about people cannot be read."""


@dataclass(frozen=True, slots=True)
class PersonSopRow:
    """The text of an SOP that is in force on a day, and how a person stands with it."""

    sop: Annotated[str, "Id of the SOP."]
    title: Annotated[str, "Its title."]
    version: Annotated[str, "The version in force on the day; empty where none was."]
    approved_by: Annotated[tuple[str, ...], "Who approved that version, by name."]
    approved_on: Annotated[dt.date | None, "Day of the last of these approvals."]
    evidence: Annotated[str, "How the approval is known, in words."]
    in_force_since: Annotated[dt.date | None, "Day from which that version is in force."]
    roles: Annotated[tuple[str, ...], "Roles by which the person is asked to know it."]
    state: Annotated[str, "The state of training on the day; `not asked` without such a role, or `not known`."]
    since: Annotated[dt.date | None, "Day from which the time to be trained runs."]
    deadline: Annotated[dt.date | None, "Last day in time; empty where there is none."]
    trained: Annotated[dt.date | None, "Day of the record that counts, else of the newest one."]
    trained_on: Annotated[str, "The version of that record."]
    how: Annotated[str, "Its method, and of a quiz the result."]
    proof: Annotated[str, "How it is known."]
    record: Annotated[str, "File of that record."]


@dataclass(frozen=True, slots=True)
class PersonRecordRow:
    """One record of training of the person, up to the day."""

    sop: Annotated[str, "Id of the SOP."]
    date: Annotated[dt.date, "Day of the training."]
    version: Annotated[str, "The version that it was about."]
    how: Annotated[str, "Its method, and of a quiz the result."]
    proof: Annotated[str, "How it is known."]
    record: Annotated[str, "File of the record."]


def person_report(status: LibraryStatus, options: ReportOptions) -> ReportResult:
    """What a person was to know on the day judged, and how it is known. Raises SopkitError for unknown ids."""
    if status.judged is None:  # nothing was approved, and nothing recorded
        return ReportResult(ReportTable("rows", "Person", PersonSopRow, (), empty="not known without git"), failed=True)
    people = status.history.organisation.people
    key = find_person(PeopleNames(people), options.subject)
    records = training_records(status)
    trainings = {one.sop.id: one for one in training_of(status)}
    rows = tuple(
        row
        for sop in practised_sops(status, options.sop)
        if options.sop in {"", sop.id}
        and (row := _row(status, sop, trainings.get(sop.id), key, is_named=bool(options.sop)))
    )
    told = tuple(
        PersonRecordRow(one.sop_id, one.day, one.version, how_trained(one), one.proof, one.record)
        for sop_id, by_person in sorted(records.by_sop.items())
        if options.sop in {"", sop_id}
        for one in by_person.get(key, ())
    )
    columns = ("sop", "version", "approved_by", "approved_on", "state", "deadline", "trained", "trained_on", "how")
    notes = list(training_notes(status))
    if not people[key].holds(status.as_of):
        notes.append(f"{key} was not with the organisation on {status.as_of}, by the people register")
    name = status.history.organisation.name_of(key)
    forms = {"table": lambda: _describe(f"{name} ({key}) on {status.as_of}", rows[0], told)} if options.sop else {}
    return ReportResult(
        ReportTable("rows", name, PersonSopRow, rows, (*columns, "proof"), empty="no SOP in force is theirs"),
        (ReportTable("records", "Records", PersonRecordRow, told),),
        notes=tuple(notes),
        forms=forms,
        failed=bool(records.unknown),
    )


def _row(
    status: LibraryStatus, sop: Sop, training: SopTraining | None, key: str, *, is_named: bool
) -> PersonSopRow | None:
    """The row of an SOP; None where the person is not asked to know it, unless the user named it."""
    row = next((one for one in training.rows if one.person == key), None) if training else None
    if row is None and not is_named:
        return None
    approval = status.approval_in_force(sop)
    records = training_records(status)
    newest = records.of(sop.id, key)
    record = row.record if row else (newest[-1] if newest else None)
    members = Membership.of(status)
    name_of = status.history.organisation.name_of
    return PersonSopRow(
        sop=sop.id,
        title=sop.text("title"),
        version=approval.label if approval else "",
        approved_by=tuple(map(name_of, approval.by)) if approval else (),
        approved_on=max(one.entry.date for one in approval.verdicts) if approval else None,
        evidence=approval.level.words if approval else "",
        in_force_since=approval.starts if approval else None,
        roles=members.roles_of(training.text.roles, key, status.as_of) if training and row else (),
        state=_state(row, records.unknown),
        since=row.since if row and row.since != dt.date.min else None,
        deadline=row.deadline if row else None,
        trained=record.day if record else None,
        trained_on=record.version if record else "",
        how=how_trained(record),
        proof=record.proof if record else "",
        record=record.record if record else "",
    )


def _state(row: TrainingStatus | None, unknown: str) -> str:
    if unknown:
        return NOT_KNOWN
    return str(row.state) if row else NOT_ASKED


def _describe(heading: str, row: PersonSopRow, told: tuple[PersonRecordRow, ...]) -> str:
    """One screen for a question that an auditor asks in the corridor."""
    version = f"{row.version}, in force since {row.in_force_since}" if row.version else "none in force"
    approved = f"{', '.join(row.approved_by)} on {row.approved_on} ({row.evidence})" if row.version else "nobody"
    state = f"{row.state}, by {row.deadline}" if row.state == TrainingState.DUE and row.deadline else row.state
    trained = f"{row.trained_on} on {row.trained}, {row.how} ({row.proof})" if row.trained else "no record"
    lines = [
        ("SOP", f"{row.sop} {row.title}"),
        ("version", version),
        ("approved by", approved),
        ("asked as", ", ".join(row.roles) or "no role of its audience"),
        ("state", state),
        *([("trained on", trained)] if row.state != NOT_KNOWN else []),
        *([("record", row.record)] if row.record else []),
        *(("earlier", f"{one.version} on {one.date}, {one.how} ({one.proof})") for one in reversed(told[:-1])),
    ]
    return "\n".join([one_line(heading), *(f"  {name:<11}  {one_line(words)}" for name, words in lines)])


REPORT = Report(
    "person",
    "What one person was to know on a day: version in force, who approved it, when and how they were trained.",
    person_report,
    {"rows": PersonSopRow, "records": PersonRecordRow},
    takes=("subject", "sop"),
)
