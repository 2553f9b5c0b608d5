"""HTTP headers for hosts that read `_headers` (Cloudflare Pages, Netlify), sent with every file."""

from collections.abc import Iterator

from sopkit.handbook.page import Page, PageKind
from sopkit.handbook.published import PublishedLibrary

CONTENT_SECURITY_POLICY = (
    "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'"
)
"""The Content-Security-Policy under which every page works."""

_HEADERS = f"""/*
  Content-Security-Policy: {CONTENT_SECURITY_POLICY}
  X-Content-Type-Options: nosniff
  Referrer-Policy: no-referrer
"""


def _pages(ground: PublishedLibrary) -> Iterator[Page]:
    del ground
    yield Page("_headers", lambda: _HEADERS)


HEADERS = PageKind("headers", _pages)
