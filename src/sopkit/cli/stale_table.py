"""How `sopkit stale` writes its report."""

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from sopkit.cli.console import table, width
from sopkit.model.dump import dump
from sopkit.model.visible import visible

if TYPE_CHECKING:
    from sopkit.lifecycle.staleness.report import StaleReport, StaleRow
    from sopkit.lifecycle.staleness.views import Group

_HEADS = ("ID", "STATE", "DUE", "DAYS", "OWNER", "REVIEWED", "CHANGED", "WHY")


def written(report: "StaleReport", format: str, groups: "Sequence[Group] | None" = None) -> str:
    """The report in a format; groups are shown in the table and in Markdown."""
    from sopkit.lifecycle.staleness.document import stale_csv, stale_json, stale_markdown  # noqa: PLC0415

    if format == "json":
        return dump(stale_json(report))
    if format == "csv":
        return stale_csv(report)
    if format == "markdown":
        from sopkit.lifecycle.staleness.views import grouped_markdown  # noqa: PLC0415

        return stale_markdown(report) if groups is None else grouped_markdown(report, groups)
    return _table(report, groups)


def with_calendar(text: str, report: "StaleReport", *, asked: bool, output: Path | None) -> str:
    """The table with the calendar below it: when it is asked for, or there is a terminal with room for both."""
    columns = width() if output is None else None
    if not asked and columns is None:
        return text
    from sopkit.lifecycle.staleness.due_calendar import due_calendar  # noqa: PLC0415

    both = f"{text}\n\n{due_calendar(report, columns)}"
    return both if asked or both.count("\n") + 2 < shutil.get_terminal_size().lines else text


def _table(report: "StaleReport", groups: "Sequence[Group] | None") -> str:
    from sopkit.lifecycle.staleness.views import counted, sops  # noqa: PLC0415

    parts = [table(_HEADS, _cells(report.rows), "no SOP")] if not groups else []
    for group in groups or ():
        parts += [f"{visible(group.heading)}\n{sops(len(group.rows))}: {group.counts}"]
        parts += [table(_HEADS, _cells(group.rows), "")]
    judged = f"{sops(len(report.rows))} as of {report.as_of}, basis {report.basis}: {counted(report.rows)}"
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
