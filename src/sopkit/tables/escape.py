"""Escape text from documents for terminals, Markdown and forges; its width in terminal cells."""

import re
import unicodedata

TAB_SPACES = "    "

UNSEEN = (
    r"\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\u3164"
    r"\ud800-\udfff\ufdd0-\ufdef\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    r"\U000e0000-\U000e0fff"
    + "".join(f"{chr(plane << 16 | 0xFFFE)}{chr(plane << 16 | 0xFFFF)}" for plane in range(1, 17))
)
"""Members of a set in a regular expression: what a terminal obeys, or what nobody sees, beside C0 controls.

C1 controls, line separators, lone surrogates, noncharacters and Default_Ignorable_Code_Point (Unicode 16,
DerivedCoreProperties), among them bidi controls and tags. The joiners U+200C and U+200D and the variation selectors up
to U+FE0F are none of them: scripts and emoji need them.
"""
_CONTROL_CHARACTERS = re.compile(rf"[\x00-\x1f{UNSEEN}]")
_CONTROLS_IN_LINES = re.compile(rf"[\x00-\x08\x0b\x0c\x0e-\x1f{UNSEEN}]|\r(?!\n)")
_SURROGATE = re.compile("[\ud800-\udfff]")
_JAMO_VOWELS_AND_TAILS = frozenset((*range(0x1160, 0x1200), *range(0xD7B0, 0xD800)))


def escape_controls(text: str) -> str:
    r"""The text on one line with characters that a terminal would obey written as escapes such as `\x1b`.

    A byte of a file name or document that is not UTF-8, read as a lone surrogate, becomes `\xff`.
    """
    return _CONTROL_CHARACTERS.sub(lambda match: _escape_character(match[0]), text)


def escape_lines(text: str, kept: str = "") -> str:
    r"""The text with its lines and tabs, and all else that a terminal would obey written as escapes such as `\x1b`.

    One character can be `kept`, such as GAP, by which `escape_markdown` divides mentions.
    """
    return _CONTROLS_IN_LINES.sub(lambda match: kept if match[0] == kept else _escape_character(match[0]), text)


def escape_json(text: str) -> str:
    """JSON that is the same value in ASCII escapes for all that a terminal or the log of a pipeline would obey.

    A lone surrogate, which no UTF-8 has, is spelt out.
    """
    text = _SURROGATE.sub(lambda match: escape_controls(match[0]).replace("\\", "\\\\"), text)
    text = _CONTROLS_IN_LINES.sub(lambda match: _escape_utf16(match[0]), text)
    return _LOG_COMMAND.sub(r"#\\u0023", text)


def _escape_utf16(char: str) -> str:
    units = char.encode("utf-16-be").hex()
    return "".join(f"\\u{units[at : at + 4]}" for at in range(0, len(units), 4))


_LOG_COMMAND = re.compile(r"##(?=(?:vso|teamcity)?\[)")
_LINE_COMMAND = re.compile(r"(?:^|(?<=[\r\n]))(?=[^\S\r\n]*::)")


def escape_commands(text: str) -> str:
    r"""The text without commands to a pipeline that reads its log: `'::error::`, `#\u0023vso[`.

    GitHub Actions obeys lines that begin with `::`, and `##[` anywhere; Azure Pipelines obeys `##vso[`, TeamCity
    `##teamcity[`. The escape means the same in JSON.
    """
    return _LINE_COMMAND.sub("'", _LOG_COMMAND.sub(r"#\\u0023", text))


_FORMULA = re.compile(r"'*[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")
_COMMAND = re.compile(r"(?:^|(?<=[\r\n]))(?=(?:[^\S\r\n]|')*::)|(?<=##)(?='*(?:vso|teamcity)?\[)")
_GUARDED_COMMAND = re.compile(r"(?:^|(?<=[\r\n]))'(?=(?:[^\S\r\n]|')*::)|(?<=##)'(?='*(?:vso|teamcity)?\[)")


