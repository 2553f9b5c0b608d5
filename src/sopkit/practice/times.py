"""Reads the times of exports: ISO 8601, those that Jira and spreadsheets write, and serial numbers of Excel."""

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

from sopkit.model.errors import SopkitError
from sopkit.model.moments import write_moment

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_TIME = (
    r"(?:[ T,]+(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,]\d+)?)?\s*(?P<half>[AaPp]\.?[Mm]\.?)?"
    r"\s*(?P<zone>Z|UTC|(?:GMT)?[+-]\d{1,2}(?::?\d{2})?|GMT)?)?"
)
_SLASHED = re.compile(r"(?P<first>\d{1,2})/(?P<other>\d{1,2})/(?P<year>\d{4}|\d{2})" + _TIME)
_SHAPES = (
    _SLASHED,
    re.compile(r"(?P<day>\d{1,2})\.\s?(?P<month>\d{1,2})\.\s?(?P<year>\d{4}|\d{2})" + _TIME),
    re.compile(r"(?P<year>\d{4})[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})" + _TIME),
    re.compile(r"(?P<day>\d{1,2})[ /.-](?P<name>[A-Za-z]{3,9})\.?[ /.,-]+(?P<year>\d{4}|\d{2})" + _TIME),
    re.compile(r"(?P<name>[A-Za-z]{3,9})\.? (?P<day>\d{1,2}),? (?P<year>\d{4})" + _TIME),
)
_PLAIN = re.compile(r"(\d{4}-\d\d-\d\d[ T](?:[01]\d|2[0-3])):[0-5]\d(:[0-5]\d)?(Z)?", re.ASCII)
_SERIAL = re.compile(r"[2-7]\d{4}(?:\.\d+)?")
_EXCEL_START = datetime(1899, 12, 30)  # noqa: DTZ001 - day 0 of Excel's calendar for dates after February 1900
_CENTURY = 100
_NOON = 12


class UnknownOrderError(ValueError):
    """A date such as 03/04/2026, of which nobody knows whether the day or the month comes first."""


