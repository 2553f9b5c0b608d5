"""Moments: times in UTC, or days where only the day is known (RFC 3339)."""

from datetime import UTC, date, datetime
from typing import Annotated

from pydantic import PlainSerializer, PlainValidator, WithJsonSchema
from pydantic_core import PydanticCustomError


def read_moment(text: str) -> date:
    """A moment in UTC, or a day where no time is written (RFC 3339). Raises ValueError; a time needs its zone."""
    if len(text) == len("2026-11-24"):
        return date.fromisoformat(text)
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"`{text}` has no zone")
    return moment.astimezone(UTC)


def write_moment(moment: date) -> str:
    """A moment as text: `2026-03-04T10:15:00Z`, or the day."""
    if not isinstance(moment, datetime):
        return moment.isoformat()
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _moment(value: object) -> date:
    if isinstance(value, date):
        return value
    try:
        return read_moment(str(value))
    except ValueError:
        words = "`{text}` is neither a day (2026-03-04) nor a time with its zone (2026-03-04T10:15:00Z)"
        raise PydanticCustomError("moment", words, {"text": str(value)}) from None


Moment = Annotated[
    date,
    PlainValidator(_moment),
    PlainSerializer(write_moment, return_type=str, when_used="json"),
    WithJsonSchema({"type": "string", "description": "RFC 3339 time with its zone, or a day."}),
]
"""A `datetime` in UTC, or a `date` where only the day is known."""
