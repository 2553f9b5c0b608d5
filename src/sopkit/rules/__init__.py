"""The lint rules, one a file, named after what is wrong."""

import sys
from functools import cache

from sopkit.registry import collect
from sopkit.rules._rule import Rule


@cache
def all_rules() -> dict[str, Rule]:
    """Every rule by code, in the order of the codes."""
    rules = collect(sys.modules[__name__], Rule)
    return {rule.code: rule for rule in sorted(rules, key=lambda rule: rule.code)}
