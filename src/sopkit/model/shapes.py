"""The shapes in which people write values, brought to one before pydantic sees them."""

import re
from datetime import date
from typing import Annotated, TypeVar

from pydantic import BeforeValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

_T = TypeVar("_T")
_DATE_PARTS = (4, 2, 2)
_TIME = re.compile(r"(\d{4}-\d\d-\d\d)[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:?\d\d)?", re.ASCII)


def day_written(text: str) -> str:
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


def _many(value: object) -> object:
    return value if isinstance(value, list | tuple) else [value]


OneOrMany = Annotated[tuple[_T, ...], BeforeValidator(_many)]
"""A list; a single value means a list of one."""
