"""A link from a new SOP to the one that was made from another template."""

import posixpath
import re
from collections.abc import Iterable
from urllib.parse import quote

from sopkit.library import Library

MadeSop = tuple[str, str, str]
"""Id, title and path of an SOP."""


def linked(library: Library, beside: Iterable[MadeSop], path: str, template: str, words: str) -> str:
    """A link from a path to the SOP of a template, written or beside it; the words where there is none."""
    there = [*made_from(library, template), *beside]
    if not there:
        return words
    number, title, target = min(there)
    label = re.sub(r"([\\\[\]`*_<>])", r"\\\1", f"{number} {title}".strip())
    return f"[{label}]({quote(posixpath.relpath(target, posixpath.dirname(path) or '.'))})"


def made_from(library: Library, template: str) -> list[MadeSop]:
    """The SOPs of a library that were made from a template and are not retired."""
    return [
        (sop.id, sop.text("title"), sop.path)
        for sop in library.sops
        if sop.text("template").partition("@")[0] == template and sop.status != "retired"
    ]
