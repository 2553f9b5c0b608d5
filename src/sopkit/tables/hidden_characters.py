"""Characters that no reader sees, or that reorder or control what is around them, and their fair uses."""

import re
import unicodedata
from collections.abc import Iterator

from sopkit.tables.escape import UNSEEN

_HIDDEN = re.compile(rf"[\x00-\x08\x0b\x0c\x0e-\x1f\u180b-\u180d\u180f\u200c\u200d\ufe00-\ufe0f{UNSEEN}]|\r(?!\n)")
_RTL_MARKS = frozenset("\u061c\u200e\u200f")
_BIDI = _RTL_MARKS | frozenset(map(chr, (*range(0x202A, 0x202F), *range(0x2066, 0x206A))))
_SEPARATORS = frozenset("\x0b\x0c\r\x1c\x1d\x1e\x85\u2028\u2029")
_KEYCAPS_AND_SIGNS = frozenset("0123456789#*\u203c\u2049\u2139\u3030\u303d")
_FLAGS = re.compile(  # England, Scotland, Wales: the tag sequences that Unicode recommends (UTS #51)
    "\U0001f3f4(?:"
    + "|".join("".join(chr(0xE0000 + ord(char)) for char in name) for name in ("gbeng", "gbsct", "gbwls"))
    + ")\U000e007f"
)
_ALIASES = {
    0x00: "NULL",
    0x07: "BELL",
    0x08: "BACKSPACE",
    0x0B: "LINE TABULATION",
    0x0C: "FORM FEED",
    0x0D: "CARRIAGE RETURN",
    0x1B: "ESCAPE",
    0x7F: "DELETE",
    0x85: "NEXT LINE",
    0x90: "DEVICE CONTROL STRING",
    0x9B: "CONTROL SEQUENCE INTRODUCER",
    0x9D: "OPERATING SYSTEM COMMAND",
}
_Ranges = tuple[tuple[int, int], ...]
# Scripts in which joiners shape letters (Arabic, Syriac, N'Ko, Indic, Myanmar, Khmer, Mongolian, Adlam, Brahmi), and
# those written without blanks, whose words a zero-width space divides.
_JOINING: _Ranges = ((0x600, 0x8FF), (0x900, 0xDFF), (0x1000, 0x109F), (0x1780, 0x18AF), (0x1B00, 0x1C7F))
_JOINING += ((0xA840, 0xA9FF), (0xFB50, 0xFDCF), (0xFE70, 0xFEFC), (0x10A00, 0x1E95F))
_UNSPACED: _Ranges = ((0xE00, 0xFFF), (0x1000, 0x109F), (0x1780, 0x17FF), (0x1900, 0x1AAF))
_MONGOLIAN: _Ranges = ((0x1800, 0x18AF),)
_JAMO: _Ranges = ((0x1100, 0x11FF), (0xA960, 0xA97F), (0xD7B0, 0xD7FF))
_EMOJI: _Ranges = ((0x1F000, 0x1FAFF),)  # also those that Python does not know yet
_IDEOGRAPHS: _Ranges = ((0x2E80, 0xFAFF), (0x20000, 0x3FFFF))


def find_hidden(text: str) -> Iterator[tuple[int, int]]:
    """Ranges of characters that are hidden without need, each as long as it goes on.

    Hidden are controls, line separators, bidi controls (Trojan Source, CVE-2021-42574), tags, noncharacters, surrogates
    and Default_Ignorable_Code_Point (Unicode 16). Fair uses are those of UAX #31 and UTS #51 and #55: joiners within
    emoji and in scripts that need them, a variation selector after a character that has variants, marks of direction in
    lines with right-to-left letters, soft hyphens within words, and a byte order mark as the first character.
    """
    if text.isascii() and text.isprintable():
        return
    flags = [match.span() for match in _FLAGS.finditer(text)] if "\U0001f3f4" in text else []
    start = end = -1
    for match in _HIDDEN.finditer(text):
        at = match.start()
        if any(first < at < last for first, last in flags) or _is_fair(text, at):
            continue
        if at != end:
            if start >= 0:
                yield start, end
            start = at
        end = at + 1
    if start >= 0:
        yield start, end


