"""The areas that sopkit ships; a library adds or changes them in `[areas.NAME]`."""

from collections.abc import Iterable

from sopkit.model.config import Area
from sopkit.model.errors import SopkitError
from sopkit.model.nearest import nearest


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
    said = f"did you mean {near[0]}? " if near else ""
    return SopkitError(f"no area {name!r}", f"{said}{advice}known: {', '.join(known)}")
