"""Adaptive Cards for a Teams Workflows webhook, one message per line."""

from sopkit.reminders.formats import ReminderMessage, RemindFormat, compact_json, split_batches
from sopkit.reminders.reminder import Reminder, RemindOutput
from sopkit.tables.escape import clip

_MAX_REMINDERS = 40
_MAX_BYTES = 24_000  # leaves room for what is around the reminders
_MAX_TEXT = 1_500


def _messages(output: RemindOutput) -> list[tuple[list[Reminder], dict[str, object]]]:
    items = [(reminder, _container(reminder)) for reminder in output.reminders]
    return [
        ([reminder for reminder, _ in lot], _message(output, [item for _, item in lot]))
        for lot in split_batches(
            items, lambda pair: len(compact_json(pair[1])), most=_MAX_REMINDERS, bytes_each=_MAX_BYTES
        )
    ]


def _message(output: RemindOutput, items: list[dict[str, object]]) -> dict[str, object]:
    card = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "msteams": {"width": "Full"},
        "body": [
            _text_block(_run(output.title, weight="Bolder", size="Large")),
            *items,
            _text_block(_run(output.judged, isSubtle=True)),
        ],
    }
    attachment = {"contentType": "application/vnd.microsoft.card.adaptive", "contentUrl": None, "content": card}
    return {"type": "message", "attachments": [attachment]}


def _container(reminder: Reminder) -> dict[str, object]:
    lines = [
        _text_block(_run(clip(reminder.name, _MAX_TEXT), weight="Bolder")),
        _text_block(_run(reminder.what, color="Attention" if (reminder.days or 0) < 0 else "Default")),
        _text_block(_run("Why: ", weight="Bolder"), _run(clip(reminder.reason, _MAX_TEXT))),
        *(
            [_text_block(_run("Change: ", weight="Bolder"), _run(clip(reminder.change, _MAX_TEXT)))]
            if reminder.change
            else []
        ),
        _text_block(_run("Asked: ", weight="Bolder"), _run(clip(reminder.asked, _MAX_TEXT))),
        _text_block(_run("Do: ", weight="Bolder"), _run(clip(reminder.command, _MAX_TEXT), fontType="Monospace")),
    ]
    return {"type": "Container", "separator": True, "items": lines}


def _text_block(*runs: dict[str, object]) -> dict[str, object]:
    return {"type": "RichTextBlock", "spacing": "Small", "inlines": list(runs)}


def _run(text: str, **style: object) -> dict[str, object]:
    return {"type": "TextRun", "text": text or "-", **style}


def _write(output: RemindOutput) -> str:
    return "".join(f"{compact_json(message)}\n" for _, message in _messages(output))


def _build_parcels(output: RemindOutput) -> tuple[ReminderMessage, ...]:
    return tuple(
        ReminderMessage(", ".join(reminder.id or reminder.path for reminder in lot), compact_json(message).encode())
        for lot, message in _messages(output)
    )


TEAMS = RemindFormat("teams", "Adaptive Cards for a webhook of Teams Workflows", _write, "http", _build_parcels)
