"""Find parts that are defined one per file in a folder: rules, formats, reports."""

from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType
from typing import TypeVar

Part = TypeVar("Part")


def names(package: ModuleType) -> tuple[str, ...]:
    """The names of the files in which a package's parts are, without loading them."""
    return tuple(info.name for info in iter_modules(package.__path__) if not info.name.startswith("_"))


def collect(package: ModuleType, kind: type[Part], only: str | None = None) -> list[Part]:
    """Every object of a kind at the top of the package's modules, or of one of them, in the order of the files."""
    found: dict[int, Part] = {}
    for name in names(package) if only is None else (only,):
        module = import_module(f"{package.__name__}.{name}")
        for value in vars(module).values():
            if isinstance(value, kind):
                found.setdefault(id(value), value)
    return list(found.values())
