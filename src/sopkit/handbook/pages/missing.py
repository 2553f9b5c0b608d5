"""The page that a host shows for an address that does not exist, from any depth."""

from collections.abc import Iterator
from functools import partial
from urllib.parse import quote, urlsplit

from sopkit.handbook.html import render_page
from sopkit.handbook.page import MISSING, Page, PageKind
from sopkit.handbook.published import PublishedLibrary


def _pages(ground: PublishedLibrary) -> Iterator[Page]:
    yield Page(MISSING, partial(_write, ground))


def _write(ground: PublishedLibrary) -> str:
    """With links from the top of the host; where nobody said where the site stands, without style and links."""
    title = ground.words("missing.title")
    if not ground.asked.base_url:
        return render_page(ground, MISSING, "missing-alone.html.j2", title)
    top = urlsplit(ground.asked.base_url).path.rstrip("/")
    return render_page(ground, MISSING, "missing.html.j2", title, to=partial(_from_top, top))


def _from_top(top: str, target: str) -> str:
    path, mark, anchor = target.partition("#")
    return f"{quote(top, safe='/.-_~%')}/{quote(path, safe='/.-_~')}{mark}{anchor}"


MISSING_PAGE = PageKind("missing", _pages)
