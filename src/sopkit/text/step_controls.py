"""The control ids that steps name in their `Control:` lines, with their bytes."""

import re
from collections.abc import Iterator
from functools import lru_cache

from sopkit.model.sop import Sop

_LINE = re.compile(r"^[ \t]*[Cc]ontrols?\s*:\s*(.+)$", re.MULTILINE)
_ID = re.compile(r"[^,;]+")


@lru_cache(maxsize=8)
def controls_of_steps(sop: Sop) -> tuple[tuple[str, int, int], ...]:
    """Id as typed and byte range, for every id behind a `Control:` label in a procedure section."""
    found = []
    text = sop.body.prose
    for section in sop.body.sections:
        if "Procedure" not in section.names or b"ontrol" not in sop.source.data[section.start : section.end]:
            continue
        for line in text.find(_LINE, section.start, section.end):
            for match in _ID.finditer(text.text, *line.span(1)):
                typed = match[0].strip().rstrip(".")
                if typed:
                    start = match.start() + len(match[0]) - len(match[0].lstrip())
                    found.append((typed, *text.span(start, start + len(typed))))
    return tuple(found)


def ids_in(text: str) -> Iterator[str]:
    """The control ids, as typed, in the words behind a `Control:` label."""
    for match in _ID.finditer(text):
        if typed := match[0].strip().rstrip("."):
            yield typed
