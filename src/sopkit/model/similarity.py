"""Similar names: the nearest known word to a mistyped one, and names that look the same."""

import unicodedata
from collections.abc import Iterable


def nearest(word: str, known: Iterable[str], n: int = 1, cutoff: float = 0.6) -> list[str]:
    """At most `n` of the known words that resemble `word` by at least `cutoff` (0 to 1), the most alike first."""
    from difflib import get_close_matches  # only for what is wrong

    return get_close_matches(word, list(known), n, cutoff)


def visual_key(name: str) -> str:
    """What the eye keeps of a name: no case, blanks or invisible characters, one form of each letter and dash."""
    if not name.isascii():
        plain = unicodedata.normalize("NFKC", name)
        name = "".join(map(_visual_form, plain))
    return "".join(name.split()).casefold()


def _visual_form(character: str) -> str:
    kind = unicodedata.category(character)
    return "-" if kind == "Pd" else "" if kind == "Cf" else character


def describe_difference(one: str, other: str) -> str:
    """By what two names differ that are alike: `case or blanks`, or also the form of characters."""
    plain = "".join(one.split()).casefold() == "".join(other.split()).casefold()
    return "case or blanks" if plain else "case, blanks or the form of characters"
