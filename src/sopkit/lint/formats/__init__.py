"""The output formats of lint reports, one per file."""

import sys
from functools import cache

from sopkit.lint.format import Format, LintOutput, rule_counts
from sopkit.registry import collect, names

__all__ = [
    "Format",
    "LintOutput",
    "all_formats",
    "format_names",
    "job_summary_to_append",
    "lint_schema",
    "load_format",
    "rule_counts",
]


def format_names() -> tuple[str, ...]:
    """The names of all formats, which are those of their files."""
    return names(sys.modules[__name__])


def load_format(name: str) -> Format:
    """The format of a known name; the others are not loaded."""
    return collect(sys.modules[__name__], Format, name)[0]


@cache
def all_formats() -> dict[str, Format]:
    """Every format by name, in the order of the names."""
    formats = collect(sys.modules[__name__], Format)
    return {form.name: form for form in sorted(formats, key=lambda form: form.name)}


def lint_schema() -> dict[str, object]:
    """The JSON Schema of what `sopkit lint -f json` writes."""
    from sopkit.lint.formats._document import lint_document_schema  # only who asks for it pays for the models

    return lint_document_schema()


def job_summary_to_append(output: LintOutput, there: int) -> str:
    """The Markdown summary for a file in which so many bytes stand already, no longer than a job's page may be."""
    from sopkit.lint.formats.markdown import (
        MAX_BYTES,  # only who asks for it pays
        job_summary,  # only who asks for it pays
    )

    gap = "\n" if there else ""
    return gap + job_summary(output, MAX_BYTES - there - len(gap))
