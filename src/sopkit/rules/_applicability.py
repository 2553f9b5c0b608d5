"""The statement of applicability, for the rules that ask what it says of a control."""

from functools import lru_cache

from sopkit.library import Library
from sopkit.model.control_ids import parse_control
from sopkit.model.id_resolution import MatchKind
from sopkit.model.registers import Applicability

Control = tuple[str, str]
"""A framework and an id."""


@lru_cache(maxsize=4)
def statement(library: Library) -> dict[Control, Applicability]:
    """The rows by control; an id without a framework is of the library's first.

    There are none where the register has findings of its own.
    """
    register = library.registers["soa"]
    if not register or register.findings:
        return {}
    return {control: row for row, controls in statement_rows(library) for control in controls}


@lru_cache(maxsize=4)
def statement_rows(library: Library) -> tuple[tuple[Applicability, tuple[Control, ...]], ...]:
    """Each row and the controls that it is about, none where nobody knows them."""
    frameworks = library.config.library.frameworks
    return tuple(
        (row, _controls(row.control, library, frameworks[0] if frameworks else None))
        for row in library.registers["soa"].rows
        if isinstance(row, Applicability)
    )


def _controls(written: str, library: Library, default: str | None) -> tuple[Control, ...]:
    match = parse_control(written, library.catalogue, default)
    if match.kind is not MatchKind.FOUND or match.framework is None:
        return ()
    return tuple((match.framework, control) for control in match.ids)
