"""A report as text: JSON, CSV, Markdown."""

from dataclasses import fields
from typing import Any

from sopkit.lifecycle.library_status import LibraryStatus
from sopkit.reports._report import Report, Table, Told
from sopkit.tables.escape import escape_markdown
from sopkit.tables.rows import dump_json_tables, json_default, rows_csv, rows_markdown


def as_json(report: Report, told: Told, standings: LibraryStatus, version: str) -> str:
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


def as_csv(told: Told) -> str:
    """The rows of the main table, with every column."""
    return rows_csv(told.table.kind, told.table.rows)


def as_markdown(report: Report, told: Told, standings: LibraryStatus) -> str:
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
            lines += rows_markdown(columns_of(table), table.rows) if table.rows else ["Nothing to tell."]
            lines += [""]
    lines += [f"- {escape_markdown(note)}" for note in (*standings.notes, *told.notes)]
    return "\n".join(lines).replace("\n\n\n", "\n\n").rstrip("\n") + "\n"


def columns_of(table: Table) -> tuple[str, ...]:
    """The columns that people see."""
    return table.columns or tuple(field.name for field in fields(table.kind))
