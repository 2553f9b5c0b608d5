"""All SOPs on one page, for readers without scripts, who use the search of their browser."""

from collections.abc import Iterator
from functools import partial

from sopkit.handbook.html import render_page
from sopkit.handbook.page import LIST, MenuItem, Page, PageKind
from sopkit.handbook.pages.areas import areas_of
from sopkit.handbook.published import PublishedLibrary


def _pages(ground: PublishedLibrary) -> Iterator[Page]:
    yield Page(LIST, partial(_write, ground))


def _write(ground: PublishedLibrary) -> str:
    library = ground.library
    return render_page(
        ground,
        LIST,
        "list.html.j2",
        ground.words("list.title"),
        areas=areas_of(ground).values(),
        owner_of=lambda sop: library.role_title(sop.text("owner")),
        controls_of=lambda sop: tuple(dict.fromkeys(name for claim in library.claims(sop) for name in claim.ids)),
    )


LIST_PAGE = PageKind("list", _pages, MenuItem(LIST, "list.title", 10, foot=True))
