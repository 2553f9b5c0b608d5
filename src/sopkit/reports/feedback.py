"""`sopkit report feedback`: what people say of the SOPs, and what the owners decided."""

import datetime as dt
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated

from sopkit.lifecycle.library_status import LibraryStatus
from sopkit.model.practice import Decision, FeedbackRecord
from sopkit.model.practice_base import FEEDBACK
from sopkit.practice.due import ANSWER_DAYS
from sopkit.practice.landing import practice_of
from sopkit.practice.ledger import PracticeResult
from sopkit.reports.report import Report, ReportOptions, ReportResult
from sopkit.reports.runs import history_notes, practised_sops
from sopkit.tables.document import ReportTable


@dataclass(frozen=True, slots=True)
class FeedbackRow:
    """One record of feedback that counts."""

    date: Annotated[dt.date, "Day on which it was said."]
    sop: Annotated[str, "Id of the SOP."]
    version: Annotated[str, "Version that was read."]
    step: Annotated[str, "Anchor of the step."]
    by: Annotated[str, "Who said or recorded it."]
    answer: Annotated[str, "The owner's decision in words, or until when one is due."]
    waits: Annotated[bool, "Whether it waits for an answer."]
    text: Annotated[str, "What was said."]
    proof: Annotated[str, "How it is known who recorded it."]
    url: Annotated[str, "Address of the issue or message."]
    record: Annotated[str, "File of the record."]


def feedback(status: LibraryStatus, options: ReportOptions) -> ReportResult:
    """The feedback on an SOP or on all, what waits for an answer first, then the newest first."""
    practised_sops(status, options.sop)  # an unknown id is an error
    practice = practice_of(status)
    found = practice.counting(FeedbackRecord, options.sop)
    rows = [_row(status, result, record, practice.decisions(result)) for result, record in found]
    rows.sort(key=lambda row: row.date, reverse=True)
    rows.sort(key=lambda row: not row.waits)
    columns = ("date", "sop", "version", "step", "by", "answer", "text", "record")
    invalid = sum(one.folder.startswith(f"{FEEDBACK}/") for one in practice.invalid)
    notes = [f"{invalid} records of feedback do not count; see: sopkit verify"] if invalid else []
    return ReportResult(
        ReportTable("rows", "Feedback", FeedbackRow, tuple(rows), columns, empty="no feedback is recorded"),
        notes=(*notes, *history_notes(status)),
    )


def _row(
    status: LibraryStatus,
    result: PracticeResult,
    record: FeedbackRecord,
    decisions: list[tuple[PracticeResult, Decision]],
) -> FeedbackRow:
    due = record.date + timedelta(days=ANSWER_DAYS)
    until = f"{'overdue since' if due < status.as_of else 'due by'} {due}"
    return FeedbackRow(
        date=record.date,
        sop=record.id,
        version=record.version,
        step=record.step,
        by=status.history.organisation.name_of(record.by),
        answer=describe_decision(decisions[-1][1]) if decisions else until,
        waits=not decisions,
        text=record.text,
        proof=str(result.proof),
        url=record.url,
        record=result.file.path,
    )


def describe_decision(decision: Decision) -> str:
    """A decision in words."""
    if decision.decision == "changed":
        return f"changed in {decision.version}"
    return f"declined: {decision.why}" if decision.decision == "declined" else f"same as {decision.duplicate_of}"


REPORT = Report(
    "feedback",
    "What people say of the SOPs, and what the owners decided.",
    feedback,
    {"rows": FeedbackRow},
    takes=("sop",),
)
