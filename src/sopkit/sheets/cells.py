"""The value of a cell as the text that a person reads in it."""

import re
from datetime import date, datetime, time, timedelta
from decimal import Decimal

_ESCAPED = re.compile(r"_x00([01][0-9A-Fa-f])_")
"""What XML cannot hold, as Excel writes it: the return of `\\r\\n` in a cell is `_x000D_`."""
_FIXED = re.compile(r"(0+)(?:\.(0+))?(%?)")
_DIGITS = 15
"""Digits that a spreadsheet keeps; more are noise of binary fractions."""


def cell_text(value: object, shown: str = "") -> str:
    """A value as text: days as YYYY-MM-DD, truths as yes and no, numbers without noise, `5.10` as its format shows it.

    `shown` is the number format of the cell.
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return _number(value, shown)
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ", "seconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        return value.isoformat("seconds" if value.second else "minutes")
    if isinstance(value, timedelta):
        minutes, seconds = divmod(round(value.total_seconds()), 60)
        return f"{minutes // 60}:{minutes % 60:02}" + (f":{seconds:02}" if seconds else "")
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), str(value)).replace("\r\n", "\n")


def _number(value: float, shown: str) -> str:
    form = _FIXED.fullmatch(shown)
    sign = form[3] if form else ""
    text = str(value) if isinstance(value, int) else format(value, f".{_DIGITS}g")
    if sign or "e" in text:
        text = format(Decimal(text) * (100 if sign else 1), "f") if text[-1:].isdigit() else text
        text = text.rstrip("0").rstrip(".") if "." in text else text
    if form and text[:1].isdigit():
        whole, _, rest = text.partition(".")
        places = len(form[2] or "")
        if len(rest) <= places:  # zeros are added, but nothing is rounded away
            text = whole.zfill(len(form[1])) + (f".{rest.ljust(places, '0')}" if places else "")
    return text + sign
