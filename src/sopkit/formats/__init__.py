"""The ways to write what linting found, one a file."""

import sys
from functools import cache

from sopkit.formats._format import Format, LintOutput
from sopkit.formats._statistics import statistics
from sopkit.registry import collect, names

__all__ = [
    "Format",
    "LintOutput",
    "all_formats",
    "format_named",
    "format_names",
    "lint_schema",
    "statistics",
    "summary_to_append",
]


def format_names() -> tuple[str, ...]:
    """The names of all formats, which are those of their files."""
    return names(sys.modules[__name__])


def format_named(name: str) -> Format:
    """The format of a known name; the others are not loaded."""
    return collect(sys.modules[__name__], Format, name)[0]


@cache
def all_formats() -> dict[str, Format]:
    """Every format by name, in the order of the names."""
    formats = collect(sys.modules[__name__], Format)
    return {form.name: form for form in sorted(formats, key=lambda form: form.name)}


def lint_schema() -> dict[str, object]:
    """The JSON Schema of what `sopkit lint -f json` writes."""
    from sopkit.formats._lint_document import schema  # noqa: PLC0415 - only who asks for it pays for the models

    return schema()


def summary_to_append(output: LintOutput, there: int) -> str:
    """The Markdown summary for a file in which so many bytes stand already, no longer than a job's page may be."""
    from sopkit.formats.markdown import ROOM, job_summary  # noqa: PLC0415 - only who asks for it pays

    gap = "\n" if there else ""
    return gap + job_summary(output, ROOM - there - len(gap))
