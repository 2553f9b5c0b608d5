"""Adaptive Cards for a Teams Workflows webhook, one message per line."""

from sopkit.reminders.formats import JsonObject, webhook_format
from sopkit.reminders.reminder import Reminder, RemindOutput
from sopkit.tables.escape import clip

_MAX_BYTES = 24_000  # leaves room for what is around the reminders
_MAX_TEXT = 1_500


def _message(output: RemindOutput, items: list[JsonObject]) -> JsonObject:
    card = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "msteams": {"width": "Full"},
        "body": [
            _text_block(_run(output.title, weight="Bolder", size="Large")),
            *items,
            _text_block(_run(output.provenance, isSubtle=True)),
        ],
    }
    attachment = {"contentType": "application/vnd.microsoft.card.adaptive", "contentUrl": None, "content": card}
    return {"type": "message", "attachments": [attachment]}


def _container(reminder: Reminder) -> JsonObject:
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


def _text_block(*runs: JsonObject) -> JsonObject:
    return {"type": "RichTextBlock", "spacing": "Small", "inlines": list(runs)}


def _run(text: str, **style: object) -> JsonObject:
    return {"type": "TextRun", "text": text or "-", **style}


TEAMS = webhook_format("teams", "Adaptive Cards for a webhook of Teams Workflows", _container, _message, _MAX_BYTES)
