"""Text as a YAML scalar."""

import json
import re

_PLAIN = re.compile(r"[A-Za-z](?:[\w ./()&'+-]*[\w./)])?")
_UNSEEN = re.compile(r"[\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]")
"""What YAML reads as the end of a line, or not at all, and JSON leaves as it is."""
_OTHER = frozenset({"true", "false", "yes", "no", "on", "off", "null", "y", "n"})


def quoted(text: str) -> str:
    """The text as a double-quoted scalar."""
    return _UNSEEN.sub(lambda match: f"\\u{ord(match[0]):04x}", json.dumps(text, ensure_ascii=False))


def scalar(text: str) -> str:
    """The text as a scalar that is read as this text anywhere in YAML: plain where it can be, else quoted."""
    return text if _PLAIN.fullmatch(text) and text.lower() not in _OTHER else quoted(text)


def flow(texts: tuple[str, ...]) -> str:
    """Texts as a list on one line."""
    return f"[{', '.join(map(scalar, texts))}]"