class TimeReader:
    """Reads times; those that name no zone are in `zone`.

    `doubled` are the texts that a change of the clock makes no time of, or two.
    """

    def __init__(self, zone: ZoneInfo, dates: str = "") -> None:
        self.zone, self.dates = zone, dates
        self.doubled: list[str] = []
        self._offsets: dict[tuple[int, int, int, int], timedelta | None] = {}
        self._hours: dict[tuple[str, bool], str] = {}

    def read(self, text: str, *, utc: bool = False) -> str:
        """A moment as tables of cases hold it: a time in UTC, a day, or nothing for an empty text.

        An hour that a change of the clock skips or doubles stays local, with its zone, so that nobody measures it.
        Raises ValueError for what is no time, and UnknownOrderError.
        """
        text = text.strip()
        if not text:
            return ""
        if match := _PLAIN.fullmatch(text):  # as most times are written
            hour, rest = match[1], match[2] or ":00"
            key = (hour, utc or bool(match[3]))
            if key not in self._hours:
                self._hours[key] = self._whole_hour(hour, utc=key[1])
            if before := self._hours[key]:
                return f"{before}{text[13:16]}{rest}Z"
        return self._read_slowly(text, utc=utc)

    def _whole_hour(self, hour: str, *, utc: bool) -> str:
        """An hour of the zone (`2026-03-04 10`) in UTC; empty where no hour of UTC has its minutes."""
        known = len(self.doubled)
        first, last = (self._read_slowly(f"{hour}:{end}", utc=utc) for end in ("00:00", "59:59"))
        doubled = len(self.doubled) > known
        del self.doubled[known:]
        return "" if doubled or first[:13] != last[:13] or first[14:16] != "00" else first[:13]

    def _read_slowly(self, text: str, *, utc: bool) -> str:
        moment = self._parse(text)
        if not isinstance(moment, datetime):
            return moment.isoformat()
        if moment.tzinfo is None and utc:
            moment = moment.replace(tzinfo=UTC)
        if moment.tzinfo is not None:
            return write_moment(moment)
        offset = self._offset(moment)
        if offset is None:
            self.doubled.append(text)
            return f"{moment.isoformat(timespec='seconds')}[{self.zone.key}]"
        return f"{(moment - offset).isoformat(timespec='seconds')}Z"

    def _parse(self, text: str) -> date:
        try:
            if len(text) == len("2026-11-24"):
                return date.fromisoformat(text)
            if text[4:5] == "-":
                return datetime.fromisoformat(text)
        except ValueError:
            pass
        if _SERIAL.fullmatch(text):
            moment = _EXCEL_START + timedelta(seconds=round(float(text) * 86400))
            return moment if "." in text else moment.date()
        match = next((found for shape in _SHAPES if (found := shape.fullmatch(text))), None)
        if match is None:
            raise ValueError(f"`{text[:40]}` is not a time; write 2026-03-04 10:15")
        return self._of_parts(text, match.groupdict())

    def _of_parts(self, text: str, parts: dict[str, str]) -> date:
        year = int(parts["year"])
        year += 2000 if year < _CENTURY else 0
        if "name" in parts:
            month, day = _MONTHS.index(parts["name"][:3].lower()) + 1, int(parts["day"])
        elif "first" in parts:
            if not self.dates:
                raise UnknownOrderError(text)
            day, month = (int(parts[name]) for name in ("first", "other"))
            day, month = (day, month) if self.dates == "day-first" else (month, day)
        else:
            month, day = int(parts["month"]), int(parts["day"])
        if parts["hour"] is None:
            return date(year, month, day)
        hour, half = int(parts["hour"]), (parts["half"] or "").lower()[:1]
        if half and not 1 <= hour <= _NOON:
            raise ValueError(f"`{text[:40]}` is not a time")
        hour = hour % _NOON + (_NOON if half == "p" else 0) if half else hour
        moment = datetime(year, month, day, hour, int(parts["minute"]), int(parts["second"] or 0))  # noqa: DTZ001 - its zone follows
        return moment.replace(tzinfo=_zone_of(parts["zone"])) if parts["zone"] else moment

    def _offset(self, moment: datetime) -> timedelta | None:
        """How far a local time is before UTC; None where a change of the clock makes that unknown."""
        slot = (moment.year, moment.month, moment.day, moment.hour * 4 + moment.minute // 15)
        if slot not in self._offsets:
            first, second = (moment.replace(tzinfo=self.zone, fold=fold).utcoffset() for fold in (0, 1))
            self._offsets[slot] = first if first == second else None
        return self._offsets[slot]


def _zone_of(text: str) -> tzinfo:
    if text in {"Z", "UTC", "GMT"}:
        return UTC
    text = text.removeprefix("GMT")
    hours, _, minutes = text[1:].partition(":")
    if len(hours) > 2:  # noqa: PLR2004 - +0530
        hours, minutes = hours[:-2], hours[-2:]
    offset = timedelta(hours=int(hours), minutes=int(minutes or 0))
    return timezone(offset if text[0] == "+" else -offset)


def zone_named(name: str) -> ZoneInfo:
    """The time zone of a name. Raises SopkitError for what is none."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise SopkitError(f"no time zone {name!r}", "use an IANA name: --timezone Europe/Berlin") from error


def find_date_order(texts: Iterable[str]) -> str:
    """`day-first` or `month-first` where dates such as 24/03/2026 show it; else nothing.

    Raises ValueError for a file that has dates of both kinds.
    """
    found: dict[str, str] = {}
    for text in texts:
        match = _SLASHED.fullmatch(text.strip())
        if match is None:
            continue
        first, other = int(match["first"]), int(match["other"])
        if first > _NOON:
            found.setdefault("day-first", text)
        elif other > _NOON:
            found.setdefault("month-first", text)
    if len(found) > 1:
        raise ValueError(f"dates of two kinds: {' and '.join(f'`{text[:30]}`' for text in found.values())}")
    return next(iter(found), "")


def require_date_order(path: str, texts: Iterable[str]) -> str:
    """The same of a file. Raises SopkitError where its dates do not show it, or contradict each other."""
    try:
        found = find_date_order(texts)
    except ValueError as error:
        raise SopkitError(f"{path}: {error}", "write all dates of the file in one way") from error
    if not found:
        raise SopkitError(
            f"{path}: its dates, such as 03/04/2026, do not show whether the day comes first",
            "say so: --dates day-first, or --dates month-first",
        )
    return found
