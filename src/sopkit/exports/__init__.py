"""What an export is, and the exports of a library, one per file and named as the file."""

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache

from sopkit.lifecycle.library_status import LibraryStatus
from sopkit.registry import collect, names


@dataclass(frozen=True, slots=True)
class ExportResult:
    """The files of an export by name, and what could not be put into them, as sentences."""

    files: Mapping[str, bytes]
    left_out: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Export:
    """An export: one file in this folder, named as the export.

    `write` is given the library and the version of the program. An export of several files goes into a `folder`.
    `binary` says that a file of it is no text. `within` writes no more than the frameworks that are named, where an
    export can be limited to some.
    """

    name: str
    title: str
    write: Callable[[LibraryStatus, str], ExportResult]
    folder: bool = False
    binary: bool = False
    within: Callable[[LibraryStatus, str, tuple[str, ...]], ExportResult] | None = None
    schemas: Mapping[str, Callable[[], dict[str, object]]] = field(default_factory=dict)


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
