"""The date that a text means when it is not written YYYY-MM-DD."""

import re
from datetime import date

from sopkit.parsing.lexicon import lexicon

_YEAR_FIRST = re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})(?:[T ]\d\d:\d\d[\d:.Z+ -]*)?", re.ASCII)
_COMPACT = re.compile(r"(\d{4})(\d\d)(\d\d)", re.ASCII)
_YEAR_LAST = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4})", re.ASCII)
_NUMBER = re.compile(r"\d{1,2}|\d{4}", re.ASCII)
_LAST_MONTH = 12
_MIN_LETTERS = 3


def parse_date(text: str, language: str = "") -> date | None:
    """The one day that a text can mean; None when it may be two (03/04/2024) or none."""
    if match := _YEAR_FIRST.fullmatch(text):
        return _make_date(match[1], match[3], match[4])
    if match := _COMPACT.fullmatch(text):
        return _make_date(*match.groups())
    if match := _YEAR_LAST.fullmatch(text):
        one, two = int(match[1]), int(match[3])
        if match[2] == "." or one > _LAST_MONTH:
            return _make_date(match[4], two, one)
        return _make_date(match[4], one, two) if two > _LAST_MONTH else None
    return _date_in_words(re.split(r"[\s,.-]+", text.strip(" .")), language)


def _date_in_words(parts: list[str], language: str) -> date | None:
    """A day with the name of its month: `Sept 18 2024`, `18 September 2024`."""
    words = lexicon(language)
    numbers = [part for part in parts if _NUMBER.fullmatch(part)]
    names = [part.casefold() for part in parts if part not in numbers]
    if words is None or len(names) != 1 or len(numbers) != 2 or len(names[0]) < _MIN_LETTERS:  # noqa: PLR2004 - day and year
        return None
    months = [at for at, name in enumerate(words.months, 1) if name.casefold().startswith(names[0])]
    day, year = sorted(numbers, key=len)
    return _make_date(year, months[0], day) if len(months) == 1 and len(year) > len(day) else None


def _make_date(year: str, month: str | int, day: str | int) -> date | None:
    try:
        found = date(int(year), int(month), int(day))
    except ValueError:
        return None
    return found if len(year) == 4 else None  # noqa: PLR2004 - a year in full
