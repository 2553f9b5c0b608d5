"""Changes of a foreign document, each by byte offsets and with what the plan says of it."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TextChange:
    """Replace the bytes `start:end` by `text`; `why` says in the plan what that is for."""

    start: int
    end: int
    text: str
    why: str


def carry_out(data: bytes, changes: Iterable[TextChange]) -> bytes:
    """The bytes with all changes made; those at one offset in the order in which they are given.

    A change inside what another one replaces is left out: its words are in the text of the other.
    """
    out: list[bytes] = []
    at = 0
    for change in sorted(changes, key=lambda change: (change.start, change.end > change.start)):
        if change.start < at:
            continue
        out += (data[at : change.start], change.text.encode("utf-8", "surrogateescape"))
        at = change.end
    out.append(data[at:])
    return b"".join(out)
