"""Links and pictures in the text of an SOP, resolved to files of the site."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from pathlib import PurePosixPath

from sopkit.handbook.paths import link, picture_path, sop_path
from sopkit.handbook.published_library import PublishedLibrary
from sopkit.model.sop import Sop
from sopkit.render.body import render_body
from sopkit.render.context import find_linked_sop, is_external, linked_path, read_image

MAX_PICTURE_BYTES = 5 << 20
"""Largest picture that is put into a site, in bytes."""

_PICTURE_MARKUP = (b"![", b"<img")
"""One of these stands in every text with a picture."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture: its path in the site, and its bytes."""

    path: str
    data: bytes


@lru_cache(maxsize=1)
def published_pictures(handbook: PublishedLibrary) -> Mapping[str, Picture]:
    """The pictures that the shown texts have, by their path in the library."""
    found: dict[str, Picture] = {}
    texts = [text for one in handbook.shown for text in (one.sop, one.newer) if text is not None]
    for sop in texts:
        if any(sign in sop.source.lower for sign in _PICTURE_MARKUP):
            for path in _PictureCollector(sop, handbook, "").paths():
                data = None if path in found else read_image(handbook.library.root, path, MAX_PICTURE_BYTES)
                if data is not None:
                    name = sha256(data).hexdigest()[:16]
                    found[path] = Picture(picture_path(f"{name}{PurePosixPath(path).suffix.lower()}"), data)
    return found


class PageRenderContext:
    """Resolves the links and pictures of a text for the page at `path`: links lead to pages of published SOPs, and out.

    A link to anything hidden, missing or not an SOP keeps only the words that the author gave it.
    """

    def __init__(self, sop: Sop, handbook: PublishedLibrary, path: str) -> None:
        self._sop, self._handbook, self._path = sop, handbook, path

    def link(self, target: str) -> str | None:
        """The address of a link."""
        if is_external(target):
            return target
        other = find_linked_sop(target, self._sop, self._handbook.library)
        if other is None:
            return None
        _, mark, anchor = target.partition("#")
        if other.path == self._sop.path:
            return f"#{anchor or 'content'}"
        return link(self._path, f"{sop_path(other.id)}{mark}{anchor}")

    def remark(self, target: str, words: str) -> str:
        """Nothing: a link without an address gets no remark."""
        del target, words
        return ""

    def picture(self, target: str) -> str | None:
        """The address of a picture inside the library; None for any other, whose description is shown."""
        path = None if not target or is_external(target) else linked_path(target, self._sop)
        return self._picture_address(path) if path else None

    def _picture_address(self, path: str) -> str | None:
        found = published_pictures(self._handbook).get(path)
        return link(self._path, found.path) if found else None

    def other(self, target: str) -> str:
        """The id of another published SOP."""
        other = None if is_external(target) else find_linked_sop(target, self._sop, self._handbook.library)
        return "" if other is None or other.path == self._sop.path else other.id


class _PictureCollector(PageRenderContext):
    def paths(self) -> tuple[str, ...]:
        self._found: dict[str, None] = {}
        render_body(self._sop, self._handbook.library, self, flow=False)
        self._sop.forget_body()
        return tuple(self._found)

    def _picture_address(self, path: str) -> None:
        self._found[path] = None
