"""Which SOPs name which in their front matter, and which of them are no longer in force: for rules about relations."""

from functools import lru_cache

from sopkit.front_keys import sops_with
from sopkit.library import Library
from sopkit.model.sop import Sop


@lru_cache(maxsize=8)
def naming(library: Library, key: str) -> dict[str, tuple[Sop, ...]]:
    """Id to the SOPs that name it under a key."""
    found: dict[str, list[Sop]] = {}
    for sop in sops_with(library, key):
        for name, _ in sop.texts(key):
            found.setdefault(name, []).append(sop)
    return {name: tuple(sops) for name, sops in found.items()}


@lru_cache(maxsize=4)
def out_of_force(library: Library) -> dict[str, tuple[str, tuple[str, ...]]]:
    """Path to why an SOP is no longer in force, and the ids of the active ones that took its place."""
    found = {}
    for sop in sops_with(library, "superseded_by", "retired"):
        successors = tuple(dict.fromkeys(name for name, _ in sop.texts("superseded_by") if _active(library, name)))
        if sop.status == "retired":
            found[sop.path] = "retired", successors
        elif successors:
            found[sop.path] = "superseded", successors
    return found


def _active(library: Library, name: str) -> bool:
    return any(sop.active for sop in library.by_id.get(name, ()))
