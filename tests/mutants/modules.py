"""The modules of rules: who imports whom, and how one is replaced by a mutant while everything is loaded."""

import ast
from functools import cache
from importlib import import_module
from pathlib import Path

from sopkit.lint.rules import all_rules

_SRC = Path(import_module("sopkit").__path__[0])
_SHARED = ("analysis.links", "analysis.responsibilities", "analysis.wording")
_FIRM = {"lint.baseline", "lint.changes", "lint.engine", "lint.ignores", "lint.rule", "lint.select"}
"""Modules of the engine, whose classes everything is made of; they cannot be replaced under it."""
_PREFIX = "sopkit."


@cache
def names() -> tuple[str, ...]:
    """The modules that can have mutants: the rules, and what rules share; below `sopkit`."""
    rules = (f"lint.rules.{path.stem}" for path in (_SRC / "lint/rules").glob("sop*.py"))
    shared = (f"lint.{path.stem}" for path in (_SRC / "lint").glob("*.py") if path.stem != "__init__")
    return tuple(sorted({*rules, *_SHARED, *shared} - _FIRM))


def source(name: str) -> str:
    """The text of a module."""
    return _file(name).read_text("utf-8")


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
    by_module = {f"lint.rules.{code.lower()}_{rule.name.replace('-', '_')}": code for code, rule in all_rules().items()}
    return tuple(by_module[one] for one in affected(name) if one in by_module)


def put(name: str, tree: ast.Module) -> None:
    """Replace a module, and load again what imports it."""
    for one in affected(name):
        module = import_module(_PREFIX + one)
        code = compile(tree, str(module.__file__), "exec") if one == name else _compiled(one)
        exec(code, vars(module))
    all_rules.cache_clear()
    all_rules()


def _file(name: str) -> Path:
    return _SRC / f"{name.replace('.', '/')}.py"


@cache
def _compiled(name: str) -> object:
    return compile(source(name), str(_file(name)), "exec")


@cache
def _imported(name: str) -> frozenset[str]:
    return frozenset(
        node.module.removeprefix(_PREFIX)
        for node in ast.walk(ast.parse(source(name)))
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(_PREFIX)
    )
