"""The area that a questionnaire, or whoever makes or reads one, names."""

from collections.abc import Mapping

from sopkit.model.config import Area, unknown_area
from sopkit.model.errors import SopkitError


def area_of(areas: Mapping[str, Area], name: str) -> str:
    """The key of the area that somebody names by key or title. Raises SopkitError when there is none."""
    if not name:
        raise SopkitError("the questionnaire names no area", f"say --area; known: {', '.join(areas)}")
    named = {area.title.casefold(): key for key, area in areas.items()}
    key = name if name in areas else named.get(name.casefold(), "")
    if not key:
        raise unknown_area(name, areas, "say --area; ")
    return key
