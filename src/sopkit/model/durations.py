"""Values as people write them: durations such as `12 months` or `P6M`, dates, and one value for a list."""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Annotated, Any, TypeVar

from pydantic import BeforeValidator, GetCoreSchemaHandler, GetJsonSchemaHandler, WithJsonSchema
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import PydanticCustomError, core_schema

_T = TypeVar("_T")
_DATE_PARTS = (4, 2, 2)
_TIME = re.compile(r"(\d{4}-\d\d-\d\d)[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:?\d\d)?", re.ASCII)


def date_part(text: str) -> str:
    """The day of a time such as content systems write into the front matter, as text; any other text as it is."""
    match = _TIME.fullmatch(text.strip())
    return match[1] if match else text


def _date(value: object) -> object:
    if isinstance(value, date):
        return value
    if not isinstance(value, str):
        raise PydanticCustomError("date", "not a date; write YYYY-MM-DD")
    parts = value.split("-")
    if tuple(map(len, parts)) != _DATE_PARTS or not all(part.isascii() and part.isdigit() for part in parts):
        raise PydanticCustomError("date", "`{text}` is not a date; write YYYY-MM-DD", {"text": value})
    try:
        return date(*map(int, parts))
    except ValueError:
        raise PydanticCustomError("date", "`{text}` is no day of the calendar", {"text": value}) from None


DateText = Annotated[
    date, BeforeValidator(_date), WithJsonSchema({"type": "string", "format": "date"}, mode="validation")
]
"""A strict YYYY-MM-DD date."""


@dataclass(frozen=True)
class DateRange:
    """The days from a first to a last one, both included."""

    first: date
    last: date

    def __str__(self) -> str:
        return f"{self.first} to {self.last}"


def quarter_of(day: date) -> tuple[int, int]:
    """The year of a day, and its quarter from 1 to 4."""
    return day.year, (day.month + 2) // 3


def quarter_range(year: int, quarter: int) -> DateRange:
    """The days of a calendar quarter."""
    following = date(year + quarter // 4, 3 * quarter % 12 + 1, 1)
    return DateRange(date(year, 3 * quarter - 2, 1), following - timedelta(days=1))


def quarter_name(year: int, quarter: int) -> str:
    """`2027-Q1`."""
    return f"{year}-Q{quarter}"


OneOrMany = Annotated[
    tuple[_T, ...], BeforeValidator(lambda value: value if isinstance(value, list | tuple) else [value])
]
"""A list; a single value means a list of one."""


_UNITS = {
    "y": "years", "yr": "years", "year": "years",
    "mo": "months", "mon": "months", "month": "months",
    "w": "weeks", "wk": "weeks", "week": "weeks",
    "d": "days", "day": "days",
    "h": "hours", "hr": "hours", "hour": "hours",
    "min": "minutes", "minute": "minutes", "m": "minutes",
}  # fmt: skip
_PLAIN = re.compile(r"(\d{1,5})\s*([A-Za-z]+?)s?\.?", re.ASCII)
_ISO = re.compile(
    r"P(?:(?P<years>\d{1,4})Y)?(?:(?P<months>\d{1,5})M)?(?:(?P<weeks>\d{1,5})W)?(?:(?P<days>\d{1,5})D)?"
    r"(?:T(?:(?P<hours>\d{1,5})H)?(?:(?P<minutes>\d{1,5})M)?)?",
    re.ASCII,
)
_DAYS_A_MONTH = 30.4375


@dataclass(frozen=True)
class Duration:
    """A length of time in calendar units; `text` is as typed.

    ISO 8601 durations and plain words are read. Calendar arithmetic on dates is in `lifecycle`.
    """

    text: str

    def __post_init__(self) -> None:
        """Refuse what is not a duration (ValueError)."""
        parse_duration(self.text)

    @property
    def parts(self) -> tuple[int, int, int]:
        """Months, days and minutes: 1 year is 12 months, 1 week 7 days."""
        return parse_duration(self.text)

    @property
    def minutes(self) -> float:
        """The length in minutes for comparing; a month counts as 30.4375 days."""
        months, days, minutes = self.parts
        return (months * _DAYS_A_MONTH + days) * 1440 + minutes

    @property
    def counts(self) -> tuple[tuple[str, int], ...]:
        """The units, from years to minutes, each with how many of it were typed."""
        return tuple(_unit_counts(self.text).items())

    @property
    def words(self) -> str:
        """The length in plain words, in the units that were typed: `PT72H` is "72 hours"."""
        return " ".join(f"{count} {unit if count > 1 else unit[:-1]}" for unit, count in self.counts if count)

    @property
    def iso(self) -> str:
        """The length as an ISO 8601 duration, in the units that were typed: "72 hours" is `PT72H`."""
        parts = [(unit, f"{count}{unit[0].upper()}") for unit, count in self.counts if count]
        days = "".join(part for unit, part in parts if unit not in {"hours", "minutes"})
        times = "".join(part for unit, part in parts if unit in {"hours", "minutes"})
        return f"P{days}{'T' * bool(times)}{times}"

    def __str__(self) -> str:
        return self.text

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> core_schema.CoreSchema:  # noqa: ANN401 - pydantic's signature
        """Read from text."""
        del source, handler
        return core_schema.no_info_plain_validator_function(
            _validate, serialization=core_schema.plain_serializer_function_ser_schema(str)
        )

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: core_schema.CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        """Text with examples."""
        del schema, handler
        return {"type": "string", "format": "sopkit-duration", "examples": ["12 months", "6 weeks", "P6M"]}


class DurationJsonSchema(GenerateJsonSchema):
    """A JSON Schema in which the default of a duration is what people type."""

    def encode_default(self, dft: object) -> Any:  # noqa: ANN401 - pydantic's signature
        """Text for a duration, which pydantic would write as an object."""
        return super().encode_default(str(dft) if isinstance(dft, Duration) else dft)


def _validate(value: object) -> Duration:
    if isinstance(value, Duration):
        return value
    if not isinstance(value, str):
        raise PydanticCustomError("duration", "not a duration; write for example `12 months` or `P6M`")
    try:
        return Duration(value.strip())
    except ValueError as error:
        raise PydanticCustomError("duration", "{reason}", {"reason": str(error)}) from error


@lru_cache(maxsize=1024)
def parse_duration(text: str) -> tuple[int, int, int]:
    """Months, days and minutes of a duration as typed; ValueError says what is wrong."""
    counts = _unit_counts(text)
    result = (
        counts["years"] * 12 + counts["months"],
        counts["weeks"] * 7 + counts["days"],
        counts["hours"] * 60 + counts["minutes"],
    )
    if not any(result):
        raise ValueError(f"`{text}` is no time at all; write for example `12 months` or `P6M`")
    return result


def _unit_counts(text: str) -> dict[str, int]:
    found = {}
    if match := _ISO.fullmatch(text):
        found = {unit: int(count) for unit, count in match.groupdict().items() if count}
    elif (match := _PLAIN.fullmatch(text)) and match[2].lower() in _UNITS:
        found = {_UNITS[match[2].lower()]: int(match[1])}
    if not found:
        raise ValueError(f"`{text}` is not a duration; write for example `12 months` or `P6M`")
    return {unit: found.get(unit, 0) for unit in _ISO.groupindex}
