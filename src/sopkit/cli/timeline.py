"""A list of things that happened or were found: a short lead, and words that wrap beside or below it."""

from collections.abc import Iterable, Sequence

from sopkit.cli.console import width
from sopkit.tables.escape import wrap_cells

_NARROW = 60  # columns; in less the words go below the lead
_INDENT = "    "


def paragraph(*texts: str) -> str:
    """Texts one below the other, each wrapped on a terminal with its further lines set in."""
    return "\n".join(line for text in texts for line in wrap_cells(text, width(), "", _INDENT))


def timeline(items: Sequence[tuple[str, Iterable[str]]]) -> str:
    """Each item's lead with its first line, the others below it; wrapped on a terminal, one line each in a pipe.

    All texts must be free of line ends and what a terminal obeys: see `said`.
    """
    room = width()
    lines: list[str] = []
    indent = " " * (max((len(lead) for lead, _ in items), default=0) + 2)
    if room is not None and room < _NARROW:
        indent = _INDENT
    for lead, words in items:
        first, *others = words
        lines += wrap_cells(first, room, f"{lead}  ".ljust(len(indent)), indent)
        for other in others:
            lines += wrap_cells(other, room, indent, indent)
    return "\n".join(lines)
