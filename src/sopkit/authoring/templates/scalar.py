"""Text as a YAML scalar."""

import json
import re

_PLAIN = re.compile(r"[A-Za-z](?:[\w ./()&'+-]*[\w./)])?")
_OTHER = frozenset({"true", "false", "yes", "no", "on", "off", "null", "y", "n"})


def quoted(text: str) -> str:
    """The text as a double-quoted scalar."""
    return json.dumps(text, ensure_ascii=False)


def scalar(text: str) -> str:
    """The text as a scalar that is read as this text anywhere in YAML: plain where it can be, else quoted."""
    return text if _PLAIN.fullmatch(text) and text.lower() not in _OTHER else quoted(text)


def flow(texts: tuple[str, ...]) -> str:
    """Texts as a list on one line."""
    return f"[{', '.join(map(scalar, texts))}]"
