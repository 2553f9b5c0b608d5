"""What a format of reminders is, and the formats, one per file; a format's name is the name of its file."""

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from json import dumps
from typing import Literal

from sopkit.registry import collect, names
from sopkit.reminders.reminder import Reminder, RemindOutput


@dataclass(frozen=True, slots=True)
class ReminderMessage:
    """One thing to send; `label` says in words what is in it, `to` is an e-mail address or empty."""

    label: str
    data: bytes
    to: str = ""


@dataclass(frozen=True, slots=True)
class RemindFormat:
    """A way to write reminders.

    `write` gives text that ends in a line end or is empty, and is the same for the same input. `messages` gives
    what `--send` posts (`by` says how); without it the format is printed only.
    """

    name: str
    title: str
    write: Callable[[RemindOutput], str]
    by: Literal["", "http", "smtp"] = ""
    messages: Callable[[RemindOutput], tuple[ReminderMessage, ...]] = lambda output: ()  # noqa: ARG005 - printed only
    undeliverable: Callable[[RemindOutput], tuple[str, ...]] = lambda output: ()  # noqa: ARG005 - as above


JsonObject = dict[str, object]
_MAX_REMINDERS = 40
"""Reminders of a message: Slack takes 50 blocks, heading and footer among them."""


def webhook_format(
    name: str,
    title: str,
    draw: Callable[[Reminder], JsonObject],
    build: Callable[[RemindOutput, list[JsonObject]], JsonObject],
    max_bytes: int,
) -> RemindFormat:
    """A format of JSON messages, one a line, which `--send` posts to a webhook.

    A message has at most 40 reminders, and at most `max_bytes` of them unless one alone is larger.
    """

    def messages(output: RemindOutput) -> Iterator[ReminderMessage]:
        names: list[str] = []
        items: list[JsonObject] = []
        size = 0
        for reminder in output.reminders:
            item = draw(reminder)
            length = len(_compact_json(item))
            if items and (len(items) == _MAX_REMINDERS or size + length > max_bytes):
                yield ReminderMessage(", ".join(names), _compact_json(build(output, items)))
                names, items, size = [], [], 0
            names.append(reminder.id or reminder.path)
            items.append(item)
            size += length
        if items:
            yield ReminderMessage(", ".join(names), _compact_json(build(output, items)))

    def write(output: RemindOutput) -> str:
        return "".join(f"{message.data.decode()}\n" for message in messages(output))

    return RemindFormat(name, title, write, "http", lambda output: tuple(messages(output)))


def _compact_json(value: object) -> bytes:
    """A value as JSON in ASCII on one line."""
    return dumps(value, ensure_ascii=True, separators=(",", ":")).encode()


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
