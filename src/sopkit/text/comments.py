"""HTML as it counts for the digest: comments fall away where they surely are comments."""

import re

_TAG = (
    r"</[A-Za-z][A-Za-z0-9-]*\s*>"
    r"|<[A-Za-z][A-Za-z0-9-]*"
    r"(?:\s+[A-Za-z_:][A-Za-z0-9_.:-]*(?:\s*=\s*(?:[^\s\"'=<>`]+|'[^']*'|\"[^\"]*\"))?)*\s*/?>"
)
# A comment ends where browsers end it. What is neither a comment nor a plain tag is taken to the end, so that
# a comment inside a quote that is never closed cannot make text vanish that a browser shows.
_PIECE = re.compile(rf"(?P<comment><!--(?:-?>|.*?--!?>))|{_TAG}|(?P<unclear><.*)", re.DOTALL | re.ASCII)
_UNREAD = re.compile(
    r"<(?:textarea|title|style|script|xmp|iframe|noembed|noframes|noscript|plaintext)\b", re.IGNORECASE
)
_KEPT = re.compile(r"<(?:pre|textarea|style|script)\b", re.IGNORECASE)


class Comments:
    """Takes the comments out of the HTML of one document, piece by piece in reading order."""

    def __init__(self, body: str) -> None:
        self._certain = "<!--" in body

    def without(self, html: str) -> str:
        """Give the piece with a space for each comment; as it is once a comment may be text that is shown."""
        if self._certain and _UNREAD.search(html) is not None:
            self._certain = False
        return _PIECE.sub(self._keep, html) if self._certain else html

    def _keep(self, match: re.Match[str]) -> str:
        if match["comment"] is not None:
            return " "
        if match["unclear"] is not None:
            self._certain = False
        return match[0]


def keeps_blanks(html: str) -> bool:
    """Whether blanks in a block of HTML are shown as they are."""
    return _KEPT.search(html) is not None
