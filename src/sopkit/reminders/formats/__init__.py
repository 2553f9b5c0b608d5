"""The ways to write reminders, one a file."""

import sys
from functools import cache

from sopkit.registry import collect, names
from sopkit.reminders.formats._format import RemindFormat

__all__ = ["RemindFormat", "all_formats", "format_named", "format_names"]


def format_names() -> tuple[str, ...]:
    """The names of all formats, which are those of their files."""
    return names(sys.modules[__name__])


def format_named(name: str) -> RemindFormat:
    """The format of a known name; the others are not loaded."""
    return collect(sys.modules[__name__], RemindFormat, name)[0]


@cache
def all_formats() -> dict[str, RemindFormat]:
    """Every format by name, in the order of the names."""
    return {form.name: form for form in collect(sys.modules[__name__], RemindFormat)}
