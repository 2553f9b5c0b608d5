"""How SOPs lead to each other: relative links to files of the library, and relations in front matter."""

import posixpath
import re
from collections.abc import Iterator
from functools import lru_cache

from sopkit.library import Library, sops_with
from sopkit.model.body import Link
from sopkit.model.sop import Sop

_SCHEME = re.compile(r"^[A-Za-z][A-Za-z0-9+.-]*:")
_TEMPLATED = re.compile(r"\{\{|\{%|<%|\$\{")


def link_parts(link: Link) -> tuple[str, str] | None:
    """The path and the anchor of a relative link, decoded; None for one that leads elsewhere or is a template."""
    return split_target(link.target)


def split_target(typed: str) -> tuple[str, str] | None:
    """The path and the anchor of the target of a link, as `link_parts` gives them."""
    target = typed.strip()
    if not target or target.startswith("/") or _SCHEME.match(target) or _TEMPLATED.search(target):
        return None
    path, _, anchor = target.partition("#")
    return _decode(path.partition("?")[0]), _decode(anchor)


def link_file(sop: Sop, library: Library, path: str) -> str | None:
    """The file that the path of a link means; empty when it lies outside the library; None when there is none."""
    if not path:
        return sop.path
    full = posixpath.normpath(posixpath.join(posixpath.dirname(sop.path), path))
    if full.startswith("../") or full == "..":
        return ""
    for candidate in (full, *source_files(full, library)):
        if candidate in library.by_path or library.exists(candidate):
            return candidate
    return None


def _decode(text: str) -> str:
    if "%" not in text:
        return text
    from urllib.parse import unquote  # few links are encoded

    return unquote(text)


def source_files(path: str, library: Library) -> Iterator[str]:
    """The files of which the site generator makes what a link to a path leads to."""
    for suffix, sources in library.config.links.suffixes.items():
        if path.endswith(suffix):
            yield from (path.removesuffix(suffix) + source for source in sources)


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
        names = dict.fromkeys(name for name, _ in sop.texts("superseded_by"))
        successors = tuple(name for name in names if any(other.active for other in library.by_id.get(name, ())))
        if sop.status == "retired":
            found[sop.path] = "retired", successors
        elif successors:
            found[sop.path] = "superseded", successors
    return found
