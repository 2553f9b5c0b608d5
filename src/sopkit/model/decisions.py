"""Marked decisions, `[decide: …]`: what a template leaves open because only the company can know it."""

import re

MARK = re.compile(r"\[[ \t]*[Dd]ecide\b[^\]\r\n]{0,200}\]")
"""A mark, on one line."""


def undecided(value: str) -> bool:
    """Whether a mark stands in the place of a value."""
    return MARK.match(value) is not None
