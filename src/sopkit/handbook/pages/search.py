"""The page of search results, which its script fills."""

from collections.abc import Iterator
from functools import partial

from sopkit.handbook.ground import Ground
from sopkit.handbook.html import write
from sopkit.handbook.page import SEARCH, Page, PageKind


def _pages(ground: Ground) -> Iterator[Page]:
    yield Page(SEARCH, partial(write, ground, SEARCH, "search.html.j2", ground.words("search.title")))


SEARCH_PAGE = PageKind("search", _pages)