def remove_hidden(text: str) -> str:
    """The text as a reader sees it: without hidden characters and soft hyphens, with a blank for line separators."""
    kept, at = [], 0
    for start, end in find_hidden(text):
        kept += [text[at:start], " " if divides_lines(text[start:end]) else ""]
        at = end
    return "".join((*kept, text[at:])).replace("\xad", "")


def reorders(text: str) -> bool:
    """Whether hidden characters change the order in which what is around them is shown."""
    return not _BIDI.isdisjoint(text)


def divides_lines(text: str) -> bool:
    """Whether hidden characters are read as the end of a line by some programs, or are a blank to others."""
    return not _SEPARATORS.isdisjoint(text)


def is_control(text: str) -> bool:
    """Whether hidden characters are such as terminals obey."""
    return any(unicodedata.category(char) == "Cc" for char in text)


def character_name(char: str) -> str:
    """`U+202E RIGHT-TO-LEFT OVERRIDE`: code point and name (Unicode 16; aliases for common controls)."""
    code = ord(char)
    name = unicodedata.name(char, "") or _ALIASES.get(code, "")
    if not name:
        kind = {"Cc": "control character", "Cs": "lone surrogate", "Cn": "noncharacter"}
        name = kind.get(unicodedata.category(char), "hidden character")
    return f"U+{code:04X} {name}"


def _is_fair(text: str, at: int) -> bool:
    char, before, after = text[at], text[at - 1 : at], text[at + 1 : at + 2]
    if char in _RTL_MARKS:
        return _has_rtl_letter(text, at)
    if char == "\ufeff":
        return at == 0
    if char == "\xad":
        return before.isalpha() and after.isalpha()
    if char == "\r":
        return "\n" not in text
    if char in "\u200c\u200d":
        emoji = char == "\u200d" and _is_emoji(before) and _is_emoji(after)
        return emoji or (_is_letter(before, _JOINING) and after not in {"\u200c", "\u200d"})
    if char == "\u200b":
        return _is_letter(before, _UNSPACED) and _is_letter(after, _UNSPACED)
    if char == "\u034f":
        return _category(before).startswith("M") and _category(after).startswith("M")
    if char in "\u115f\u1160":
        return _in(before, _JAMO) or _in(after, _JAMO)
    if "\u180b" <= char <= "\u180f":
        return _is_letter(before, _MONGOLIAN)
    return _is_variant(char, before)


def _is_variant(char: str, before: str) -> bool:
    """Whether a variation selector follows a character that may have such variants (StandardizedVariants, IVD)."""
    if char in "\ufe0e\ufe0f":
        return before != "\ufe0f" and (_is_emoji(before) or before in _KEYCAPS_AND_SIGNS)
    if "\ufe00" <= char <= "\ufe0d":
        return _category(before) in {"Sm", "So"} or _in(before, _IDEOGRAPHS) or _is_letter(before, _JOINING)
    return "\U000e0100" <= char <= "\U000e01ef" and _in(before, _IDEOGRAPHS)


def _has_rtl_letter(text: str, at: int) -> bool:
    start = text.rfind("\n", 0, at) + 1
    end = text.find("\n", at)
    line = text[start : end if end >= 0 else len(text)]
    return any(unicodedata.bidirectional(char) in {"R", "AL"} for char in line if char not in _RTL_MARKS)


def _is_emoji(char: str) -> bool:
    return char == "\ufe0f" or _category(char) in {"So", "Sm", "Sk"} or _in(char, _EMOJI)


def _is_letter(char: str, ranges: _Ranges) -> bool:
    return _in(char, ranges) and _category(char)[0] in "LM"


def _in(char: str, ranges: _Ranges) -> bool:
    return bool(char) and any(first <= ord(char) <= last for first, last in ranges)


def _category(char: str) -> str:
    return unicodedata.category(char) if char else "Zs"
