"""Relations between SOPs in their front matter: which SOP names which, and which are no longer in force."""

from functools import lru_cache

from sopkit.library import Library, sops_with
from sopkit.model.sop import Sop


@lru_cache(maxsize=8)
def sops_naming(library: Library, key: str) -> dict[str, tuple[Sop, ...]]:
    """Id to the SOPs that name it under a key."""
    found: dict[str, list[Sop]] = {}
    for sop in sops_with(library, key):
        for name, _ in sop.texts(key):
            found.setdefault(name, []).append(sop)
    return {name: tuple(sops) for name, sops in found.items()}


@lru_cache(maxsize=4)
def sops_out_of_force(library: Library) -> dict[str, tuple[str, tuple[str, ...]]]:
    """Path to why an SOP is no longer in force, and the ids of the active ones that took its place."""
    found = {}
    for sop in sops_with(library, "superseded_by", "retired"):
        successors = tuple(dict.fromkeys(name for name, _ in sop.texts("superseded_by") if _is_active(library, name)))
        if sop.status == "retired":
            found[sop.path] = "retired", successors
        elif successors:
            found[sop.path] = "superseded", successors
    return found


def _is_active(library: Library, name: str) -> bool:
    return any(sop.active for sop in library.by_id.get(name, ()))
