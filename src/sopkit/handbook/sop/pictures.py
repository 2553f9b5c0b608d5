"""The pictures in the texts that are shown, each a file of the site under a name that tells nothing of where it lay."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from sopkit.handbook.page import picture_path
from sopkit.render.body import body_of
from sopkit.render.images import picture
from sopkit.render.links import is_external, path_of

if TYPE_CHECKING:
    from sopkit.handbook.ground import Ground
    from sopkit.model.sop import Sop

MOST_BYTES = 5 << 20
"""Largest picture that is put into a site, in bytes."""

_SIGNS = (b"![", b"<img")
"""One of these stands in every text with a picture."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture: where it stands in the site, and its bytes."""

    path: str
    data: bytes


@lru_cache(maxsize=1)
def pictures(ground: "Ground") -> Mapping[str, Picture]:
    """The pictures that the shown texts have, by their path in the library."""
    found: dict[str, Picture] = {}
    texts = [text for one in ground.shown for text in (one.sop, one.newer) if text is not None]
    for sop in texts:
        if any(sign in sop.source.lower for sign in _SIGNS):
            for path in _Looking(sop, ground).paths():
                data = None if path in found else picture(ground.library.root, path, MOST_BYTES)
                if data is not None:
                    name = sha256(data).hexdigest()[:16]
                    found[path] = Picture(picture_path(f"{name}{PurePosixPath(path).suffix.lower()}"), data)
    return found


class _Looking:
    """Surroundings that see which pictures a text asks for; the page of it asks for the same."""

    def __init__(self, sop: "Sop", ground: "Ground") -> None:
        self._sop, self._ground = sop, ground
        self._found: dict[str, None] = {}

    def paths(self) -> Iterator[str]:
        """The files of the pictures in the text."""
        body_of(self._sop, self._ground.library, self, flow=False)
        self._sop.forget_body()
        yield from self._found

    def link(self, target: str) -> str | None:
        """Links are not looked at."""
        return target

    def remark(self, target: str, words: str) -> str:
        """Nothing."""
        del target, words
        return ""

    def picture(self, target: str) -> str | None:
        """Note the picture."""
        path = None if not target or is_external(target) else path_of(target, self._sop)
        if path is not None:
            self._found[path] = None
        return None

    def other(self, target: str) -> str:
        """Nothing."""
        del target
        return ""
