"""Text from documents on one line, so that neither Markdown nor a forge takes any of it for its own."""

import re

from sopkit.model.visible import visible

_MARKUP = re.compile(r"([\\`*_{}\[\]<>|#&~!$])")
_REFERENCE = re.compile(r"([@#!$%&~^])(?=\S)|(?<=www)(\.)")
_GAP = "\u200b"  # has no width, and ends what would be a mention


def one_line(text: str) -> str:
    """The text on one line, with what a terminal would obey spelt out."""
    return visible(" ".join(text.split()))


def clipped(text: str, most: int) -> str:
    """At most so many characters of a text, with an ellipsis where it was longer."""
    return text if len(text) <= most else f"{text[: most - 1]}…"


def unlinked(text: str) -> str:
    """The text on one line, in which `@all`, `#12` and their like refer to nobody and nothing."""
    return _REFERENCE.sub(lambda match: f"{match[1]}{_GAP}" if match[1] else f"{_GAP}.", one_line(text))


def markdown(text: str) -> str:
    """The text on one line as Markdown that shows it literally, without links and mentions."""
    line = one_line(text)
    escaped = _MARKUP.sub(r"\\\1", line)
    return re.sub(r"@(?=\S)", f"@{_GAP}", re.sub(r"(?i)(www)\.", rf"\1{_GAP}.", escaped))
