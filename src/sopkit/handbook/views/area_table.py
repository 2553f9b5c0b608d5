"""The rows of the table of an area."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sopkit.handbook.sop.siblings import anchor
from sopkit.handbook.sop.strip import Sign, strip_of

if TYPE_CHECKING:
    from sopkit.handbook.ground import Ground, Shown
    from sopkit.handbook.views.areas import ShownArea


@dataclass(frozen=True, slots=True)
class Row:
    """One SOP: who answers for it, whether to follow it and what speaks against that, and when it is looked at."""

    one: "Shown"
    anchor: str
    owner: str
    signs: tuple[Sign, ...]
    review: Sign | None


def rows_of(ground: "Ground", area: "ShownArea") -> tuple[Row, ...]:
    """The rows of an area, in the order of the ids."""
    rows = []
    for at, one in enumerate(area.shown):
        strip = strip_of(ground, one)
        owner = ground.library.role_title(one.sop.text("owner"))
        rows.append(Row(one, anchor(area, at), owner, (strip.standing, *strip.alarms), strip.review))
    return tuple(rows)
