"""What a format of reminders is, and the formats, one per file; a format's name is the name of its file."""

import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from json import dumps
from typing import Literal, TypeVar

from sopkit.registry import collect, names
from sopkit.reminders.reminder import RemindOutput

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class ReminderMessage:
    """One thing to send; `label` says in words what is in it, `to` is an e-mail address or empty."""

    label: str
    data: bytes
    to: str = ""


@dataclass(frozen=True, slots=True)
class RemindFormat:
    """A way to write reminders.

    `write` gives text that ends in a line end or is empty, and is the same for the same input. `parcels` gives
    what `--send` posts (`by` says how); without it the format is printed only.
    """

    name: str
    title: str
    write: Callable[[RemindOutput], str]
    by: Literal["", "http", "smtp"] = ""
    parcels: Callable[[RemindOutput], tuple[ReminderMessage, ...]] = lambda output: ()  # noqa: ARG005 - printed only
    undeliverable: Callable[[RemindOutput], tuple[str, ...]] = lambda output: ()  # noqa: ARG005 - as above


def compact_json(value: object) -> str:
    """A value as JSON in ASCII on one line."""
    return dumps(value, ensure_ascii=True, separators=(",", ":"))


def split_batches(
    items: Iterable[Item], size: Callable[[Item], int], *, most: int, bytes_each: int
) -> Iterator[list[Item]]:
    """The items in lots of at most so many, and of at most so many bytes unless one alone is larger."""
    lot: list[Item] = []
    total = 0
    for item in items:
        if lot and (len(lot) == most or total + size(item) > bytes_each):
            yield lot
            lot, total = [], 0
        lot.append(item)
        total += size(item)
    if lot:
        yield lot


def format_names() -> tuple[str, ...]:
    """The names of all formats, which are those of their files."""
    return names(sys.modules[__name__])


def format_named(name: str) -> RemindFormat:
    """The format of a known name; the others are not loaded."""
    return collect(sys.modules[__name__], RemindFormat, name)[0]


@cache
def all_formats() -> dict[str, RemindFormat]:
    """Every format by name, in the order of the names."""
    return {form.name: form for form in collect(sys.modules[__name__], RemindFormat)}
