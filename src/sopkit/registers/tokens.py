"""Lists inside one cell: items between separators, in double quotes where an item holds one itself."""

import re

_BEFORE_QUOTE = frozenset(" \t\n\r;,:(")
_UNSAFE = re.compile(r'["\r\n;]|^\s|\s$|^\[')


class CellError(ValueError):
    """What a cell holds cannot be read: a sentence that says what to write."""


def quote(text: str, *also: str) -> str:
    """An item as it stands in a cell: in quotes, `"` doubled, where it holds a separator, or a piece of `also`."""
    if text and not _UNSAFE.search(text) and not any(piece in text for piece in also):
        return text
    return in_quotes(text)


def in_quotes(text: str) -> str:
    """An item in quotes."""
    return '"' + text.replace('"', '""') + '"'


def split(text: str, separators: str, *, nested: bool = False) -> list[str]:
    """The items of a cell, without blanks around them; a separator in quotes is none.

    `nested` says the same of one in parentheses. Raises CellError for quotes that are not closed.
    """
    parts: list[str] = []
    start = at = depth = 0
    while at < len(text):
        char = text[at]
        if char == '"' and (at == 0 or text[at - 1] in _BEFORE_QUOTE):  # else it is an inch
            at = _closing(text, at)
        elif nested and char in "()":
            depth = max(depth + (1 if char == "(" else -1), 0)
        elif char in separators and not depth:
            parts.append(text[start:at])
            start = at + 1
        at += 1
    return [part for piece in (*parts, text[start:]) if (part := piece.strip())]


def unquoted(text: str) -> str:
    """An item without the quotes that are around all of it."""
    head, rest = leading(text)
    return text if head is None or rest else head


def leading(text: str) -> tuple[str | None, str]:
    """The quoted item with which a text begins, and what follows it; None and the text where it begins with none."""
    if not text.startswith('"'):
        return None, text
    end = _closing(text, 0)
    return text[1:end].replace('""', '"'), text[end + 1 :].strip()


def _closing(text: str, at: int) -> int:
    """Where the quote that is opened at a place is closed."""
    end = at + 1
    while (end := text.find('"', end)) >= 0:
        if text[end + 1 : end + 2] != '"':
            return end
        end += 2
    raise CellError('a quote `"` is opened and not closed; close it or leave it out')
