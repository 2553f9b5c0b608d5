"""The sitemap for search engines, and robots.txt; only if the address of the site is known."""

from collections.abc import Iterable, Iterator
from functools import partial
from xml.sax.saxutils import escape

from sopkit.handbook.approvals import approvals
from sopkit.handbook.page import ROBOTS, SITEMAP, Page, address, sop_path
from sopkit.handbook.published import PublishedLibrary
from sopkit.model.sop_document import Classification

_NOT_FOUND = "404.html"


def sitemap(ground: PublishedLibrary, paths: Iterable[str]) -> Iterator[Page]:
    """`sitemap.xml` for the pages at these paths and, of a handbook for everyone, `robots.txt` that leads to it.

    Others have none: what keeps readers and machines out of them is the host that asks who they are.
    """
    base = ground.asked.base_url
    if not base:
        return
    listed = tuple(sorted(path for path in paths if path.endswith(".html") and path != _NOT_FOUND))
    yield Page(SITEMAP, partial(_write_sitemap, ground, listed))
    if ground.asked.classification is Classification.PUBLIC:
        yield Page(ROBOTS, partial("User-agent: *\nAllow: /\nSitemap: {}\n".format, address(base, SITEMAP)))


def _write_sitemap(ground: PublishedLibrary, paths: tuple[str, ...]) -> str:
    changed = {sop_path(told.one.id): told.approval.landed for told in approvals(ground)}
    lines = ['<?xml version="1.0" encoding="utf-8"?>', '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">']
    for path in paths:
        day = f"<lastmod>{changed[path]}</lastmod>" if path in changed else ""
        lines.append(f"<url><loc>{escape(address(ground.asked.base_url, path))}</loc>{day}</url>")
    return "\n".join((*lines, "</urlset>")) + "\n"
