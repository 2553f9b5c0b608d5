"""What the rules of the life cycle share: where their findings stand, what to do, and histories of examples."""

from typing import TYPE_CHECKING

from sopkit.model.config import Basis
from sopkit.model.sop import Sop
from sopkit.rules._example import Past

if TYPE_CHECKING:
    from sopkit.lifecycle.life import Life

APPROVED = (
    Past("2026-01-05", "ben", text=""),
    Past("2026-01-06", "ann", entry="kind: review"),
    Past("2026-01-06", "ann", entry="kind: approval"),
)
"""A complete SOP by ben, reviewed and approved by ann."""


def place_of(sop: Sop, *keys: str) -> str:
    """The first of some keys that the front matter has, else the id."""
    return next((key for key in keys if key in sop.front.values), "id")


def review(sop: Sop, life: "Life", *options: str) -> str:
    """What to do to have an SOP reviewed."""
    if life.basis is Basis.RECORDS:
        return " ".join(("run: sopkit review", sop.name, *options))
    if life.basis is Basis.CLAIMS:
        return "review it, and write the day into its front matter"
    return "review it, and change what is no longer so"


def approve(sop: Sop) -> str:
    """What to type to approve an SOP."""
    return f"run: sopkit approve {sop.name}"
