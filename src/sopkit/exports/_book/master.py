"""The master list of `sopkit status`, with what can be shown for each SOP."""

from dataclasses import dataclass, fields
from datetime import date
from typing import Annotated

from sopkit.analysis.status_list import StatusRow, status_row
from sopkit.lifecycle.library_status import LibraryStatus
from sopkit.model.sop import Sop

SHOWN_COLUMNS = (
    *("id", "title", "version", "status", "area_title", "owner_title", "approver_titles"),
    *("state", "reviewed", "approved", "due"),
)
"""What is printed of the master list."""


@dataclass(frozen=True, slots=True)
class ShownRow(StatusRow):
    """One SOP of the library, with what can be shown for it."""

    state: Annotated[str, "State as `sopkit stale` tells it."]
    reviewed: Annotated[date | None, "Day of the latest review that counts."]
    approved: Annotated[date | None, "Day of the latest approval that counts."]
    due: Annotated[date | None, "Last day on which the next review is in time."]
    evidence: Annotated[str, "What the latest of the two is shown by, with its level."]


def shown_rows(standings: LibraryStatus) -> tuple[ShownRow, ...]:
    """Every SOP, retired ones too, in the order of ids; what has no id comes last."""
    return tuple(_row(sop, standings) for sop in standings.library.in_order)


def _row(sop: Sop, standings: LibraryStatus) -> ShownRow:
    listed, standing = status_row(sop, standings.library), standings.of(sop)
    return ShownRow(
        **{field.name: getattr(listed, field.name) for field in fields(StatusRow)},
        state=standing.state,
        reviewed=standing.reviewed,
        approved=standing.approved,
        due=standing.due,
        evidence=standing.evidence,
    )
