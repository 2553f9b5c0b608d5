"""The reports, one per file or folder; a report's name is the name of its file."""

import sys
from functools import cache

from sopkit.registry import collect, names
from sopkit.reports.report import Report

_SUPPORT = frozenset({"report"})  # modules that are no report


def report_names() -> tuple[str, ...]:
    """The names of all reports, which are those of their files."""
    return tuple(name for name in names(sys.modules[__name__]) if name not in _SUPPORT)


def report_named(name: str) -> Report:
    """The report of a known name; the others are not loaded."""
    return collect(sys.modules[__name__], Report, name)[0]


@cache
def all_reports() -> dict[str, Report]:
    """Every report by name."""
    reports = collect(sys.modules[__name__], Report)
    return {report.name: report for report in sorted(reports, key=lambda report: report.name)}
