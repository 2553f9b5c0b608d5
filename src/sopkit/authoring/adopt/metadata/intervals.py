"""How often something is done, as people write it."""

import re

from sopkit.model.durations import parse_duration

_NUMBERS = {
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
_TWO_MEANINGS = frozenset(
    {"biannual", "biannually", "bi annual", "bi annually", "bimonthly", "bi monthly", "bi weekly"}
)
_AROUND = re.compile(
    r"^(?:at least|minimum|at a minimum|reviewed|review|every|each|once|per|on an?|in)\b\s*|\s+(?:basis|cycle|review)$"
)
_ONCE = re.compile(r"^once (?:an?|every|per|each) ")
_COUNT = re.compile(r"(\d{1,4}|[a-z]+) ?(day|week|month|quarter|year)(?:ly|s)?")
_SHORT = re.compile(r"(\d{1,3}) ?m", re.ASCII)
"""Nobody reviews a document every few minutes."""
_MORE = re.compile(r"\s*(?:\([^)]*\)|[,;·]| [\u2013\u2014-] | or | and | unless | after | whenever | upon ).*$")
_LONGEST = 300
_MONTHS_IN = {"quarter": 3, "year": 12}


def read_interval(text: str, unit: str = "") -> tuple[str, str]:
    """A duration such as `12 months`, or the empty string; and what a person must know about it.

    `unit` is that of a bare number, which the key names: `review_interval_months: 12`.
    """
    written = " ".join(text[:_LONGEST].split())
    if unit and written.isdigit():
        return _said(int(written), unit), ""
    whole = written.casefold().strip(" .")
    words = _MORE.sub("", whole).strip()
    note = "" if words == whole else f"it says more: `{text}`"
    words = words.replace("-", " ")
    if words in _TWO_MEANINGS:
        return "", f"`{text}` can be twice in it or every second one; write for example `6 months`"
    for shorter in _shortened(words):
        if shorter in _WORDS:
            return _WORDS[shorter], note
        if (match := _COUNT.fullmatch(shorter)) and (count := _number(match[1])):
            return _said(count, match[2]), note
    return _ours(written, text)


def _ours(written: str, text: str) -> tuple[str, str]:
    if (short := _SHORT.fullmatch(written.casefold())) is not None:
        return _said(int(short[1]), "month"), ""
    try:
        months, days, minutes = parse_duration(written)
    except ValueError:
        return "", f"`{text}` is no interval that can be read; write for example `12 months`"
    if minutes:
        return "", f"`{text}` is too short for a review; write for example `12 months`"
    return (_said(months, "month") if months and not days else written), ""


def _shortened(words: str) -> list[str]:
    """The words without what people put around an interval, one thing less each time."""
    found = [words]
    if _ONCE.match(words):
        words = _ONCE.sub("", words)
        found.append(words)
    while (less := _AROUND.sub("", words).strip()) != words:
        words = less
        found.append(words)
    return found


def _number(word: str) -> int:
    return int(word) if word.isdecimal() else _NUMBERS.get(word, 0)


def _said(count: int, unit: str) -> str:
    count, unit = count * _MONTHS_IN.get(unit, 1), "month" if unit in _MONTHS_IN else unit
    return f"{count} {unit}" if count == 1 else f"{count} {unit}s"
