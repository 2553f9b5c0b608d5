"""The lint rules, one per file: sopNNN_name.py."""

import sys
from functools import cache

from sopkit.lint.rule import Rule
from sopkit.registry import collect


@cache
def all_rules() -> dict[str, Rule]:
    """Every rule by code, in the order of the codes."""
    rules = collect(sys.modules[__name__], Rule)
    return {rule.code: rule for rule in sorted(rules, key=lambda rule: rule.code)}
