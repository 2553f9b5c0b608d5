"""The page of search results, which its script fills."""

from collections.abc import Iterator
from functools import partial

from sopkit.handbook.html import render_page
from sopkit.handbook.page import SEARCH, Page, PageKind
from sopkit.handbook.published import PublishedLibrary


def _pages(ground: PublishedLibrary) -> Iterator[Page]:
    yield Page(SEARCH, partial(render_page, ground, SEARCH, "search.html.j2", ground.words("search.title")))


SEARCH_PAGE = PageKind("search", _pages)
