"""The areas of procedures: what the configuration says of one, and those that sopkit ships."""

from collections.abc import Iterable

from pydantic import BaseModel, ConfigDict, Field

from sopkit.model.durations import Duration
from sopkit.model.errors import SopkitError
from sopkit.model.similarity import nearest


class Area(BaseModel):
    """`[areas.NAME]`: one area of the library; a table here overrides or adds to the shipped areas."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    title: str = Field("", description="Name shown to readers.")
    prefix: str = Field("", description="Prefix of the ids of this area.")
    approvers: tuple[str, ...] = Field((), description="Role ids that approve, unless the SOP names its own.")
    review_every: Duration = Field(Duration("12 months"), description="Default review interval.")
    requires: tuple[str, ...] = Field((), description="Sections asked for beyond the six.")
    steps: tuple[int, int] = Field((3, 15), description="Fewest and most steps at top level of a procedure.")
    complexity: tuple[int, int] = Field(
        (8, 100), description="Least and most complexity: steps, decisions twice, roles that act, and handovers."
    )


def _area(title: str, prefix: str, *requires: str) -> Area:
    return Area.model_construct(title=title, prefix=prefix, requires=requires)


SHIPPED_AREAS = {
    "access-control": _area("Access control", "AC", "records"),
    "asset-management": _area("Asset management", "AM", "records"),
    "backup-recovery": _area("Backup and recovery", "BK", "records"),
    "business-continuity": _area("Business continuity", "BC", "records"),
    "change-management": _area("Change management", "CM", "records", "rollback"),
    "customer-success": _area("Customer success", "CS", "records"),
    "document-control": _area("Document control", "DC", "records"),
    "human-resources": _area("Human resources", "HR", "records"),
    "incident-handling": _area("Incident handling", "IH", "records", "escalation"),
    "physical-security": _area("Physical security", "PS", "records"),
    "privacy": _area("Privacy", "PV", "records"),
    "risk-management": _area("Risk management", "RM", "records"),
    "secure-development": _area("Secure development", "SD", "records"),
    "vendor-management": _area("Vendor management", "VM", "records"),
    "vulnerability-management": _area("Vulnerability management", "VU", "records"),
}


def unknown_area(name: str, areas: Iterable[str], advice: str = "") -> SopkitError:
    """The error for a name that is none of the areas; its hint tells the nearest, the advice, and all of them."""
    known = tuple(areas)
    near = nearest(name.lower(), known, 1, 0.4)
    hint = f"did you mean {near[0]}? " if near else ""
    return SopkitError(f"no area {name!r}", f"{hint}{advice}known: {', '.join(known)}")
