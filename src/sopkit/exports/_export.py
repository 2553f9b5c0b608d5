"""What an export is."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from sopkit.lifecycle.library_status import LibraryStatus


@dataclass(frozen=True, slots=True)
class Exported:
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
    write: Callable[[LibraryStatus, str], Exported]
    folder: bool = False
    binary: bool = False
    within: Callable[[LibraryStatus, str, tuple[str, ...]], Exported] | None = None
    schemas: Mapping[str, Callable[[], dict[str, object]]] = field(default_factory=dict)
