"""The control ids that steps name in their `Control:` lines, with their bytes."""

import re
from collections.abc import Iterator

from sopkit.model.prose import prose_of
from sopkit.model.sop import Sop

_LINE = re.compile(r"^\s*[Cc]ontrols?\s*:\s*(.+)$", re.DOTALL)
_ID = re.compile(r"[^,;]+")


def controls_of_steps(sop: Sop) -> Iterator[tuple[str, int, int]]:
    """Id as typed and byte range, for every id behind a `Control:` label in a procedure section."""
    if not re.search(rb"[Cc]ontrols?\s*:", sop.source.data[sop.body_start :]):
        return
    for section in sop.body.sections:
        if "Procedure" not in section.names:
            continue
        for text in prose_of(section):
            if (line := _LINE.match(text.text)) is None:
                continue
            for match in _ID.finditer(text.text, line.start(1)):
                typed = match[0].strip().rstrip(".")
                if typed:
                    start = match.start() + len(match[0]) - len(match[0].lstrip())
                    yield typed, *text.span(start, start + len(typed))
