"""The context of a rendered body: where its links lead, and where its images come from."""

import base64
import posixpath
import re
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote

from sopkit.library import Library
from sopkit.model.sop import Sop
from sopkit.model.source import PICTURE_TYPES
from sopkit.reading import read_file

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:|//")


def is_external(target: str) -> bool:
    """Whether a link names a host, an address or a number instead of a file."""
    return _SCHEME.match(target) is not None


def linked_path(target: str, sop: Sop) -> str | None:
    """The file of the library that a relative link means, or None when it leads out of the library."""
    written = unquote(target.split("#", 1)[0].split("?", 1)[0])
    start = "" if written.startswith("/") else posixpath.dirname(sop.path)
    path = posixpath.normpath(posixpath.join(start, written.lstrip("/")))
    return None if not written or path == ".." or path.startswith("../") else path


def find_linked_sop(target: str, sop: Sop, library: Library) -> Sop | None:
    """The SOP of the library that a relative link means, or None."""
    path = linked_path(target, sop)
    if path is None:
        return None
    if found := library.by_path.get(path):
        return found
    for suffix, meant in library.config.links.suffixes.items():
        for other in meant:
            if path.endswith(suffix) and (found := library.by_path.get(path.removesuffix(suffix) + other)):
                return found
    return None


MAX_IMAGE_BYTES = 512 * 1024
"""Largest picture that is put into a page, in bytes."""


def embed_image(root: Path, path: str) -> str | None:
    """A picture of the library as a `data:` address; None when it is no small picture inside the library."""
    data = read_image(root, path, MAX_IMAGE_BYTES)
    return (
        f"data:{PICTURE_TYPES[Path(path).suffix.lower()][0]};base64,{base64.b64encode(data).decode()}" if data else None
    )


def read_image(root: Path, path: str, most: int) -> bytes | None:
    """The bytes of a picture of the library; None when it is none of at most so many bytes inside the library."""
    kind, magic = PICTURE_TYPES.get(Path(path).suffix.lower(), ("", b""))
    if not kind or any(part.startswith(".") for part in path.split("/")):
        return None
    try:
        data = read_file(root, path, most + 1)
    except OSError:
        return None
    return data if len(data) <= most and data.startswith(magic) else None


class RenderContext(Protocol):
    """How the page of one SOP resolves what its text names; a target is what the author wrote."""

    def link(self, target: str) -> str | None:
        """The address that a link gets, or None where only its words are shown. Never asked for `#anchor`."""

    def remark(self, target: str, words: str) -> str:
        """What to say behind the words of a link that has no address here; often nothing."""

    def picture(self, target: str) -> str | None:
        """The address of a picture, or None where its description is shown in its place."""

    def other(self, target: str) -> str:
        """The name of another SOP that a link means, for the pictures of flows; else the empty string."""


class StandaloneContext:
    """The surroundings of a document that stands alone: it names what others would link to, and holds its pictures."""

    def __init__(self, sop: Sop, library: Library) -> None:
        self.sop, self.library = sop, library
        self.introduced = {sop.id}

    def link(self, target: str) -> str | None:
        """The same target where it is outside the library."""
        return target if is_external(target) else None

    def remark(self, target: str, words: str) -> str:
        """What a reader without the library needs to find the other document: id and title, or the path."""
        other = find_linked_sop(target, self.sop, self.library)
        if other is None:
            path = linked_path(target, self.sop) or target
            return "" if path in words else f"({path})"
        if other.path == self.sop.path:
            return ""
        title = other.text("title")
        known = other.id in self.introduced
        self.introduced.add(other.id)
        missing = [other.id] if other.id and other.id not in words else []
        if title and title.casefold() not in words.casefold() and not known:
            missing.append(title)
        remark = " ".join(missing)
        return remark if not missing or words == other.id else f"({remark})"

    def picture(self, target: str) -> str | None:
        """A small picture of the library as `data:`."""
        path = None if not target or is_external(target) else linked_path(target, self.sop)
        return embed_image(self.library.root, path) if path else None

    def other(self, target: str) -> str:
        """The id or title of another SOP."""
        other = None if is_external(target) else find_linked_sop(target, self.sop, self.library)
        return "" if other is None or other.path == self.sop.path else other.id or other.text("title")
