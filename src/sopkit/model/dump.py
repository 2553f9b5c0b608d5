"""JSON that every reader accepts and no terminal obeys."""

import json
import re
from collections.abc import Iterator
from itertools import islice

from sopkit.model.visible import visible

_TOKENS = 10_000
_SURROGATE = re.compile("[\ud800-\udfff]")
_OBEYED = re.compile("[\x7f-\x9f\u2028-\u202e\u2066-\u2069]")


def dump(value: object) -> str:
    """A value as indented JSON with a line end.

    What a terminal could obey is escaped; a lone surrogate, which UTF-8 cannot hold, is spelt out.
    """
    return "".join(_pieces(value))


def dump_bytes(value: object) -> bytes:
    """The same in UTF-8, in half the room where there is much of it."""
    return b"".join(piece.encode() for piece in _pieces(value))


def _pieces(value: object) -> Iterator[str]:
    """The text in parts: a token of JSON takes several times the room of its text, so that few are held at once."""
    tokens = json.JSONEncoder(ensure_ascii=False, indent=2).iterencode(value)
    while piece := "".join(islice(tokens, _TOKENS)):
        yield _harmless(piece)
    yield "\n"


def _harmless(text: str) -> str:
    text = _SURROGATE.sub(lambda match: visible(match[0]).replace("\\", "\\\\"), text)
    return _OBEYED.sub(lambda match: f"\\u{ord(match[0]):04x}", text)
