"""The library as files for other programs, one way a file."""

import sys
from functools import cache

from sopkit.exports._export import Export, Exported
from sopkit.registry import collect, names

__all__ = ["Export", "Exported", "all_exports", "export_named", "export_names"]


def export_names() -> tuple[str, ...]:
    """The names of all exports, which are those of their files."""
    return names(sys.modules[__name__])


def export_named(name: str) -> Export:
    """The export of a known name; the others are not loaded."""
    return collect(sys.modules[__name__], Export, name)[0]


@cache
def all_exports() -> dict[str, Export]:
    """Every export by name."""
    exports = collect(sys.modules[__name__], Export)
    return {export.name: export for export in sorted(exports, key=lambda export: export.name)}
