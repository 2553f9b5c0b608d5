"""The master list with what can be shown for each SOP."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated

from sopkit.library import Library
from sopkit.lifecycle.standing import Standings
from sopkit.model.sop import Sop

SOP_COLUMNS = ("id", "title", "version", "status", "state", "area", "owner", "approvers", "reviewed", "approved", "due")
"""What is printed of the master list."""


@dataclass(frozen=True, slots=True)
class SopRow:
    """One SOP of the library."""

    id: Annotated[str, "Id as typed."]
    title: Annotated[str, "Title as typed."]
    version: Annotated[str, "Label of the version."]
    status: Annotated[str, "Status as typed: draft, trial, active or retired."]
    state: Annotated[str, "State as `sopkit stale` tells it."]
    area: Annotated[str, "Title of the area."]
    owner: Annotated[str, "Title of the role that owns it."]
    approvers: Annotated[tuple[str, ...], "Titles of the roles that approve it."]
    classification: Annotated[str, "How secret it is."]
    criticality: Annotated[str, "How much depends on it."]
    effective: Annotated[str, "First day of this version, as typed."]
    reviewed: Annotated[date | None, "Day of the latest review that counts."]
    approved: Annotated[date | None, "Day of the latest approval that counts."]
    due: Annotated[date | None, "Last day on which the next review is in time."]
    evidence: Annotated[str, "What the latest of the two is shown by, with its level."]
    path: Annotated[str, "File, relative to the library."]


def master_rows(standings: Standings) -> tuple[SopRow, ...]:
    """Every SOP, retired ones too, in the order of ids; what has no id comes last."""
    sops = sorted(standings.library.sops, key=lambda sop: (not sop.id, sop.id, sop.path))
    return tuple(_row(sop, standings) for sop in sops)


def role_title(name: str, library: Library) -> str:
    """The title of a role; what is written where nobody knows it."""
    role = library.role(name)
    return role.title if role and role.title else name


def _row(sop: Sop, standings: Standings) -> SopRow:
    library, standing = standings.library, standings.of(sop)
    area = library.area(sop)
    approvers = tuple(name for name, _ in sop.texts("approvers")) or (area.approvers if area else ())
    return SopRow(
        id=sop.id,
        title=sop.text("title"),
        version=sop.text("version"),
        status=sop.status,
        state=standing.state,
        area=area.title if area and area.title else sop.text("area"),
        owner=role_title(sop.text("owner"), library),
        approvers=tuple(role_title(name, library) for name in approvers),
        classification=sop.text("classification") or "internal",
        criticality=sop.text("criticality"),
        effective=sop.text("effective"),
        reviewed=standing.reviewed,
        approved=standing.approved,
        due=standing.due,
        evidence=standing.evidence,
        path=sop.path,
    )
