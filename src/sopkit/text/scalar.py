"""A value of YAML as it is written, and another one in its place."""

import json
import re

from sopkit.model.finding import Edit, Fix, FixClass
from sopkit.model.source import Place, Source

_PLAIN = re.compile(r"[A-Za-z][\w./-]*(?: [\w./-]+)*|\d{4}-\d\d-\d\d", re.ASCII)
_TITLE = re.compile(r"[A-Za-z](?:[\w ./()&'+@-]*[\w./)])?")
_WORDS = frozenset({"true", "false", "yes", "no", "on", "off", "null", "y", "n"})
"""Words that other readers of YAML take for something else than text."""
_UNSEEN = re.compile(r"[\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]")
"""What YAML reads as the end of a line, or not at all, and JSON leaves as it is."""


def written(value: str) -> str:
    """A value as it stands in YAML: plain where every reader takes it for that text, else in single quotes."""
    if _PLAIN.fullmatch(value) and value.lower() not in _WORDS:
        return value
    return "'" + value.replace("'", "''") + "'"


def rewritten(source: Source, place: Place, old: str, new: str) -> Fix | None:
    """A suggestion to write `new` where `old` stands; None for a value written in a way that is not plain to see.

    Quotes are kept; an anchor, a tag, an escape or several lines are for a person.
    """
    typed = source.data[place.start : place.end].decode("utf-8", "replace")
    if typed == old:
        text = written(new)
    elif typed in {f'"{old}"', f"'{old}'"} and not set(new) & {'"', "'", "\\"}:
        text = f"{typed[0]}{new}{typed[0]}"
    else:
        return None
    return Fix(f"write `{new}`", (Edit(place.start, place.end, text),), FixClass.SUGGESTION)


def quoted(text: str) -> str:
    """The text as a double-quoted scalar."""
    return _UNSEEN.sub(lambda match: f"\\u{ord(match[0]):04x}", json.dumps(text, ensure_ascii=False))


def scalar(text: str) -> str:
    """The text as a scalar that is read as this text anywhere in YAML: plain where it can be, else quoted."""
    return text if _TITLE.fullmatch(text) and text.lower() not in _WORDS else quoted(text)


def flow(texts: tuple[str, ...]) -> str:
    """Texts as a list on one line."""
    return f"[{', '.join(map(scalar, texts))}]"
