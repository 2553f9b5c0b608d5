"""How `sopkit stale` writes its report."""

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from sopkit.cli.console import table, width
from sopkit.tables.escape import escape_controls
from sopkit.tables.rows import dump_json

if TYPE_CHECKING:
    from sopkit.lifecycle.stale_report import StaleGroup
    from sopkit.lifecycle.status import StaleReport, StaleRow

_HEADS = ("ID", "STATE", "DUE", "DAYS", "OWNER", "REVIEWED", "CHANGED", "WHY")


def written(report: "StaleReport", format: str, groups: "Sequence[StaleGroup] | None" = None) -> str:
    """The report in a format; groups are shown in the table and in Markdown."""
    from sopkit.lifecycle.stale_report import stale_csv, stale_json, stale_markdown

    if format == "json":
        return dump_json(stale_json(report))
    if format == "csv":
        return stale_csv(report)
    if format == "markdown":
        from sopkit.lifecycle.stale_report import groups_markdown

        return stale_markdown(report) if groups is None else groups_markdown(report, groups)
    return _table(report, groups)


def with_calendar(text: str, report: "StaleReport", *, asked: bool, output: Path | None) -> str:
    """The table with the calendar below it: when it is asked for, or there is a terminal with room for both."""
    columns = width() if output is None else None
    if not asked and columns is None:
        return text
    from sopkit.lifecycle.stale_report import render_due_calendar

    both = f"{text}\n\n{render_due_calendar(report, columns)}"
    return both if asked or both.count("\n") + 2 < shutil.get_terminal_size().lines else text


def _table(report: "StaleReport", groups: "Sequence[StaleGroup] | None") -> str:
    from sopkit.lifecycle.stale_report import count_states, format_sop_count

    parts = [table(_HEADS, _cells(report.rows), "no SOP")] if not groups else []
    for group in groups or ():
        parts += [f"{escape_controls(group.heading)}\n{format_sop_count(len(group.rows))}: {group.counts}"]
        parts += [table(_HEADS, _cells(group.rows), "")]
    judged = (
        f"{format_sop_count(len(report.rows))} as of {report.as_of}, basis {report.basis}: {count_states(report.rows)}"
    )
    return "\n\n".join((*parts, judged if report.rows else f"no SOP as of {report.as_of}"))


def _cells(rows: "Sequence[StaleRow]") -> list[tuple[str, ...]]:
    return [
        (
            row.id if 0 < len(row.id) < len(row.path) else row.path,
            str(row.state),
            str(row.due or "-"),
            "" if row.days is None else str(row.days),
            row.owner,
            " ".join(str(part) for part in (row.reviewed, row.reviewed_by, row.evidence) if part)
            if row.reviewed
            else "-",
            str(row.changed or "-"),
            "; ".join((row.reason, *(str(flag) for flag in row.flags if flag != row.state))),
        )
        for row in rows
    ]
