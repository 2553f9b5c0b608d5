"""The canonical form of a body, worked out anew only where it differs from the body before."""

import re

from sopkit.text.canonical import canonical_body

_BEGIN = canonical_body("")
# A heading at the margin after a blank line ends whatever stood above it, and nothing above changes how what
# follows is read; not so behind the beginning of a code fence, or of HTML that a blank line does not end.
_HEADING = re.compile(r"\n[ \t]*\n(?=#{1,6}[ \t])")
_FENCES = ("```", "~~~")
_HTML = re.compile(r"<(?:[!?]|(?i:script|pre|style|textarea))")
_COMMENT = "<!--"  # whether it counts depends on all HTML above it
_DEFINITION = "]:"  # of a link or a footnote: counts in the whole text


class Bodies:
    """Canonical forms of one body after another; those of the parts of the last one are kept."""

    def __init__(self) -> None:
        self._known: dict[str, bytes] = {}

    def canonical(self, body: str) -> bytes:
        """The same bytes as `canonical_body`."""
        known, self._known = self._known, {}
        found = []
        for part in parts(body):
            canonical = known.get(part)
            if canonical is None:
                canonical = canonical_body(part).removeprefix(_BEGIN)
            self._known[part] = canonical
            found.append(canonical)
        return _BEGIN + b"".join(found)


def parts(body: str) -> list[str]:
    """The body in pieces that can be read one by one: from heading to heading where that is sure."""
    if _DEFINITION in body:
        return [body]
    ends = [body.find(fence) for fence in _FENCES]
    html = _HTML.search(body)
    ends.append(html.start() if html else -1)
    if _COMMENT in body:
        ends.append(body.index("<"))
    last = min((end for end in ends if end >= 0), default=len(body))
    found, start = [], 0
    for match in _HEADING.finditer(body, 0, last):
        found.append(body[start : match.end()])
        start = match.end()
    return [*found, body[start:]]
