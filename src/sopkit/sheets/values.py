"""Values as Excel keeps them."""

import math
import re
from datetime import date

from sopkit.sheets.sheet import Cell, Kind

_EXACT = 10**15
"""Numbers from here on have more digits than a spreadsheet keeps."""
_FIRST_YEAR = 1900
_SURROGATE = re.compile("[\ud800-\udfff]")
_OBEYED = re.compile(r"[=+\-@\t\r|%']")

Kept = str | int | float | date | None
"""A value that a cell holds as it is."""


def kept(value: Cell, kind: Kind) -> Kept:
    """A value that a cell can hold: a number or day that Excel would change is text, truths are yes and no."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str):
        return writable(value) or None
    if isinstance(value, date):
        return value if value.year >= _FIRST_YEAR else value.isoformat()
    if value is None or kind is Kind.TEXT:
        return None if value is None else str(value)
    return value if math.isfinite(value) and abs(value) < _EXACT else str(value)


def shown(value: Kept, kind: Kind) -> str:
    """About what people see of a value."""
    if isinstance(value, float) and kind is Kind.PERCENT:
        return f"{value:.1%}"
    return "" if value is None else str(value)


def writable(text: str) -> str:
    r"""A text without lone surrogates, which no file can hold: a byte that was none of UTF-8 becomes `\xff`."""
    return _SURROGATE.sub(_spelt, text)


def obeyed(text: str) -> bool:
    """Whether a spreadsheet could take a text for something else once somebody edits its cell."""
    return bool(_OBEYED.match(text))


def _spelt(found: re.Match[str]) -> str:
    code = ord(found[0])
    return f"\\x{code - 0xDC00:02x}" if 0xDC80 <= code <= 0xDCFF else f"\\u{code:04x}"  # noqa: PLR2004  # bytes 80 to ff
