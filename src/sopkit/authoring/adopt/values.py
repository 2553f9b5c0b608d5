"""Values of front matter as YAML."""

import json
import re
from collections.abc import Mapping

_PLAIN = re.compile(r"[^\W\d_](?:[\w ./()&+'’–-]*[\w.)])?", re.UNICODE)  # noqa: RUF001 - as people type them
_WORDS = frozenset({"null", "true", "false", "yes", "no", "on", "off", "y", "n"})


def scalar(text: str) -> str:
    """A text as a YAML scalar: bare where that is safe, else in double quotes."""
    if _PLAIN.fullmatch(text) and text.casefold() not in _WORDS:
        return text
    return (
        json.dumps(text, ensure_ascii=False).replace("\u0085", "\\N").replace("\u2028", "\\L").replace("\u2029", "\\P")
    )


def line_of(key: str, value: str | tuple[str, ...] | Mapping[str, tuple[str, ...]]) -> str:
    """The line, or lines, of a key: a text, a list, or for each framework a list. Without the last line end."""
    if isinstance(value, str):
        return f"{key}: {json.dumps(value) if key == 'version' else scalar(value)}"
    if isinstance(value, tuple):
        return f"{key}: {_list(value)}"
    return "\n".join((f"{key}:", *(f"  {name}: {_list(items)}" for name, items in value.items())))


def _list(items: tuple[str, ...]) -> str:
    return f"[{', '.join(_item(item) for item in items)}]"


def _item(text: str) -> str:
    return text if re.fullmatch(r"[A-Za-z][\w.()/-]*", text) and text.casefold() not in _WORDS else scalar_quoted(text)


def scalar_quoted(text: str) -> str:
    """A text in double quotes."""
    return json.dumps(text, ensure_ascii=False)
