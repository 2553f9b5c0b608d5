"""SOP509."""

from collections.abc import Iterator

from sopkit.library import Library
from sopkit.model.finding import Finding, Severity
from sopkit.model.registers import Asset, Vendor
from sopkit.rules._example import Example
from sopkit.rules._rule import Scope, rule

_ASSETS = "- {id: customer-data, title: Customer data, criticality: critical}\n"


@rule(
    "SOP509",
    severity=Severity.WARNING,
    scope=Scope.LIBRARY,
    default=False,
    bad=Example(
        "---\nassets: [customer-data]\nclassification: internal\n---\n", files={"registers/assets.yaml": _ASSETS}
    ),
    good=Example(
        """
        ---
        area: backup-recovery
        assets: [customer-data]
        ---
        """,
        files={"registers/assets.yaml": _ASSETS},
    ),
)
def critical_asset_uncovered(library: Library) -> Iterator[Finding]:
    """Each critical asset in use is named by an active SOP of backup-recovery, each tier-1 vendor by one of reviews.

    The reviews of vendors are the active SOPs of vendor-management; one that names no vendor at all is about all.

    Why: an auditor begins with the assets that matter most, and asks for the procedure that restores each of them.
    Mend: write or extend the SOP, and name the asset under `assets:`, the vendor under `vendors:`; lower the row's
    criticality or tier where it says too much. Off by default: not each critical asset is one that you can back up.
    """
    day = library.as_of
    backed_up, _ = _named(library, "backup-recovery", "assets")
    register = library.registers["assets"]
    for row in register.rows if register else ():
        critical = isinstance(row, Asset) and row.criticality == "critical" and row.gone(day) is None
        if critical and row.key not in backed_up:
            message = f"no active SOP of backup-recovery names the critical asset `{row.key}`; name it under `assets`"
            yield Finding(register.path, register.place(row.key), message)
    reviewed, all_reviewed = _named(library, "vendor-management", "vendors")
    register = library.registers["vendors"]
    for row in register.rows if register and not all_reviewed else ():
        first = isinstance(row, Vendor) and row.tier == 1 and row.gone(day) is None
        if first and row.key not in reviewed:
            message = f"no active SOP of vendor-management names the tier-1 vendor `{row.key}`; name it under `vendors`"
            yield Finding(register.path, register.place(row.key), message)


def _named(library: Library, area: str, key: str) -> tuple[set[str], bool]:
    """What the active SOPs of an area name under a key, and whether one of them names nothing."""
    some = [sop for sop in library.sops if sop.source.has(area.encode()) and sop.active and sop.text("area") == area]
    named = [{name for name, _ in sop.texts(key)} for sop in some]
    return set().union(*named), not all(named)
