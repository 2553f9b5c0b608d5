"""What hosts that read it are asked to send with every file: Cloudflare Pages and Netlify do."""

from collections.abc import Iterator

from sopkit.handbook.ground import Ground
from sopkit.handbook.page import Page, PageKind

POLICY = "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'"
"""The Content-Security-Policy under which every page works."""

_HEADERS = f"""/*
  Content-Security-Policy: {POLICY}
  X-Content-Type-Options: nosniff
  Referrer-Policy: no-referrer
"""


def _pages(ground: Ground) -> Iterator[Page]:
    del ground
    yield Page("_headers", lambda: _HEADERS)


HEADERS = PageKind("headers", _pages)
