"""Dates and review intervals as people write them."""

import re
from datetime import date

from sopkit.model.durations import parse_duration

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
_DATE_FORMS = ((_ISO, 1, 3, 4), (_COMPACT, 1, 2, 3), (_DAY_FIRST, 3, 2, 1), (_MONTH_FIRST, 3, 1, 2), (_DOTTED, 3, 2, 1))
"""Each form with the groups of year, month and day."""
_SLASHED = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})", re.ASCII)
_MONTHS_A_YEAR = 12
_NUMERIC = re.compile(r"\d{1,2}([/.-])\d{1,2}\1(?:\d{2}|\d{4})", re.ASCII)
_WEEKDAY = re.compile(r"^(?:mon|tue|tues|wed|wednes|thu|thur|thurs|fri|sat|satur|sun)(?:day)?,?\s+", re.IGNORECASE)


def read_date(text: str) -> tuple[str, str]:
    """A date as `YYYY-MM-DD`, or the empty string and why there is none."""
    written = _WEEKDAY.sub("", " ".join(text.split()))
    for pattern, year, month, day in _DATE_FORMS:
        if match := pattern.fullmatch(written):
            number = match[month] if match[month].isdecimal() else str(_MONTHS.get(match[month].casefold(), ""))
            if number:
                return _format_date(match[year], number, match[day], text)
    if match := _SLASHED.fullmatch(written):
        first, second = int(match[1]), int(match[2])
        if max(first, second) > _MONTHS_A_YEAR:  # only one of the two can be the month
            return _format_date(match[3], str(min(first, second)), str(max(first, second)), text)
    if _NUMERIC.fullmatch(written):
        return "", f"`{text}`: which number is the day differs between countries; write it as YYYY-MM-DD"
    return "", f"`{text}` is no date that can be read; write it as YYYY-MM-DD"


def _format_date(year: str, month: str, day: str, text: str) -> tuple[str, str]:
    try:
        return date(int(year), int(month), int(day)).isoformat(), ""
    except ValueError:
        return "", f"`{text}` is not in the calendar"


_NUMBER_WORDS = {
    "a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "nine": 9, "twelve": 12,
    "eighteen": 18,
}  # fmt: skip
_WORDS = {
    "annual": "12 months", "annually": "12 months", "yearly": "12 months", "year": "12 months",
    "semi annual": "6 months", "semi annually": "6 months", "semiannual": "6 months", "semiannually": "6 months",
    "half yearly": "6 months", "half year": "6 months", "twice a year": "6 months", "twice yearly": "6 months",
    "twice annually": "6 months", "twice per year": "6 months",
    "biennial": "24 months", "biennially": "24 months",
    "quarterly": "3 months", "quarter": "3 months", "monthly": "1 month", "month": "1 month",
    "weekly": "1 week", "week": "1 week", "daily": "1 day", "day": "1 day",
}  # fmt: skip
_AMBIGUOUS = frozenset({"biannual", "biannually", "bi annual", "bi annually", "bimonthly", "bi monthly", "bi weekly"})
_AROUND = re.compile(
    r"^(?:at least|minimum|at a minimum|reviewed|review|every|each|once|per|on an?|in)\b\s*|\s+(?:basis|cycle|review)$"
)
_ONCE = re.compile(r"^once (?:an?|every|per|each) ")
_COUNT = re.compile(r"(\d{1,4}|[a-z]+) ?(day|week|month|quarter|year)(?:ly|s)?")
_SHORT = re.compile(r"(\d{1,3}) ?m", re.ASCII)
"""Nobody reviews a document every few minutes."""
_TRAILING_TEXT = re.compile(
    r"\s*(?:\([^)]*\)|[,;·]| [\u2013\u2014-] | or | and | unless | after | whenever | upon ).*$"
)
_MAX_LENGTH = 300
_MONTHS_IN = {"quarter": 3, "year": 12}


def read_interval(text: str, unit: str = "") -> tuple[str, str]:
    """A duration such as `12 months`, or the empty string; and what a person must know about it.

    `unit` is that of a bare number, which the key names: `review_interval_months: 12`.
    """
    written = " ".join(text[:_MAX_LENGTH].split())
    if unit and written.isdigit():
        return _format_duration(int(written), unit), ""
    folded = written.casefold().strip(" .")
    words = _TRAILING_TEXT.sub("", folded).strip()
    note = "" if words == folded else f"it says more: `{text}`"
    words = words.replace("-", " ")
    if words in _AMBIGUOUS:
        return "", f"`{text}` can be twice in it or every second one; write for example `6 months`"
    for shorter in _strip_words(words):
        if shorter in _WORDS:
            return _WORDS[shorter], note
        if (match := _COUNT.fullmatch(shorter)) and (
            count := int(match[1]) if match[1].isdecimal() else _NUMBER_WORDS.get(match[1], 0)
        ):
            return _format_duration(count, match[2]), note
    return _to_duration(written, text)


def _to_duration(written: str, text: str) -> tuple[str, str]:
    if (short := _SHORT.fullmatch(written.casefold())) is not None:
        return _format_duration(int(short[1]), "month"), ""
    try:
        months, days, minutes = parse_duration(written)
    except ValueError:
        return "", f"`{text}` is no interval that can be read; write for example `12 months`"
    if minutes:
        return "", f"`{text}` is too short for a review; write for example `12 months`"
    return (_format_duration(months, "month") if months and not days else written), ""


def _strip_words(words: str) -> list[str]:
    """The words without what people put around an interval, one thing less each time."""
    found = [words]
    if _ONCE.match(words):
        found.append(_ONCE.sub("", words))
    while (shorter := _AROUND.sub("", found[-1]).strip()) != found[-1]:
        found.append(shorter)
    return found


def _format_duration(count: int, unit: str) -> str:
    count, unit = count * _MONTHS_IN.get(unit, 1), "month" if unit in _MONTHS_IN else unit
    return f"{count} {unit}" if count == 1 else f"{count} {unit}s"
