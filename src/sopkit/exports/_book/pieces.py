"""The tables of a library, each as a sheet and as CSV."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Annotated

from sopkit.exports._book.chains import POLICY_COLUMNS, RISK_COLUMNS, PolicyChain, RiskChain, policy_chains, risk_chains
from sopkit.exports._book.master import SHOWN_COLUMNS, ShownRow, shown_rows
from sopkit.library import Library
from sopkit.lifecycle.library_status import LibraryStatus
from sopkit.model.finding import Severity
from sopkit.registers.export import register_csv, unread_rows
from sopkit.registers.export import sheet_of_register as register_sheet
from sopkit.reports import report_named
from sopkit.reports._bodies import read_together
from sopkit.reports._report import Asked, Table, Told
from sopkit.reports._workbook import head_of, sheet_of
from sopkit.tables.rows import rows_csv
from sopkit.tables.sheet import MAX_SHEET_NAME, Sheet

_FIRST = {"soa": "Statement of Applicability", "coverage": "Coverage", "gaps": "Gaps"}
_LAST = {"limits": "Time limits", "roles": "Roles and duties", "ignores": "Ignores"}
"""The reports that go into the whole before and after the registers, with the names of their sheets.

None is named as a register, so that `sopkit register import --all` takes none for one.
"""
_REGISTERS = ("risks", "assets", "vendors", "policies", "actions", "exceptions", "external")
"""The registers that go into the whole: those that an auditor asks for, and that name people by their roles alone."""
_SHORT = {"soa": "Applicability", "roles": "Roles"}
"""What the names of their further sheets begin with, where those would be too long."""


@dataclass(frozen=True, slots=True)
class Piece:
    """One table: the name of its file without an ending, and what makes it a sheet or CSV.

    A `detail` says at length what another table says in short.
    """

    name: str
    sheet: Callable[[], Sheet]
    csv: Callable[[], str]
    detail: bool = False


@dataclass(frozen=True, slots=True)
class Whole:
    """All tables of a library, and what the reports remark on them."""

    pieces: tuple[Piece, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FoundRow:
    """What a report finds to contradict itself or to be missing."""

    report: Annotated[str, "The report that tells it."]
    severity: Annotated[Severity, "How much it weighs."]
    name: Annotated[str, "What is wrong, as a code of words."]
    path: Annotated[str, "File, relative to the library."]
    line: Annotated[int, "Line in the file, from 1."]
    message: Annotated[str, "What is wrong and what to do."]


def whole(standings: LibraryStatus, frameworks: tuple[str, ...]) -> Whole:
    """The tables in the order in which an auditor asks for them; those of the frameworks named, where any are."""
    told = dict(_told(standings, frameworks))
    pieces = (
        *_of_reports(_FIRST, told),
        _piece(Table("sops", "Master list", ShownRow, shown_rows(standings), SHOWN_COLUMNS), "master-list"),
        *(_register(standings.library, name) for name in _REGISTERS),
        _piece(Table("risks", "Risk to record", RiskChain, risk_chains(standings), RISK_COLUMNS), "risk-to-record"),
        _piece(
            Table("policies", "Policy to SOP", PolicyChain, policy_chains(standings), POLICY_COLUMNS), "policy-to-sop"
        ),
        *_of_reports(_LAST, told),
        _piece(Table("findings", "Findings", FoundRow, tuple(_found(told))), "findings"),
    )
    registers = standings.library.registers
    notes = (
        *standings.notes,
        *(f"{(_FIRST | _LAST)[name]}: {note}" for name, one in told.items() for note in one.notes),
        *(f"left out of {name}: {note}" for name in _REGISTERS for note in unread_rows(registers[name])),
    )
    return Whole(pieces, tuple(dict.fromkeys(notes)))


def _told(standings: LibraryStatus, frameworks: tuple[str, ...]) -> Iterator[tuple[str, Told]]:
    """What each report tells. A statement of applicability is about one framework, the first; there may be none."""
    first = (frameworks or standings.library.config.library.frameworks)[:1]
    named = {"coverage": frameworks, "soa": tuple(name.partition(":")[0] for name in first)}
    reports = [report_named(name) for name in (*_FIRST, *_LAST) if name != "soa" or first]
    read_together((report.reads for report in reports if report.reads), standings)
    for report in reports:
        yield report.name, report.make(standings, Asked(frameworks=named.get(report.name, ())))


def _of_reports(titles: Mapping[str, str], told: Mapping[str, Told]) -> Iterator[Piece]:
    for name, title in titles.items():
        if name in told:
            yield _piece(replace(told[name].table, title=title), name)
            for table in told[name].more:
                yield _piece(replace(table, title=_further(_SHORT.get(name, title), table)), f"{name}-{table.name}")


def _further(title: str, table: Table) -> str:
    said = f"{title} - {table.title.lower()}"
    return said if len(said) <= MAX_SHEET_NAME else f"{title} - {table.name}"


def _piece(table: Table, name: str) -> Piece:
    return Piece(name, lambda: sheet_of(table), lambda: rows_csv(table.kind, table.rows), table.detail)


def _register(library: Library, name: str) -> Piece:
    def sheet() -> Sheet:
        made = register_sheet(library, name)
        columns = tuple(replace(column, head=head_of(column.head)) for column in made.columns)
        return replace(made, name=name.capitalize(), columns=columns)

    return Piece(name, sheet, lambda: register_csv(name, library.registers[name].rows))


def _found(told: Mapping[str, Told]) -> Iterator[FoundRow]:
    for name, report in told.items():
        for one in sorted(report.findings, key=lambda finding: finding.sort_key):
            yield FoundRow(name, one.severity, one.code, one.path, one.place.line, one.message)
