"""Which keys of the front matter and columns of the registers name an SOP, or a row of a register."""

SOPS = "sops"
"""Stands for the SOPs where otherwise a register is named."""

FRONT_MATTER = {
    "owner": "roles",
    "approvers": "roles",
    "contributors": "roles",
    "audience": "roles",
    "policies": "policies",
    "risks": "risks",
    "assets": "assets",
    "vendors": "vendors",
    "requires": SOPS,
    "related": SOPS,
    "supersedes": SOPS,
    "superseded_by": SOPS,
}
"""Key of the front matter to what its values name."""

COLUMNS: dict[str, dict[str, str]] = {
    "roles": {"reports_to": "roles"},
    "policies": {"owner": "roles"},
    "assets": {"owner": "roles", "vendor": "vendors"},
    "risks": {"owner": "roles"},
    "vendors": {"owner": "roles"},
    "exceptions": {"sop": SOPS, "risk": "risks", "approver": "roles"},
    "external": {"owner": "roles"},
    "actions": {"owner": "roles", "verified_by": "roles", "sop": SOPS},
    "soa": {"owner": "roles"},
}
"""Register to its columns that name a row of a register, or an SOP."""

HOLDERS = ("holders", "deputies")
"""Columns of the roles with people in them."""
