"""`sopkit report sample`: some cases of a population, in an order that follows from a seed which the auditor names."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated

from sopkit.lifecycle.library_status import LibraryStatus
from sopkit.model.errors import SopkitError
from sopkit.practice.cases import CaseList, sample_rank
from sopkit.practice.landing import practice_of
from sopkit.practice.texts import ApprovedTexts
from sopkit.reports.report import Report, ReportOptions, ReportResult
from sopkit.reports.runs import cases_of, history_notes, practised_sops, run_row
from sopkit.tables.document import ReportTable


@dataclass(frozen=True, slots=True)
class SampleRow:
    """One case of the sample; the last three columns are for the auditor."""

    number: Annotated[int, "Its place in the sample, from 1."]
    case: Annotated[str, "Id of the case."]
    system: Annotated[str, "System that lists it."]
    started: Annotated[str, "When it began, in UTC, or the day."]
    finished: Annotated[str, "When it ended; empty while it is open."]
    outcome: Annotated[str, "done, cancelled, or open."]
    version: Annotated[str, "Version of the SOP that was in force when it began."]
    marks: Annotated[tuple[str, ...], "`late` was added to the list afterwards, `gone` is missing from a newer export."]
    url: Annotated[str, "Its address."]
    rank: Annotated[str, "SHA-256 of seed, SOP, system and case: the sample is the first ranks in ascending order."]
    seen: Annotated[str, "What was looked at; to be filled in."] = ""
    result: Annotated[str, "Whether the SOP was followed; to be filled in."] = ""
    remark: Annotated[str, "Remarks; to be filled in."] = ""


def sample(status: LibraryStatus, options: ReportOptions) -> ReportResult:
    """The first cases by rank. Raises SopkitError without an SOP, a period, a size and a seed."""
    missing = [
        option
        for option, value in (
            ("--sop ID", options.sop),
            ("--period A..B", options.period),
            ("-n N", options.count),
            ("--seed TEXT", options.seed),
        )
        if not value
    ]
    if missing or options.period is None:
        raise SopkitError(
            f"a sample needs {', '.join(missing)}",
            "the auditor names the period, the size and the seed: none of them has a default",
        )
    table_rows: list[SampleRow] = []
    notes = history_notes(status)
    for sop in practised_sops(status, options.sop):
        found, texts = cases_of(status, sop, options), ApprovedTexts(status, sop)
        ranked = sorted((sample_rank(options.seed, sop.id, case), case) for case in found.cases)
        for number, (rank, case) in enumerate(ranked[: options.count], 1):
            row = run_row(sop, case, texts)
            cells = (row.case, row.system, row.started, row.finished, row.outcome, row.version, row.marks, row.url)
            table_rows.append(SampleRow(number, *cells, rank))
        notes = tuple(_describe(status, found, options, len(table_rows)))
    columns = ("number", "case", "system", "started", "finished", "outcome", "version", "marks")
    printed = (*columns, "url", "seen", "result", "remark")
    table = ReportTable(
        "rows", "Sample", SampleRow, tuple(table_rows), columns, printed=printed, empty="no case began in the period"
    )
    return ReportResult(table, notes=notes)


def _describe(status: LibraryStatus, found: CaseList, options: ReportOptions, size: int) -> Iterator[str]:
    """What the sample is of, so that anybody draws the same again."""
    if options.period is not None:
        of = f"{options.sop}, cases that began from {options.period}"
        yield f"{of}: {size} of {len(found.cases)}, seed `{options.seed}`"
    people = practice_of(status).people_head
    yield f"judged at commit {status.head[:12]}{f', records about people at {people[:12]}' if people else ''}"
    yield from (f"population: {result.file.path}" for result, _ in found.populations)
    yield from found.faults


REPORT = Report(
    "sample",
    "Some cases of an SOP for an auditor, in an order that follows from the seed.",
    sample,
    {"rows": SampleRow},
    takes=("sop", "period", "count", "seed"),
)