def guard_cell(text: str) -> str:
    """A cell of CSV that no spreadsheet takes for a formula, and no pipeline that prints it for a command.

    An apostrophe is put before what could be one, and before what would then look like it: see `strip_guard`.
    """
    text = _COMMAND.sub("'", text) if "::" in text or "##" in text else text
    return f"'{text}" if _FORMULA.match(text) else text


def strip_guard(cell: str) -> str:
    """A cell as it was before `guard_cell`."""
    if "'" not in cell:
        return cell
    return _GUARDED_COMMAND.sub("", cell[1:] if cell[0] == "'" and _FORMULA.match(cell) else cell)


def escape_surrogates(text: str) -> str:
    r"""The text without lone surrogates, which UTF-8 cannot encode: a byte that was not UTF-8 becomes `\xff`."""
    return _SURROGATE.sub(lambda match: _escape_character(match[0]), text)


def _escape_character(char: str) -> str:
    code = ord(char)
    if char in "\n\r\t":
        return {"\n": r"\n", "\r": r"\r", "\t": r"\t"}[char]
    if 0xDC80 <= code <= 0xDCFF:  # noqa: PLR2004 - how Python reads the bytes 80 to ff that are not UTF-8
        code -= 0xDC00
    if code <= 0xFF:  # noqa: PLR2004 - the last that two digits can say
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"  # noqa: PLR2004 - as above, four digits


def display_characters(text: str) -> list[str]:
    """The characters of a source line as a terminal is to show them; a tab is always four blanks."""
    if text.isascii() and text.isprintable():
        return list(text)
    return [TAB_SPACES if char == "\t" else escape_controls(char) for char in text]


def cell_width(text: str) -> int:
    """Width of text in terminal cells: two for wide characters, none for combining ones."""
    return len(text) if text.isascii() else sum(_character_width(char) for char in text)


def _character_width(char: str) -> int:
    if unicodedata.category(char) in {"Mn", "Me", "Cf"} or ord(char) in _JAMO_VOWELS_AND_TAILS:
        return 0
    return 2 if unicodedata.east_asian_width(char) in {"W", "F"} else 1


def wrap_cells(text: str, width: int | None, first: str = "", rest: str = "  ") -> list[str]:
    """The text in lines of at most `width` cells, the first and the others led by an indent.

    Words stay whole, so that a path can be copied; without a width there is one line.
    """
    if width is None:
        return [first + text]
    lines: list[str] = []
    line, empty = first, True
    for word in text.split(" "):
        if not empty and cell_width(line) + 1 + cell_width(word) > width:
            lines.append(line)
            line, empty = rest, True
        line = line + word if empty else f"{line} {word}"
        empty = False
    return [*lines, line]


_MARKUP = re.compile(r"([\\`*_{}\[\]<>|#&~!$])")
_REFERENCE = re.compile(r"([@#!$%&~^])(?=\S)|(?<=www)(\.)")
GAP = "\u200b"
"""Has no width, and ends what would be a mention."""


def one_line(text: str) -> str:
    """The text on one line, with what a terminal would obey spelt out."""
    return escape_controls(" ".join(text.split()))


def clip(text: str, most: int) -> str:
    """At most so many characters of a text, with an ellipsis where it was longer."""
    return text if len(text) <= most else f"{text[: most - 1]}…"


def unlink(text: str) -> str:
    """The text on one line, in which `@all`, `#12` and their like refer to nobody and nothing."""
    return _REFERENCE.sub(lambda match: f"{match[1]}{GAP}" if match[1] else f"{GAP}.", one_line(text))


def escape_markdown(text: str) -> str:
    """The text on one line as Markdown that shows it literally, without links and mentions."""
    line = one_line(text)
    escaped = _MARKUP.sub(r"\\\1", line)
    return re.sub(r"@(?=\S)", f"@{GAP}", re.sub(r"(?i)(www)\.", rf"\1{GAP}.", escaped))
