"""The width of text in pixels without a browser: measure, wrap and shorten labels of drawings."""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

_CLASSES = {
    34: "ijl'|‘’",  # noqa: RUF001 - as people type them
    38: " .,·",
    46: "ftr()[]/\\-:;!IJ",
    53: 'szx*_?"“”°',
    62: "ckvyaeoxFLTYP",
    70: "ABCEKRSVXZ",
    80: "DGHNOQU",
    86: "#&+<=>^~w",
    99: "mMW",
    105: "@%…—→←↑↓↗↻≤≥æÆ",
}
"""Advances in hundredths of the font size: whole numbers, so that a line is as wide as its words together."""
_OTHER, _CAPITAL, _SIGN, _FOREIGN, _WIDE = 65, 80, 98, 112, 145
_BREAK = re.compile(r"(?<=[^\W\d][-/])(?=[^\W\d])")
"""A line may end at a space, and after the hyphen or the slash inside a word."""
_LATIN_END, _PLANE_END = 0xFF, 0xFFFF
_JOINER = "\u200d"
_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_MAX_CLUSTER = 8
_MIN_PIECE = 2
_MAX_LABEL = 1000
"""Characters that are looked at: many more than any box shows."""


class _AdvanceTable(dict[str, int]):
    """How wide each sign is; those that are not in the table are looked at once."""

    def __missing__(self, char: str) -> int:
        kind = unicodedata.category(char)
        if kind in {"Mn", "Me", "Cf"}:
            advance = 0
        elif unicodedata.east_asian_width(char) in "WF" or kind == "So" or ord(char) > _PLANE_END:
            advance = _WIDE
        elif ord(char) <= _LATIN_END:
            advance = {"Lu": _CAPITAL, "Ll": _OTHER, "Nd": _OTHER}.get(kind, _SIGN)
        else:
            parts = unicodedata.normalize("NFKD", char)[:_MAX_CLUSTER]
            advance = max(_FOREIGN, _OTHER * len(parts) if parts != char and len(parts) > 1 else 0)
        self[char] = advance
        return advance


_ADVANCES = _AdvanceTable({char: advance for advance, chars in _CLASSES.items() for char in chars})
_BLANK = _ADVANCES[" "]


def text_width(text: str, size: float) -> float:
    """The width in pixels that a text takes at most, at a font size in pixels."""
    return size * sum(map(_ADVANCES.__getitem__, text)) / 100


def clean_text(text: str) -> str:
    """The words on one line without characters that control: neither XML nor the direction of the rest breaks."""
    if not text.isprintable():
        text = "".join(
            char if char == _JOINER or unicodedata.category(char) not in _INVISIBLE else " " for char in text
        )
    elif "  " not in text and text.strip(" ") == text:  # the space is the only blank that is printable
        return text
    return " ".join(text.split())


def wrap_text(text: str, room: float, size: float, most: int) -> tuple[str, ...]:
    """The words in at most so many lines that fit the room; what is left out is an ellipsis."""
    lines: list[str] = []
    line, used = "", 0
    for blank, word in _words(clean_text(text[:_MAX_LABEL])):
        length = _length(word)
        joined = used + (_BLANK if blank else 0) + length if line else length
        if joined * size / 100 <= room:
            line, used = f"{line}{blank}{word}" if line else word, joined
            continue
        pieces = [word] if length * size / 100 <= room else list(_pieces(word, room, size))
        if line:
            lines.append(line)
        lines += pieces[:-1]
        line, used = pieces[-1], _length(pieces[-1])
        if len(lines) > most:
            return _cut(lines, room, size, most)
    lines.append(line)
    return tuple(lines) if len(lines) <= most else _cut(lines, room, size, most)


def shorten_text(text: str, most: int) -> str:
    """The first words up to so many characters, cut at a word with an ellipsis."""
    words = clean_text(text[: most * 4])
    if len(words) <= most and len(text) <= most * 4:
        return words
    cut = words[: most - 1]
    at = len(cut) if words[most - 1 : most] == " " else cut.rfind(" ")
    return (cut[:at] if at > most // 2 else cut).rstrip(" ,;:.") + "…"


@lru_cache(maxsize=8192)
def _length(word: str) -> int:
    return sum(map(_ADVANCES.__getitem__, word))


def _words(text: str) -> Iterator[tuple[str, str]]:
    """What a line may end with, each with the blank before it."""
    blank = ""
    for word in text.split(" "):
        if "-" in word or "/" in word:
            first, *others = _BREAK.split(word)
            yield blank, first
            yield from (("", part) for part in others)
        else:
            yield blank, word
        blank = " "


def _cut(lines: list[str], room: float, size: float, most: int) -> tuple[str, ...]:
    last = lines[most - 1]
    if (
        most > _MIN_PIECE and " " not in last and text_width(f"{last}…", size) > room
    ):  # rather a word less than half a word
        before = lines[most - 2]
        if (" " in before or before.isascii()) and text_width(f"{before}…", size) <= room:
            return (*lines[: most - 2], before.rstrip(" ,;:.") + "…")
    while last and text_width(last.rstrip(" ,;:.") + "…", size) > room:
        at = last.rfind(" ")
        last = last[:at] if at > 0 else "".join(list(_clusters(last))[:-1])
    return (*lines[: most - 1], last.rstrip(" ,;:.") + "…")


def _pieces(word: str, room: float, size: float) -> Iterator[str]:
    """A word, in as many pieces as it needs to fit."""
    piece = ""
    for cluster in _clusters(word):
        if piece and text_width(piece + cluster, size) > room:
            yield piece
            piece = ""
        piece += cluster
    yield piece


def _clusters(text: str) -> Iterator[str]:
    """What stands as one sign: a letter with its marks, an emoji of several."""
    cluster = ""
    for char in text:
        joins = cluster and (unicodedata.combining(char) or unicodedata.category(char)[0] == "M" or char == _JOINER)
        if cluster and not joins and not cluster.endswith(_JOINER):
            yield cluster
            cluster = ""
        cluster += char
        if len(cluster) > _MAX_CLUSTER:  # a flood of marks is cut
            yield cluster
            cluster = ""
    if cluster:
        yield cluster
