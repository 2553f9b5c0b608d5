"""The rows of the table of an area."""

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from sopkit.handbook.siblings import anchor

if TYPE_CHECKING:
    from sopkit.handbook.areas import ShownArea
    from sopkit.handbook.ground import Ground, Shown


@dataclass(frozen=True, slots=True)
class Row:
    """One SOP: who answers for it, how it stands, and when it is looked at."""

    one: "Shown"
    anchor: str
    owner: str
    state: str
    due: date | None


def rows_of(ground: "Ground", area: "ShownArea") -> tuple[Row, ...]:
    """The rows of an area, in the order of the ids."""
    return tuple(
        Row(
            one=one,
            anchor=anchor(area, at),
            owner=ground.library.role_title(one.sop.text("owner")),
            state=str(one.row.state) if one.row else "",
            due=one.row.due if one.row else None,
        )
        for at, one in enumerate(area.shown)
    )
