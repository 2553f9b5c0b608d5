"""The level of a heading, however it is written."""

import re

from sopkit.authoring.adopt.changes import TextChange
from sopkit.model.body import Heading

DEEPEST = 6
_ATX = re.compile(rb"[ ]{0,3}(#{1,6})(?=[ \t\r\n]|$)")
_HTML = re.compile(rb"(</?h)[1-6](?=[\s>])", re.IGNORECASE)
_UNDERLINED = 2


def relevelled(data: bytes, heading: Heading, level: int) -> TextChange | None:
    """The change that gives a heading another level (at most 6); None when it has it already."""
    level = max(1, min(level, DEEPEST))
    if level == heading.level:
        return None
    why = f"heading level {level} instead of {heading.level}"
    whole = data[heading.start : heading.end]
    if match := _ATX.match(whole):
        return TextChange(heading.start + match.start(1), heading.start + match.end(1), "#" * level, why)
    if whole.lstrip().startswith(b"<"):
        text = _HTML.sub(rb"\g<1>%d" % level, whole)
        return TextChange(heading.start, heading.end, text.decode("utf-8", "surrogateescape"), why)
    return _underlined(whole, heading, level, why)


def _underlined(whole: bytes, heading: Heading, level: int, why: str) -> TextChange | None:
    lines = whole.rstrip().decode("utf-8", "surrogateescape").splitlines()
    if len(lines) < _UNDERLINED:
        return None
    end = heading.start + len(whole.rstrip())
    if level <= _UNDERLINED:
        line = lines[-1].strip()
        marks = ("=" if level == 1 else "-") * len(line)
        start = end - len(line.encode())
        return TextChange(start, end, marks, why)
    words = " ".join(line.strip() for line in lines[:-1])
    return TextChange(heading.start, end, f"{'#' * level} {words}", why)
