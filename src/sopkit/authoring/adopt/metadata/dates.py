"""Dates as people write them."""

import re
from datetime import date

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan january januar janvier enero", "feb february februar février febrero", "mar march märz mars marzo",
            "apr april avril abril", "may mai mayo", "jun june juni juin junio", "jul july juli juillet julio",
            "aug august août agosto", "sep sept september septembre septiembre",
            "oct october okt oktober octobre octubre", "nov november novembre noviembre",
            "dec december dez dezember décembre diciembre",
        ),
        1,
    )
    for name in names.split()
}  # fmt: skip
_TAIL = r"(?:[T ]\d{1,2}:\d{2}(?::\d{2})?(?:\.\d+)?\s*(?:Z|UTC|[+-]\d{2}:?\d{2})?)?(?:\s*\([^)]*\))?\.?"
_ISO = re.compile(rf"(\d{{4}})([-/.])(\d{{1,2}})\2(\d{{1,2}}){_TAIL}", re.ASCII)
_COMPACT = re.compile(r"(20\d{2})(\d{2})(\d{2})", re.ASCII)
_DAY_FIRST = re.compile(rf"(\d{{1,2}})(?:st|nd|rd|th|\.)?[ -](?:of )?([^\W\d_]{{3,10}})\.?[ ,-]+(\d{{4}}){_TAIL}")
_MONTH_FIRST = re.compile(rf"([^\W\d_]{{3,10}})\.? (\d{{1,2}})(?:st|nd|rd|th)?,? (\d{{4}}){_TAIL}")
_DOTTED = re.compile(r"(\d{1,2})\. ?(\d{1,2})\. ?(\d{4})", re.ASCII)
"""With dots the day comes first wherever dates are written so."""
_SLASHED = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})", re.ASCII)
_MONTHS_A_YEAR = 12
_NUMBERS = re.compile(r"\d{1,2}([/.-])\d{1,2}\1(?:\d{2}|\d{4})", re.ASCII)
_WEEKDAY = re.compile(r"^(?:mon|tue|tues|wed|wednes|thu|thur|thurs|fri|sat|satur|sun)(?:day)?,?\s+", re.IGNORECASE)


def read_date(text: str) -> tuple[str, str]:
    """A date as `YYYY-MM-DD`, or the empty string and why there is none."""
    written = _WEEKDAY.sub("", " ".join(text.split()))
    if match := _ISO.fullmatch(written):
        return _day(match[1], match[3], match[4], text)
    if match := _COMPACT.fullmatch(written):
        return _day(match[1], match[2], match[3], text)
    if (match := _DAY_FIRST.fullmatch(written)) and (month := _MONTHS.get(match[2].casefold())):
        return _day(match[3], str(month), match[1], text)
    if (match := _MONTH_FIRST.fullmatch(written)) and (month := _MONTHS.get(match[1].casefold())):
        return _day(match[3], str(month), match[2], text)
    if match := _DOTTED.fullmatch(written):
        return _day(match[3], match[2], match[1], text)
    if match := _SLASHED.fullmatch(written):
        first, second = int(match[1]), int(match[2])
        if max(first, second) > _MONTHS_A_YEAR:  # only one of the two can be the month
            return _day(match[3], str(min(first, second)), str(max(first, second)), text)
    if _NUMBERS.fullmatch(written):
        return "", f"`{text}`: which number is the day differs between countries; write it as YYYY-MM-DD"
    return "", f"`{text}` is no date that can be read; write it as YYYY-MM-DD"


def _day(year: str, month: str, day: str, text: str) -> tuple[str, str]:
    try:
        return date(int(year), int(month), int(day)).isoformat(), ""
    except ValueError:
        return "", f"`{text}` is not in the calendar"
