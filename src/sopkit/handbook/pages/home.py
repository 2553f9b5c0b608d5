"""The home page."""

from collections.abc import Iterator
from functools import partial

from sopkit.handbook.ground import Ground
from sopkit.handbook.html import write
from sopkit.handbook.page import HOME, Page, PageKind


def _pages(ground: Ground) -> Iterator[Page]:
    title = ground.library.config.handbook.title or ground.library.config.library.name
    yield Page(HOME, partial(write, ground, HOME, "home.html.j2", title))


HOME_PAGE = PageKind("home", _pages)
