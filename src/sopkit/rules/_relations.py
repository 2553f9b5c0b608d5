"""Which SOPs name which in their front matter, and which of them are no longer in force: for rules about relations."""

from functools import lru_cache

from sopkit.library import Library
from sopkit.model.sop import Sop


def sops_with(library: Library, *keys: str) -> tuple[Sop, ...]:
    """The SOPs in whose front matter a key or a value may occur, under any spelling: only they are parsed."""
    aliases = library.config.front_matter.aliases
    spelled = {*keys, *(alias for alias, key in aliases.items() if key in keys)}
    words = tuple(word.encode() for word in spelled)
    return tuple(sop for sop in library.sops if _begins_with(sop.source.data, words))


def _begins_with(data: bytes, words: tuple[bytes, ...]) -> bool:
    """Whether a word stands above the line that closes front matter, at the latest; anywhere without such a line."""
    closing = data.find(b"\n---\n")
    end = closing if closing >= 0 else len(data)
    return any(data.find(word, 0, end) >= 0 for word in words)


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
