"""The home page."""

from collections.abc import Iterator
from functools import partial

from sopkit.handbook.ground import Ground
from sopkit.handbook.html import handbook_title, write
from sopkit.handbook.page import HOME, Page, PageKind
from sopkit.handbook.views.home import news, roles, searches, soon

_MOST = 10


def _pages(ground: Ground) -> Iterator[Page]:
    yield Page(HOME, partial(_write, ground))


def _write(ground: Ground) -> str:
    return write(
        ground,
        HOME,
        "home.html.j2",
        handbook_title(ground),
        searches=searches(ground),
        cards=roles(ground),
        news=news(ground),
        soon=soon(ground)[:_MOST],
    )


HOME_PAGE = PageKind("home", _pages)
