"""All SOPs on one page: what readers without script look through, with the search of their browser."""

from collections.abc import Iterator
from functools import partial

from sopkit.handbook.ground import Ground
from sopkit.handbook.html import write
from sopkit.handbook.page import LIST, MenuItem, Page, PageKind
from sopkit.handbook.views.areas import areas_of


def _pages(ground: Ground) -> Iterator[Page]:
    yield Page(LIST, partial(_write, ground))


def _write(ground: Ground) -> str:
    library = ground.library
    return write(
        ground,
        LIST,
        "list.html.j2",
        ground.words("list.title"),
        areas=areas_of(ground).values(),
        owner_of=lambda sop: library.role_title(sop.text("owner")),
        controls_of=lambda sop: tuple(dict.fromkeys(name for claim in library.claims(sop) for name in claim.ids)),
    )


LIST_PAGE = PageKind("list", _pages, MenuItem(LIST, "list.title", 10, foot=True))
