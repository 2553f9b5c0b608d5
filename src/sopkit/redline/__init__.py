"""What differs between two texts of an SOP, as data."""

from sopkit.redline.compare import compare

__all__ = ["compare"]
