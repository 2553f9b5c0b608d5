"""What the ids of a framework have in common: how they begin, and which form they have."""

import re
from collections.abc import Sequence

_LEAD = re.compile(r"(.*?)[\s._-]*\d", re.DOTALL)
_NUMBER = re.compile(r"\d+")
_PIECES = re.compile(r"[A-Z&]+|[a-z]+|[0-9]+|.", re.DOTALL)
_MOST_FORMS = 4
_SHORT = 4


def lead_of(control_id: str) -> str:
    """What stands before the first number of an id, or that number where it begins with one: `A&A` in A&A-01.1."""
    found = _LEAD.match(control_id)
    number = _NUMBER.search(control_id)
    if found is None or number is None:
        return control_id
    return found[1].strip() or number[0]


def form_of(ids: Sequence[str]) -> str:
    """The regular expression of ids that have few forms with numbers; nothing where each has its own."""
    forms: dict[tuple[str, ...], list[list[str]]] = {}
    for control_id in ids:
        pieces = _PIECES.findall(control_id)
        forms.setdefault(tuple(map(_kind, pieces)), []).append(pieces)
    if len(forms) > _MOST_FORMS or not all(len(rows) > 1 and r"\d" in kinds for kinds, rows in forms.items()):
        return ""
    written = ["".join(map(_written, kinds, zip(*rows, strict=True))) for kinds, rows in forms.items()]
    return "|".join(sorted(written, key=len, reverse=True))  # of two that begin alike the longer one is tried first


def found_by_chance(ids: Sequence[str]) -> bool:
    """Whether text has such ids that mean something else: bare numbers, no numbers, very short ones such as Q1."""
    return any(
        control_id[:1].isdigit() or len(control_id) < _SHORT or not _NUMBER.search(control_id) for control_id in ids
    )


def _kind(piece: str) -> str:
    if piece.isascii() and piece.isdigit():
        return r"\d"
    if piece.isascii() and (piece.isalpha() or "&" in piece):
        return "[a-z]" if piece.islower() else "[A-Z]"
    return piece if piece in "- _/:" else re.escape(piece)


def _written(kind: str, pieces: tuple[str, ...]) -> str:
    """The expression for the pieces that all ids have at one place."""
    if kind not in {r"\d", "[A-Z]", "[a-z]"}:
        return kind
    kind = "[A-Z&]" if any("&" in piece for piece in pieces) else kind
    least, most = min(map(len, pieces)), max(map(len, pieces))
    return kind + ("" if most == 1 else f"{{{most}}}" if least == most else f"{{{least},{most}}}")
