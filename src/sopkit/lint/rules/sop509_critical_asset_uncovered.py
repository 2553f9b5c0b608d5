"""SOP509: critical asset uncovered."""

from collections.abc import Callable, Iterator

from sopkit.library import Library
from sopkit.lint.rule import Example, RuleScope, rule
from sopkit.model.finding import Finding, Severity
from sopkit.model.registers import Asset, Vendor
from sopkit.model.sop import Sop
from sopkit.parsing.register import Register

_REQUIRED_AREAS = {
    Asset: ("critical asset", "backup-recovery", "assets"),
    Vendor: ("tier-1 vendor", "vendor-management", "vendors"),
}
_ASSETS = "- {id: customer-data, title: Customer data, criticality: critical}\n"


@rule(
    "SOP509",
    severity=Severity.WARNING,
    scope=RuleScope.LIBRARY,
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
    for register, row in uncovered_rows(library, lambda sop: sop.active):
        what, area, key = _REQUIRED_AREAS[type(row)]
        message = f"no active SOP of {area} names the {what} `{row.key}`; name it under `{key}`"
        yield Finding(register.path, register.place(row.key), message)


def uncovered_rows(library: Library, carries: Callable[[Sop], bool]) -> Iterator[tuple[Register, Asset | Vendor]]:
    """The critical assets and tier-1 vendors in use that no SOP names which carries out the area that serves them."""
    day = library.as_of
    backed_up, _ = _names_in_area(library, "backup-recovery", "assets", carries)
    register = library.registers["assets"]
    for row in register.rows if register else ():
        if isinstance(row, Asset) and row.criticality == "critical" and row.key not in backed_up and not row.gone(day):
            yield register, row
    reviewed, all_reviewed = _names_in_area(library, "vendor-management", "vendors", carries)
    register = library.registers["vendors"]
    for row in register.rows if register and not all_reviewed else ():
        if isinstance(row, Vendor) and row.tier == 1 and row.key not in reviewed and not row.gone(day):
            yield register, row


def _names_in_area(library: Library, area: str, key: str, carries: Callable[[Sop], bool]) -> tuple[set[str], bool]:
    """What the SOPs that carry out an area name under a key, and whether one of them names nothing."""
    some = [sop for sop in library.sops if sop.source.has(area.encode()) and carries(sop) and sop.text("area") == area]
    named = [{name for name, _ in sop.texts(key)} for sop in some]
    return set().union(*named), not all(named)
