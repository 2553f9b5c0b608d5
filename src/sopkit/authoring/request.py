"""What a user requests of a new SOP: template answers, id, title, owner and area."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from sopkit.model.config import Area, unknown_area
from sopkit.model.errors import SopkitError
from sopkit.parsing.yaml import yaml_scalar
from sopkit.tables.escape import escape_controls

_MAX_LENGTH = 500


@dataclass(frozen=True)
class SopRequest:
    """What somebody asked for; what is empty comes from the template and the library."""

    id: str = ""
    title: str = ""
    owner: str = ""
    area: str = ""
    decided: Mapping[str, str] = field(default_factory=dict)


def format_head_lines(number: str, title: str, area: str, owner: str) -> list[str]:
    """The first lines of the front matter of a new SOP."""
    return [
        f"id: {yaml_scalar(number)}",
        f"title: {yaml_scalar(title)}",
        'version: "0.1"',
        "status: draft",
        f"area: {yaml_scalar(area)}",
        f"owner: {yaml_scalar(owner)}",
    ]


def check_line(name: str, value: str) -> None:
    """Raise SopkitError when a value is no line of plain text, or a very long one."""
    if escape_controls(value) != value or len(value) > _MAX_LENGTH:
        raise SopkitError(
            f"{name}: `{escape_controls(value[:60])}` is no line of plain text of at most {_MAX_LENGTH} characters",
            "write it on one line; more can be written in the SOP itself",
        )


def find_area(areas: Mapping[str, Area], name: str) -> str:
    """The key of the area that somebody names by key or title. Raises SopkitError when there is none."""
    if not name:
        raise SopkitError("the questionnaire names no area", f"say --area; known: {', '.join(areas)}")
    named = {area.title.casefold(): key for key, area in areas.items()}
    key = name if name in areas else named.get(name.casefold(), "")
    if not key:
        raise unknown_area(name, areas, "say --area; ")
    return key
