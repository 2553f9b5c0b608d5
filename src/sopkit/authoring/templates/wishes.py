"""What somebody asks of a new SOP."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from sopkit.model.errors import SopkitError
from sopkit.tables.escape import escape_controls

_LONGEST = 500


@dataclass(frozen=True)
class Wishes:
    """What somebody asked for; what is empty comes from the template and the library."""

    id: str = ""
    title: str = ""
    owner: str = ""
    area: str = ""
    decided: Mapping[str, str] = field(default_factory=dict)


def check_line(name: str, value: str) -> None:
    """Raise SopkitError when a value is no line of plain text, or a very long one."""
    if escape_controls(value) != value or len(value) > _LONGEST:
        raise SopkitError(
            f"{name}: `{escape_controls(value[:60])}` is no line of plain text of at most {_LONGEST} characters",
            "write it on one line; more can be written in the SOP itself",
        )
