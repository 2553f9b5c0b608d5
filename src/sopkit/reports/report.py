"""What a report is, how it reads the bodies of SOPs, and its result as JSON, CSV and Markdown."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from functools import lru_cache
from typing import Annotated, Any, TypeVar

from sopkit.lifecycle.library_status import LibraryStatus
from sopkit.model.finding import Finding, Severity
from sopkit.model.sop import Sop
from sopkit.parallel import spread
from sopkit.tables.escape import escape_markdown
from sopkit.tables.rows import (
    Schema,
    array_schema,
    document_schema,
    dump_json_tables,
    json_default,
    row_schema,
    rows_csv,
    rows_markdown,
)

Found = TypeVar("Found")
BodyReading = Callable[[LibraryStatus], Callable[[Sop], Found]]
"""Gets ready to read in a library, and gives what finds something in one SOP of it."""

_MIN_SOPS_TO_SHARE = 200  # SOPs; for fewer, a second process costs more than it saves


def read_bodies(reading: BodyReading[Found], standings: LibraryStatus) -> Mapping[str, Found]:
    """What is found in each SOP that is not retired, by its path, in the order of their ids."""
    read_all_bodies((reading,), standings)
    found: Mapping[str, Found] = _readings_cache(standings)[reading]
    return found


def read_all_bodies(readings: Iterable[BodyReading[Any]], standings: LibraryStatus) -> None:
    """Read for several at once and keep what they find, so that `read_bodies` has it at hand."""
    kept = _readings_cache(standings)
    new = [reading for reading in dict.fromkeys(readings) if reading not in kept]
    if not new:
        return
    readers = [reading(standings) for reading in new]

    def read(sops: Sequence[Sop]) -> list[list[Any]]:
        found = []
        for sop in sops:
            found.append([reader(sop) for reader in readers])
            sop.forget_body()
        return found

    there = [sop for sop in standings.library.in_order if sop.status != "retired"]
    told = spread(read, there, _MIN_SOPS_TO_SHARE)
    for at, reading in enumerate(new):
        kept[reading] = {sop.path: found[at] for sop, found in zip(there, told, strict=True)}


@lru_cache(maxsize=1)
def _readings_cache(standings: LibraryStatus) -> dict[BodyReading[Any], Mapping[str, Any]]:
    del standings
    return {}


@dataclass(frozen=True, slots=True)
class ReportOptions:
    """What the user wants of a report, as typed; empty where nothing is said."""

    subject: str = ""
    frameworks: tuple[str, ...] = ()
    by: str = ""


@dataclass(frozen=True, slots=True)
class ReportTable:
    """Rows of one kind. A row is a dataclass whose fields are annotated with a type and its description.

    `name` is the key in JSON and the name of the sheet in a workbook. People see the `columns`, or all; they do not
    see a `detail` table, which programs and workbooks have. A workbook prints the columns `printed`, or those.
    """

    name: str
    title: str
    kind: type
    rows: tuple[object, ...]
    columns: tuple[str, ...] = ()
    detail: bool = False
    printed: tuple[str, ...] = ()


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
    it is asked for.
    """

    table: ReportTable
    more: tuple[ReportTable, ...] = ()
    findings: tuple[Finding, ...] = ()
    notes: tuple[str, ...] = ()
    percent: float | None = None
    least: str = ""
    picture: str = ""
    forms: Mapping[str, Callable[[], str]] = field(default_factory=dict)

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

    `title` is one sentence for lists and help. `takes` are the fields of `Asked` that mean something to it, `by` what
    it can be grouped by, `forms` the names of its own formats. `kinds` are the rows of its tables by name, `rows`
    being those of the main one, as JSON has them.
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

    def schema(self) -> Schema:
        """The JSON Schema of the report as JSON."""
        text: Schema = {"type": "string"}
        parts: dict[str, tuple[str, Schema]] = {
            "schema": ("Name and version of this schema.", {"const": f"sopkit/report-{self.name}/1"}),
            "tool": ("Name and version of the program.", text),
            "head": ("The last commit, empty when no history was read.", text),
            "as_of": ("The day that is judged.", {"type": "string", "format": "date"}),
            "notes": ("What the reader must know of the report as a whole.", array_schema(text)),
        }
        if self.measures:
            parts["percent"] = (
                "What is covered, in percent; null where there is nothing to cover.",
                {"type": ["number", "null"]},
            )
        kinds = dict(self.kinds) | ({"findings": ReportFindingRow} if self.finds else {})
        parts |= {name: (_first_line(kind), array_schema(row_schema(kind))) for name, kind in kinds.items()}
        return document_schema(f"sopkit report {self.name}", self.title, parts)


def _first_line(kind: type) -> str:
    return (kind.__doc__ or "").splitlines()[0]


def report_to_json(report: Report, told: ReportResult, standings: LibraryStatus, version: str) -> str:
    """One JSON object of schema sopkit/report-NAME/1; every table that the report may tell is there, a row a line."""
    tables = {table.name: table for table in told.tables}
    data: dict[str, Any] = {
        "schema": f"sopkit/report-{report.name}/1",
        "tool": f"sopkit {version}",
        "head": standings.head,
        "as_of": standings.as_of.isoformat(),
        "notes": [*standings.notes, *told.notes],
    }
    if report.measures:
        data["percent"] = told.percent
    names = (*report.kinds, *(("findings",) if report.finds else ()))
    return dump_json_tables(data, {name: tables[name].rows if name in tables else () for name in names}, json_default)


def report_to_csv(told: ReportResult) -> str:
    """The rows of the main table, with every column."""
    return rows_csv(told.table.kind, told.table.rows)


def report_to_markdown(report: Report, told: ReportResult, standings: LibraryStatus) -> str:
    """A page: heading, notes, and each table that has rows."""
    name = standings.library.config.library.name
    lines = [
        f"# {report.title.rstrip('.')}",
        "",
        f"{escape_markdown(name)}{', ' if name else ''}as of {standings.as_of}",
        "",
    ]
    for table in told.tables:
        if (table.rows and not table.detail) or table is told.table:
            lines += ["" if table is told.table else f"## {table.title}", ""]
            lines += rows_markdown(visible_columns(table), table.rows) if table.rows else ["Nothing to tell."]
            lines += [""]
    lines += [f"- {escape_markdown(note)}" for note in (*standings.notes, *told.notes)]
    return "\n".join(lines).replace("\n\n\n", "\n\n").rstrip("\n") + "\n"


def visible_columns(table: ReportTable) -> tuple[str, ...]:
    """The columns that people see."""
    return table.columns or tuple(field.name for field in fields(table.kind))
