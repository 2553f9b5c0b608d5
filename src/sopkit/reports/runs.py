"""`sopkit report runs`: every case in which an SOP was followed, from runs and populations."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Annotated

from sopkit.lifecycle.library_status import LibraryStatus
from sopkit.model.errors import SopkitError
from sopkit.model.similarity import nearest
from sopkit.model.sop import Sop
from sopkit.practice.cases import Case, CaseList, read_cases
from sopkit.practice.landing import practice_of
from sopkit.practice.texts import ApprovedTexts
from sopkit.reports.report import Report, ReportOptions, ReportResult
from sopkit.tables.document import ReportTable


@dataclass(frozen=True, slots=True)
class RunRow:
    """One case."""

    sop: Annotated[str, "Id of the SOP."]
    case: Annotated[str, "Id of the case."]
    system: Annotated[str, "System that lists it; `sopkit` for a run that was recorded here."]
    started: Annotated[str, "When it began, in UTC, or the day."]
    finished: Annotated[str, "When it ended; empty while it is open."]
    outcome: Annotated[str, "done, cancelled, or open."]
    version: Annotated[str, "Version of the SOP that was in force when it began; empty when none was."]
    marks: Annotated[tuple[str, ...], "`late` was added to the list afterwards, `gone` is missing from a newer export."]
    before: Annotated[tuple[str, ...], "What older exports said: times and outcome."]
    url: Annotated[str, "Its address."]
    record: Annotated[str, "File of the record from which the row is."]


@dataclass(frozen=True, slots=True)
class PopulationRow:
    """One export of cases."""

    sop: Annotated[str, "Id of the SOP."]
    system: Annotated[str, "System that lists the cases."]
    since: Annotated[date, "First day of the period."]
    until: Annotated[date, "Last day."]
    cases: Annotated[int, "How many cases it lists."]
    exported: Annotated[str, "When the export was made."]
    by: Annotated[str, "Who imported it."]
    proof: Annotated[str, "How that is known."]
    landed: Annotated[date, "Day on which it landed."]
    query: Annotated[str, "What was asked of the system."]
    record: Annotated[str, "File of the record."]


def runs(status: LibraryStatus, options: ReportOptions) -> ReportResult:
    """Every case, by SOP and start."""
    rows: list[RunRow] = []
    exports: list[PopulationRow] = []
    faults: list[str] = []
    for sop in practised_sops(status, options.sop):
        found = cases_of(status, sop, options)
        texts = ApprovedTexts(status, sop)
        rows += (run_row(sop, case, texts) for case in sorted(found.cases, key=lambda case: (case.started, case.id)))
        exports += _exports(status, sop, found)
        faults += found.faults
    columns = ("sop", "case", "system", "started", "finished", "outcome", "version", "marks")
    export_columns = ("sop", "system", "since", "until", "cases", "exported", "by", "proof")
    return ReportResult(
        ReportTable("rows", "Cases", RunRow, tuple(rows), columns, empty="no case is recorded"),
        (ReportTable("populations", "Exports", PopulationRow, tuple(exports), export_columns),),
        notes=(*faults, *history_notes(status)),
    )


def history_notes(status: LibraryStatus) -> tuple[str, ...]:
    """What to say where there is no history, from which alone practice is known."""
    return () if status.judged is not None else ("practice is known from the history of git, and here there is none",)


def practised_sops(status: LibraryStatus, sop_id: str) -> tuple[Sop, ...]:
    """The SOP of an id, else all, in order; none without history. Raises SopkitError for an unknown id."""
    found = tuple(sop for sop in status.library.in_order if sop.id and sop_id in {"", sop.id})
    if sop_id and not found:
        near = nearest(sop_id, status.library.ids, 1, 0.5)
        raise SopkitError(f"no SOP {sop_id}", f"did you mean {near[0]}?" if near else "see: sopkit status")
    return found if status.judged is not None else ()


def cases_of(status: LibraryStatus, sop: Sop, options: ReportOptions) -> CaseList:
    """The cases of an SOP that began in the period."""
    zone = status.history.zone
    found = read_cases(status.history.repository, practice_of(status), sop.id, zone)
    if options.period is None:
        return found
    return CaseList(found.started_in(options.period.first, options.period.last, zone), found.populations, found.faults)


def run_row(sop: Sop, case: Case, texts: ApprovedTexts) -> RunRow:
    """The row of a case."""
    approval = texts.in_force(case.day(texts.status.history.zone))
    marks = tuple(word for word, holds in (("late", case.late), ("gone", case.gone)) if holds)
    return RunRow(
        sop=sop.id,
        case=case.id,
        system=case.system,
        started=case.started,
        finished=case.finished,
        outcome=case.outcome or "open",
        version=approval.label if approval else "",
        marks=marks,
        before=case.before,
        url=case.url,
        record=case.record,
    )


def _exports(status: LibraryStatus, sop: Sop, found: CaseList) -> Iterator[PopulationRow]:
    for result, population in found.populations:
        yield PopulationRow(
            sop=sop.id,
            system=population.system,
            since=population.since,
            until=population.until,
            cases=population.rows,
            exported=population.exported.isoformat(),
            by=status.history.organisation.name_of(population.by),
            proof=str(result.proof),
            landed=result.landed,
            query=population.query,
            record=result.file.path,
        )


REPORT = Report(
    "runs",
    "Every case in which an SOP was followed, and the exports that list them.",
    runs,
    {"rows": RunRow, "populations": PopulationRow},
    takes=("sop", "period"),
)
