"""What can be written at a place: ids with their titles, and what is put in for each."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from sopkit.analysis.references import CONTROLS
from sopkit.library import Library
from sopkit.model.registers import SOP_TARGET

MOST = 200
_SPECIAL = frozenset(",[]{}#&*!|>'\"%@`")


class Kind(StrEnum):
    """What a suggestion is."""

    KEY = "key"
    WORD = "word"
    ID = "id"
    SECTION = "section"
    ROLE = "role"
    FILE = "file"


@dataclass(frozen=True, slots=True)
class Suggestion:
    """`text` takes the place of the bytes `start:end`; `words` are what is searched, `label` and `detail` shown."""

    label: str
    text: str
    start: int
    end: int
    kind: Kind = Kind.WORD
    detail: str = ""
    about: str = ""

    @property
    def words(self) -> str:
        """What is typed is looked for in here."""
        return f"{self.label} {self.detail}".strip()


Named = tuple[str, str]
"""An id and its title."""


def ids_of(library: Library, kind: str) -> Iterator[Named]:
    """The SOPs, or the rows of a register that are in force."""
    if kind == SOP_TARGET:
        for name, sops in sorted(library.by_id.items()):
            yield name, sops[0].text("title")
        return
    register = library.registers[kind]
    for row in register.rows:
        if row.gone(library.as_of) is None:
            yield row.key, str(getattr(row, "title", "") or getattr(row, "name", ""))


def controls_of(library: Library, framework: str) -> Iterator[Named]:
    """The controls of a framework that were not withdrawn."""
    found = library.catalogue.framework(framework)
    for control in found.controls if found is not None else ():
        if not control.withdrawn and not control.heading_only:
            yield control.id, control.title


def named(library: Library, kind: str, framework: str = "") -> Iterator[Named]:
    """The ids of a kind, controls included."""
    return controls_of(library, framework) if kind == CONTROLS else ids_of(library, kind)


def matching(pairs: Iterable[Named], typed: str) -> Iterator[Named]:
    """Those in whose id or title every word stands that was typed."""
    words = typed.casefold().split()
    for name, title in pairs:
        text = f"{name} {title}".casefold()
        if all(word in text for word in words):
            yield name, title


def in_yaml(name: str) -> str:
    """A value as YAML has it, in quotes where it needs them."""
    plain = not _SPECIAL.intersection(name) and ": " not in name and name == name.strip() and name[:1] not in "-?:"
    return name if plain and name else f'"{name}"'
