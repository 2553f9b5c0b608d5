"""Control ids as sequences of words and numbers: the same id in two spellings has one key."""

import re

IdKey = tuple[str | int, ...]

_PARTS = re.compile(r"[a-z]+|\d+", re.ASCII)
_SPELLING = re.compile(r"[A-Za-z0-9\s.()§-]+", re.ASCII)
_SPELLED_OUT = {"article": "art", "articles": "art", "arts": "art"}
_PADDED = 2


def id_key(text: str) -> IdKey | None:
    """The words and numbers of an id: `AC-02(01)`, `ac-2.1` and `AC-2 (1)` give `("ac", 2, 1)`.

    None when the text has another character than an id can have. A number may be padded to two digits, as
    NIST does; `AC-001` is something else than AC-1.
    """
    if not _SPELLING.fullmatch(text):
        return None
    parts: list[str | int] = []
    for part in _PARTS.findall(text.lower()):
        if part[0].isdigit():
            if part[0] == "0" and len(part) > _PADDED:
                return None
            parts.append(int(part))
        else:
            parts.append(_SPELLED_OUT.get(part, part))
    return tuple(parts) or None


def sort_key(control_id: str) -> tuple[tuple[int, int, str], ...]:
    """Order of ids by their numbers: A.5.9 comes before A.5.10, AC-2 before AC-2(1)."""
    return tuple(
        (0, int(part), "") if part[0].isdigit() else (1, 0, part) for part in _PARTS.findall(control_id.lower())
    )
