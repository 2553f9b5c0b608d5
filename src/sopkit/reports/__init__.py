"""The reports on what procedures cover, one a file."""

import sys
from functools import cache

from sopkit.registry import collect, names
from sopkit.reports._report import Asked, FindingRow, Report, Table, Told

__all__ = ["Asked", "FindingRow", "Report", "Table", "Told", "all_reports", "report_named", "report_names"]


def report_names() -> tuple[str, ...]:
    """The names of all reports, which are those of their files."""
    return names(sys.modules[__name__])


def report_named(name: str) -> Report:
    """The report of a known name; the others are not loaded."""
    return collect(sys.modules[__name__], Report, name)[0]


@cache
def all_reports() -> dict[str, Report]:
    """Every report by name."""
    reports = collect(sys.modules[__name__], Report)
    return {report.name: report for report in sorted(reports, key=lambda report: report.name)}
