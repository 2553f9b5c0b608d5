"""What differs between two texts of an SOP, as data."""

from sopkit.diff.compare import compare

__all__ = ["compare"]
