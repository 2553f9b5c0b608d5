"""Files for hosts: HTTP headers (Cloudflare Pages, Netlify), and the page for an address that does not exist."""

from collections.abc import Iterator
from functools import partial
from urllib.parse import quote, urlsplit

from sopkit.handbook.html import render_page
from sopkit.handbook.page import Page, PageKind
from sopkit.handbook.paths import MISSING
from sopkit.handbook.published_library import PublishedLibrary

CONTENT_SECURITY_POLICY = (
    "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'"
)
"""The Content-Security-Policy under which every page works."""

_HEADERS = f"""/*
  Content-Security-Policy: {CONTENT_SECURITY_POLICY}
  X-Content-Type-Options: nosniff
  Referrer-Policy: no-referrer
"""


def _header_pages(handbook: PublishedLibrary) -> Iterator[Page]:
    del handbook
    yield Page("_headers", lambda: _HEADERS)


HEADERS = PageKind("headers", _header_pages)


def _missing_pages(handbook: PublishedLibrary) -> Iterator[Page]:
    yield Page(MISSING, partial(_write_missing, handbook))


def _write_missing(handbook: PublishedLibrary) -> str:
    """With links from the top of the host; where nobody said where the site stands, without style and links."""
    title = handbook.words("missing.title")
    if not handbook.asked.base_url:
        return render_page(handbook, MISSING, "missing-alone.html.j2", title)
    top = urlsplit(handbook.asked.base_url).path.rstrip("/")
    return render_page(handbook, MISSING, "missing.html.j2", title, to=partial(_from_top, top))


def _from_top(top: str, target: str) -> str:
    path, mark, anchor = target.partition("#")
    return f"{quote(top, safe='/.-_~%')}/{quote(path, safe='/.-_~')}{mark}{anchor}"


MISSING_PAGE = PageKind("missing", _missing_pages)
