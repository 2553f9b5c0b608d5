"""What a body has around it: where its links lead, and where its pictures come from."""

from typing import Protocol

from sopkit.library import Library
from sopkit.model.sop import Sop
from sopkit.render.images import embedded
from sopkit.render.links import is_external, linked_sop, path_of


class Surroundings(Protocol):
    """How the page of one SOP resolves what its text names; a target is what the author wrote."""

    def link(self, target: str) -> str | None:
        """The address that a link gets, or None where only its words are shown. Never asked for `#anchor`."""

    def remark(self, target: str, words: str) -> str:
        """What to say behind the words of a link that has no address here; often nothing."""

    def picture(self, target: str) -> str | None:
        """The address of a picture, or None where its description is shown in its place."""

    def other(self, target: str) -> str:
        """The name of another SOP that a link means, for the pictures of flows; else the empty string."""


class Alone:
    """The surroundings of a document that stands alone: it names what others would link to, and holds its pictures."""

    def __init__(self, sop: Sop, library: Library) -> None:
        self.sop, self.library = sop, library
        self.introduced = {sop.id}

    def link(self, target: str) -> str | None:
        """The same target where it is outside the library."""
        return target if is_external(target) else None

    def remark(self, target: str, words: str) -> str:
        """What a reader without the library needs to find the other document: id and title, or the path."""
        other = linked_sop(target, self.sop, self.library)
        if other is None:
            path = path_of(target, self.sop) or target
            return "" if path in words else f"({path})"
        if other.path == self.sop.path:
            return ""
        title = other.text("title")
        known = other.id in self.introduced
        self.introduced.add(other.id)
        missing = [other.id] if other.id and other.id not in words else []
        if title and title.casefold() not in words.casefold() and not known:
            missing.append(title)
        said = " ".join(missing)
        return said if not missing or words == other.id else f"({said})"

    def picture(self, target: str) -> str | None:
        """A small picture of the library as `data:`."""
        path = None if not target or is_external(target) else path_of(target, self.sop)
        return embedded(self.library.root, path) if path else None

    def other(self, target: str) -> str:
        """The id or title of another SOP."""
        other = None if is_external(target) else linked_sop(target, self.sop, self.library)
        return "" if other is None or other.path == self.sop.path else other.id or other.text("title")
