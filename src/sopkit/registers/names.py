"""What people call the rows of registers, and the SOPs, so that a table may name them by their titles."""

from collections.abc import Iterator

from sopkit.library import Library
from sopkit.model.references import SOPS
from sopkit.model.registers import REGISTERS
from sopkit.registers.cells import Reader
from sopkit.registers.columns import title_of


def reader_of(library: Library) -> Reader:
    """What reads the cells of a table for a library."""
    keys = {name: _keys(_register_names(library, name)) for name in REGISTERS}
    keys[SOPS] = _keys((sop.id, name) for sop in library.sops for name in (sop.id, sop.text("title")))
    config = library.config
    return Reader(config.scales, config.library.frameworks, keys, config.library.language)


def _register_names(library: Library, name: str) -> Iterator[tuple[str, str]]:
    for row in library.registers[name].rows:
        for called in (*row.names, title_of(row), *getattr(row, "emails", ())):
            yield row.key, called


def _keys(names: Iterator[tuple[str, str]]) -> dict[str, str]:
    """Key by name in lower case: a key means itself, another name its row unless it is a name of two."""
    own: dict[str, set[str]] = {}
    others: dict[str, set[str]] = {}
    for key, called in names:
        if called and key:
            (own if called == key else others).setdefault(" ".join(called.split()).casefold(), set()).add(key)
    return {called: min(keys) for called, keys in {**others, **own}.items() if len(keys) == 1}
