"""A value of YAML as it is written, and another one in its place."""

import re

from sopkit.model.finding import Edit, Fix, FixClass
from sopkit.model.source import Place, Source

_PLAIN = re.compile(r"[A-Za-z][\w./-]*(?: [\w./-]+)*|\d{4}-\d\d-\d\d", re.ASCII)
_WORDS = frozenset({"true", "false", "yes", "no", "on", "off", "null", "y", "n"})
"""Words that other readers of YAML take for something else than text."""


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
