"""The list of runs, open and recorded, as a document."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from typing import Annotated

from sopkit.model.moments import write_moment
from sopkit.model.practice import Run
from sopkit.model.sop import Sop
from sopkit.practice.limits import due_moment, limit_terms
from sopkit.tables.document import Document, DocumentType, ReportTable


@dataclass(frozen=True, slots=True)
class RunListRow:
    """One run."""

    case: Annotated[str, "Id of the case."]
    id: Annotated[str, "Id of the SOP."]
    version: Annotated[str, "Version of the text that is followed."]
    state: Annotated[str, "open, done or cancelled."]
    step: Annotated[str, "Number of the step that comes next; empty at the end."]
    who: Annotated[tuple[str, ...], "Names, else keys, of the people who carry it out; the last one recorded it."]
    started: Annotated[str, "When it started, in UTC."]
    finished: Annotated[str, "When it ended, in UTC; empty while it is open."]
    limits: Annotated[tuple[str, ...], "Time limits that are running or over, with the time when they are due, in UTC."]
    path: Annotated[str, "File, relative to the library."]


RUN_LIST = DocumentType(
    "runs",
    "sopkit run list",
    "The runs in progress, as `sopkit run list -f json` writes them; with --all also those that are recorded.",
    {"rows": RunListRow},
)
"""The published document."""


def run_row(run: Run, who: tuple[str, ...], path: str, step: str = "", limits: tuple[str, ...] = ()) -> RunListRow:
    """The row of a run; one without an end is open."""
    finished = write_moment(run.finished) if run.finished else ""
    state = run.outcome if path.startswith("ledger/") else "open"
    return RunListRow(
        run.case, run.id, run.version, state, step, who, write_moment(run.started), finished, limits, path
    )


def open_limits(run: Run, sop: Sop, now: datetime, zone: tzinfo) -> Iterable[str]:
    """The time limits of a run that have no end yet, in words."""
    terms = {one.id: one for one in limit_terms(sop)}
    for name, times in run.limits.items():
        if times.until is None and times.since is not None and name in terms:
            due = due_moment(times.since, terms[name].length, zone)
            yield f"{name} {'over since' if now > due else 'due'} {write_moment(due)}"


def run_document(rows: tuple[RunListRow, ...], head: str, as_of: date, name: str, notes: tuple[str, ...]) -> Document:
    """The rows as a document."""
    columns = ("case", "id", "version", "state", "step", "who", "started", "limits")
    columns = (*columns[:-1], "finished") if all(row.state != "open" for row in rows) and rows else columns
    table = ReportTable("rows", "Runs", RunListRow, rows, columns, empty="no run is open")
    return Document(RUN_LIST, "Runs", head, as_of, (table,), notes, library=name)
