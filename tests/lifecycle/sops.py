"""Texts of SOPs and libraries for the tests of the life cycle: a test states only what differs."""

from datetime import date
from pathlib import Path

from sopkit.lifecycle.stale import report_stale
from sopkit.lifecycle.status import StaleReport, StaleRow
from sopkit.model.config import Basis

AS_OF = date(2024, 12, 1)
PATH = "sops/ac-001.md"
CONFIG = '[review]\nbasis = "git"\n'
CLAIMS = '[front_matter]\nclaims = { reviewed = "last_reviewed", next = "next_review" }\n[review]\nbasis = "claims"\n'
BODY = "## Purpose\n\nGrant access to people who need it.\n\n1. Ask the owner.\n2. Grant the right, and say so.\n"


def sop(body: str = BODY, **keys: str) -> str:
    """A text; a key that is empty is left out."""
    front = {"id": "AC-001", "title": "Grant access", "status": "active", "area": "access-control"} | keys
    lines = "".join(f"{key}: {value}\n" for key, value in front.items() if value)
    return f"---\n{lines}---\n\n{body}"


def report(
    root: Path, as_of: date = AS_OF, today: date = AS_OF, basis: Basis | None = None, *, tree_only: bool = False
) -> StaleReport:
    return report_stale(root, as_of, today, basis=basis, tree_only=tree_only)


def row(root: Path, as_of: date = AS_OF, basis: Basis | None = None) -> StaleRow:
    """The one row of a library."""
    (found,) = report(root, as_of, basis=basis).rows
    return found


def gist(found: StaleRow) -> tuple[str, str, tuple[str, ...]]:
    """Headline, revision and landing of the last material change, and every flag."""
    return f"{found.state}", f"{found.revision} {found.changed}", tuple(map(str, found.flags))
