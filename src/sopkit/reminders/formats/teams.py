"""Adaptive Cards for a webhook of Teams Workflows, one message on a line.

Text runs are never parsed, unlike text blocks, which read Markdown; Teams takes 28 KB a message.
"""

from sopkit.reminders.formats._format import Parcel, RemindFormat, compact, lots
from sopkit.reminders.reminder import Reminder, RemindOutput
from sopkit.tables.escape import clip

_MOST_REMINDERS = 40
_MOST_BYTES = 24_000  # leaves room for what is around the reminders
_TEXT = 1_500


def _messages(output: RemindOutput) -> list[tuple[list[Reminder], dict[str, object]]]:
    items = [(reminder, _container(reminder)) for reminder in output.reminders]
    return [
        ([reminder for reminder, _ in lot], _message(output, [item for _, item in lot]))
        for lot in lots(items, lambda pair: len(compact(pair[1])), most=_MOST_REMINDERS, bytes_each=_MOST_BYTES)
    ]


def _message(output: RemindOutput, items: list[dict[str, object]]) -> dict[str, object]:
    card = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "msteams": {"width": "Full"},
        "body": [
            _line(_run(output.title, weight="Bolder", size="Large")),
            *items,
            _line(_run(output.judged, isSubtle=True)),
        ],
    }
    attachment = {"contentType": "application/vnd.microsoft.card.adaptive", "contentUrl": None, "content": card}
    return {"type": "message", "attachments": [attachment]}


def _container(reminder: Reminder) -> dict[str, object]:
    lines = [
        _line(_run(clip(reminder.name, _TEXT), weight="Bolder")),
        _line(_run(reminder.what, color="Attention" if (reminder.days or 0) < 0 else "Default")),
        _line(_run("Why: ", weight="Bolder"), _run(clip(reminder.reason, _TEXT))),
        *([_line(_run("Change: ", weight="Bolder"), _run(clip(reminder.change, _TEXT)))] if reminder.change else []),
        _line(_run("Asked: ", weight="Bolder"), _run(clip(reminder.asked, _TEXT))),
        _line(_run("Do: ", weight="Bolder"), _run(clip(reminder.command, _TEXT), fontType="Monospace")),
    ]
    return {"type": "Container", "separator": True, "items": lines}


def _line(*runs: dict[str, object]) -> dict[str, object]:
    return {"type": "RichTextBlock", "spacing": "Small", "inlines": list(runs)}


def _run(text: str, **style: object) -> dict[str, object]:
    return {"type": "TextRun", "text": text or "-", **style}


def _write(output: RemindOutput) -> str:
    return "".join(f"{compact(message)}\n" for _, message in _messages(output))


def _parcels(output: RemindOutput) -> tuple[Parcel, ...]:
    return tuple(
        Parcel(", ".join(reminder.id or reminder.path for reminder in lot), compact(message).encode())
        for lot, message in _messages(output)
    )


TEAMS = RemindFormat("teams", "Adaptive Cards for a webhook of Teams Workflows", _write, "http", _parcels)
