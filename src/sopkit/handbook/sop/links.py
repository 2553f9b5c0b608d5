"""Where the links and pictures of an SOP lead, seen from a page of the handbook."""

from typing import TYPE_CHECKING

from sopkit.handbook.page import link, sop_path
from sopkit.handbook.sop.pictures import pictures
from sopkit.render.links import is_external, linked_sop, path_of

if TYPE_CHECKING:
    from sopkit.handbook.ground import Ground
    from sopkit.model.sop import Sop


class Linked:
    """The surroundings of a text on the page at `path`: its links lead to pages of SOPs that are shown, and out.

    What is hidden, missing or no SOP keeps only the words that the author gave it.
    """

    def __init__(self, sop: "Sop", ground: "Ground", path: str) -> None:
        self._sop, self._ground, self._path = sop, ground, path

    def link(self, target: str) -> str | None:
        """The address of a link."""
        if is_external(target):
            return target
        other = linked_sop(target, self._sop, self._ground.library)
        if other is None:
            return None
        _, mark, anchor = target.partition("#")
        if other.path == self._sop.path:
            return f"#{anchor or 'content'}"
        return link(self._path, f"{sop_path(other.id)}{mark}{anchor}")

    def remark(self, target: str, words: str) -> str:
        """Nothing: what has no address is not told."""
        del target, words
        return ""

    def picture(self, target: str) -> str | None:
        """The address of a picture inside the library; None for any other, whose description is shown."""
        path = None if not target or is_external(target) else path_of(target, self._sop)
        found = pictures(self._ground).get(path) if path else None
        return link(self._path, found.path) if found else None

    def other(self, target: str) -> str:
        """The id of another SOP that is shown."""
        other = None if is_external(target) else linked_sop(target, self._sop, self._ground.library)
        return "" if other is None or other.path == self._sop.path else other.id
