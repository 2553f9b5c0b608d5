"""The areas of the handbook, with the SOPs that are shown of each."""

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from sopkit.handbook.page import AREAS, area_path

if TYPE_CHECKING:
    from sopkit.handbook.ground import Ground, Shown


@dataclass(frozen=True, eq=False)
class ShownArea:
    """An area of which SOPs are shown, and the path of its list; the one of SOPs without a known area has no name."""

    name: str
    title: str
    path: str
    shown: tuple["Shown", ...]


@lru_cache(4)
def areas_of(ground: "Ground") -> dict[str, ShownArea]:
    """The areas by name, in the order of their titles; SOPs that name none that is known come last."""
    known = ground.library.config.all_areas
    found: dict[str, list[Shown]] = {}
    for one in ground.shown:
        name = one.sop.text("area")
        found.setdefault(name if name in known else "", []).append(one)
    titles = {name: (known[name].title or name) if name else ground.words("areas.none") for name in found}
    return {
        name: ShownArea(name, titles[name], area_path(name) if name else f"{AREAS}#none", tuple(found[name]))
        for name in sorted(found, key=lambda name: (not name, titles[name].casefold(), name))
    }


def area_of(ground: "Ground", one: "Shown") -> ShownArea:
    """The area of an SOP that is shown."""
    areas, name = areas_of(ground), one.sop.text("area")
    return areas[name if name in areas else ""]
