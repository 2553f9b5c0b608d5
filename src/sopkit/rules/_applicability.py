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
    register, frameworks = library.registers["soa"], library.config.library.frameworks
    found: dict[Control, Applicability] = {}
    for row in register.rows if register and not register.findings else ():
        if isinstance(row, Applicability):
            match = parse_control(row.control, library.catalogue, frameworks[0] if frameworks else None)
            if match.kind is MatchKind.FOUND and match.framework is not None:
                found.update(dict.fromkeys(((match.framework, control) for control in match.ids), row))
    return found
