"""What a report is, what it is asked, and what it tells."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Annotated

from sopkit.lifecycle.library_status import LibraryStatus
from sopkit.model.finding import Finding, Severity
from sopkit.reports._bodies import Reading
from sopkit.tables.rows import Schema, array_schema, document_schema, row_schema


@dataclass(frozen=True, slots=True)
class Asked:
    """What the user wants of a report, as typed; empty where nothing is said."""

    subject: str = ""
    frameworks: tuple[str, ...] = ()
    by: str = ""


@dataclass(frozen=True, slots=True)
class Table:
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
class FindingRow:
    """What contradicts itself, with where it stands."""

    name: Annotated[str, "What is wrong, as a code of words."]
    severity: Annotated[Severity, "How much it weighs."]
    path: Annotated[str, "File, relative to the library."]
    line: Annotated[int, "Line in the file, from 1."]
    message: Annotated[str, "What is wrong and what to do."]


@dataclass(frozen=True, slots=True)
class Told:
    """What a report tells: `table` first, further tables below it, findings, and notes on the whole.

    `percent` is what --fail-under is held against, `least` the framework that it is of where there are several,
    `picture` what a terminal shows above the table, `forms` the texts in formats of this report alone, each made when
    it is asked for.
    """

    table: Table
    more: tuple[Table, ...] = ()
    findings: tuple[Finding, ...] = ()
    notes: tuple[str, ...] = ()
    percent: float | None = None
    least: str = ""
    picture: str = ""
    forms: Mapping[str, Callable[[], str]] = field(default_factory=dict)

    @property
    def tables(self) -> tuple[Table, ...]:
        """All tables, the findings among them when there are any; a finding's code is the name of what is wrong."""
        rows = tuple(
            FindingRow(one.code, one.severity, one.path, one.place.line, one.message)
            for one in sorted(self.findings, key=lambda finding: finding.sort_key)
        )
        found = Table("findings", "Findings", FindingRow, rows)
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
    make: Callable[[LibraryStatus, Asked], Told]
    kinds: Mapping[str, type]
    takes: tuple[str, ...] = ()
    by: tuple[str, ...] = ()
    forms: tuple[str, ...] = ()
    measures: bool = False  # whether it tells a percentage
    finds: bool = False  # whether it can tell findings
    reads: Reading[object] | None = None  # what it reads in the bodies of SOPs

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
        kinds = dict(self.kinds) | ({"findings": FindingRow} if self.finds else {})
        parts |= {name: (_words(kind), array_schema(row_schema(kind))) for name, kind in kinds.items()}
        return document_schema(f"sopkit report {self.name}", self.title, parts)


def _words(kind: type) -> str:
    return (kind.__doc__ or "").splitlines()[0]
