"""The modules of rules: who imports whom, and how one is replaced by a mutant while everything is loaded."""

import ast
from functools import cache
from importlib import import_module
from pathlib import Path

from sopkit.rules import all_rules

RULES = Path(import_module("sopkit.rules").__path__[0])
_PREFIX = "sopkit.rules."
_FIRM = {"__init__", "_rule", "_example"}
"""Modules whose classes everything is made of; they cannot be replaced under it."""


def names() -> list[str]:
    """The modules that can have mutants."""
    return sorted(path.stem for path in RULES.glob("*.py") if path.stem not in _FIRM)


def source(name: str) -> str:
    """The text of a module."""
    return (RULES / f"{name}.py").read_text("utf-8")


@cache
def affected(name: str) -> tuple[str, ...]:
    """The module, and those that import it, each behind what it imports."""
    found = {name}
    order = [name]
    waiting = [other for other in names() if other != name]
    while later := [other for other in waiting if _imported(other) & found]:
        ready = [other for other in later if not any(_imported(other) & set(affected(one)) for one in later)]
        order += ready
        found.update(ready)
        waiting = [other for other in waiting if other not in found]
    return tuple(order)


@cache
def codes(name: str) -> tuple[str, ...]:
    """The codes of the rules that a module has a part in, its own first."""
    by_module = {rule.name.replace("-", "_"): code for code, rule in all_rules().items()}
    return tuple(by_module[one] for one in affected(name) if one in by_module)


def put(name: str, tree: ast.Module) -> None:
    """Replace a module, and load again what imports it."""
    for one in affected(name):
        module = import_module(_PREFIX + one)
        code = compile(tree, str(module.__file__), "exec") if one == name else _compiled(one)
        exec(code, vars(module))
    all_rules.cache_clear()
    all_rules()


@cache
def _compiled(name: str) -> object:
    return compile(source(name), str(RULES / f"{name}.py"), "exec")


@cache
def _imported(name: str) -> frozenset[str]:
    return frozenset(
        node.module.removeprefix(_PREFIX)
        for node in ast.walk(ast.parse(source(name)))
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(_PREFIX)
    )
