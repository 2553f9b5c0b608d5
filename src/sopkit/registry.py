"""Finds the parts that are defined one per file in a folder: rules, formats, reports."""

from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType
from typing import TypeVar

Part = TypeVar("Part")


def collect(package: ModuleType, kind: type[Part]) -> list[Part]:
    """Every object of a kind that a module of the package holds at its top, in the order of the files' names."""
    found: dict[int, Part] = {}
    for info in iter_modules(package.__path__):
        if info.name.startswith("_"):
            continue
        module = import_module(f"{package.__name__}.{info.name}")
        for value in vars(module).values():
            if isinstance(value, kind):
                found.setdefault(id(value), value)
    return list(found.values())
