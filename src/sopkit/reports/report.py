"""What a report is, how it reads the bodies of SOPs, and its result as a document."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Annotated, Any, TypeVar

from sopkit.lifecycle.library_status import LibraryStatus
from sopkit.model.durations import DateRange
from sopkit.model.finding import Finding, Severity
from sopkit.model.sop import Sop
from sopkit.parallel import spread
from sopkit.tables.document import Document, DocumentType, ReportTable, Schema

Found = TypeVar("Found")
BodyReading = Callable[[LibraryStatus], Callable[[Sop], Found]]
"""Gets ready to read in a library, and gives what finds something in one SOP of it."""

_MIN_SOPS_TO_SHARE = 200  # SOPs; for fewer, a second process costs more than it saves


def read_bodies(reading: BodyReading[Found], status: LibraryStatus) -> Mapping[str, Found]:
    """What is found in each SOP that is not retired, by its path, in the order of their ids."""
    read_all_bodies((reading,), status)
    found: Mapping[str, Found] = _readings_cache(status)[reading]
    return found


def read_all_bodies(readings: Iterable[BodyReading[Any]], status: LibraryStatus) -> None:
    """Read for several at once and keep what they find, so that `read_bodies` has it at hand."""
    cache = _readings_cache(status)
    new = [reading for reading in dict.fromkeys(readings) if reading not in cache]
    if not new:
        return
    readers = [reading(status) for reading in new]

    def read(sops: Sequence[Sop]) -> list[list[Any]]:
        found = []
        for sop in sops:
            found.append([reader(sop) for reader in readers])
            sop.forget_body()
        return found

    current = [sop for sop in status.library.in_order if sop.status != "retired"]
    results = spread(read, current, _MIN_SOPS_TO_SHARE)
    for at, reading in enumerate(new):
        cache[reading] = {sop.path: found[at] for sop, found in zip(current, results, strict=True)}


@lru_cache(maxsize=1)
def _readings_cache(status: LibraryStatus) -> dict[BodyReading[Any], Mapping[str, Any]]:
    del status
    return {}


@dataclass(frozen=True, slots=True)
class ReportOptions:
    """What the user wants of a report, as typed; empty where nothing is said."""

    subject: str = ""
    frameworks: tuple[str, ...] = ()
    by: str = ""
    sop: str = ""
    role: str = ""
    control: str = ""
    period: DateRange | None = None
    count: int | None = None
    seed: str = ""


@dataclass(frozen=True, slots=True)
class ReportFindingRow:
    """What contradicts itself, with where it stands."""

    name: Annotated[str, "What is wrong, as a code of words."]
    severity: Annotated[Severity, "How much it weighs."]
    path: Annotated[str, "File, relative to the library."]
    line: Annotated[int, "Line in the file, from 1."]
    message: Annotated[str, "What is wrong and what to do."]


@dataclass(frozen=True, slots=True)
class ReportResult:
    """What a report tells: `table` first, further tables below it, findings, and notes on the whole.

    `percent` is what --fail-under is held against, `least` the framework that it is of where there are several,
    `picture` what a terminal shows above the table, `forms` the texts in formats of this report alone, each made when
    it is asked for. `failed` says that what was asked cannot be told.
    """

    table: ReportTable
    more: tuple[ReportTable, ...] = ()
    findings: tuple[Finding, ...] = ()
    notes: tuple[str, ...] = ()
    percent: float | None = None
    least: str = ""
    picture: str = ""
    forms: Mapping[str, Callable[[], str]] = field(default_factory=dict)
    failed: bool = False

    @property
    def tables(self) -> tuple[ReportTable, ...]:
        """All tables, the findings among them when there are any; a finding's code is the name of what is wrong."""
        rows = tuple(
            ReportFindingRow(one.code, one.severity, one.path, one.place.line, one.message)
            for one in sorted(self.findings, key=lambda finding: finding.sort_key)
        )
        found = ReportTable("findings", "Findings", ReportFindingRow, rows)
        return (self.table, *self.more, *((found,) if rows else ()))


@dataclass(frozen=True, slots=True)
class Report:
    """A report: one file in this folder, named as the report.

    `title` is one sentence for lists and help. `takes` are the fields of `ReportOptions` that mean something to it,
    `by` what it can be grouped by, `forms` the names of its own formats. `kinds` are the rows of its tables by name,
    `rows` being those of the main one, as JSON has them.
    """

    name: str
    title: str
    make: Callable[[LibraryStatus, ReportOptions], ReportResult]
    kinds: Mapping[str, type]
    takes: tuple[str, ...] = ()
    by: tuple[str, ...] = ()
    forms: tuple[str, ...] = ()
    measures: bool = False  # whether it tells a percentage
    finds: bool = False  # whether it can tell findings
    reads: BodyReading[object] | None = None  # what it reads in the bodies of SOPs

    @property
    def document(self) -> DocumentType:
        """The declaration of the report as a document."""
        percent: tuple[str, Schema] = (
            "What is covered, in percent; null where there is nothing to cover.",
            {"type": ["number", "null"]},
        )
        return DocumentType(
            f"report-{self.name}",
            f"sopkit report {self.name}",
            self.title,
            dict(self.kinds) | ({"findings": ReportFindingRow} if self.finds else {}),
            {"percent": percent} if self.measures else {},
        )


def report_document(report: Report, result: ReportResult, status: LibraryStatus) -> Document:
    """The result of a report as a document."""
    return Document(
        report.document,
        report.title.rstrip("."),
        status.head,
        status.as_of,
        result.tables,
        (*status.notes, *result.notes),
        {"percent": result.percent},
        library=status.library.config.library.name,
        commit=status.commit.oid if status.commit else "",
    )
