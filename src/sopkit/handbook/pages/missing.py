"""The page that a host shows for an address that leads nowhere, from any depth."""

from collections.abc import Iterator
from functools import partial
from urllib.parse import quote, urlsplit

from sopkit.handbook.ground import Ground
from sopkit.handbook.html import write
from sopkit.handbook.page import MISSING, Page, PageKind


def _pages(ground: Ground) -> Iterator[Page]:
    yield Page(MISSING, partial(_write, ground))


def _write(ground: Ground) -> str:
    """With links from the top of the host; where nobody said where the site stands, without style and links."""
    title = ground.words("missing.title")
    if not ground.asked.base_url:
        return write(ground, MISSING, "missing-alone.html.j2", title)
    top = urlsplit(ground.asked.base_url).path.rstrip("/")
    return write(ground, MISSING, "missing.html.j2", title, to=partial(_from_top, top))


def _from_top(top: str, target: str) -> str:
    path, mark, anchor = target.partition("#")
    return f"{quote(top, safe='/.-_~%')}/{quote(path, safe='/.-_~')}{mark}{anchor}"


MISSING_PAGE = PageKind("missing", _pages)
