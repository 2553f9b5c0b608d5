"""A page of the handbook, a kind of page, and a place in the menu."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from markupsafe import Markup

from sopkit.handbook.published_library import PublishedLibrary, PublishedSop


@dataclass(frozen=True, slots=True)
class Page:
    """One file of the site: `path` from its top with `/`, and what writes it.

    `subject` is the SOP that a page is about, which makes it an entry of the search index.
    """

    path: str
    write: Callable[[], str | bytes]
    subject: PublishedSop | None = None


@dataclass(frozen=True, slots=True)
class MenuItem:
    """A place in the header of every page, or in its foot: the page, the key of its words, and its rank in the row."""

    path: str
    words: str
    rank: int
    foot: bool = False

    def current(self, path: str) -> Markup:
        """The attribute that says that a page is this place, or one below it; empty for any other."""
        if path == self.path:
            return Markup(' aria-current="page"')
        folder, mark, _ = self.path.rpartition("/")
        return Markup(' aria-current="true"') if mark and path.startswith(f"{folder}/") else Markup()


@dataclass(frozen=True, slots=True)
class PageKind:
    """One kind of page: one file in `pages/`. `pages` gives all of them; they are written later, in any process.

    One that is in the menu gives the page to which it leads first, or not at all.
    """

    name: str
    pages: Callable[[PublishedLibrary], Iterator[Page]]
    menu: MenuItem | None = None
