"""Names that people read as one although their characters differ."""

import unicodedata


def bare(name: str) -> str:
    """What the eye keeps of a name: no case, blanks or invisible characters, one form of each letter and dash."""
    if not name.isascii():
        plain = unicodedata.normalize("NFKC", name)
        name = "".join(map(_seen, plain))
    return "".join(name.split()).casefold()


def _seen(character: str) -> str:
    kind = unicodedata.category(character)
    return "-" if kind == "Pd" else "" if kind == "Cf" else character


def how_alike(one: str, other: str) -> str:
    """By what two names differ that are alike: `case or blanks`, or also the form of characters."""
    plain = "".join(one.split()).casefold() == "".join(other.split()).casefold()
    return "case or blanks" if plain else "case, blanks or the form of characters"
