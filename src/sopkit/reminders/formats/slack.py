"""Block Kit messages for a Slack webhook, one per line."""

from sopkit.reminders.formats import JsonObject, webhook_format
from sopkit.reminders.reminder import Reminder, RemindOutput
from sopkit.tables.escape import clip

_MAX_BYTES = 12_000  # a message of more is refused as too long
_MAX_HEADER = 150
_MAX_TEXT = 1_500


def _message(output: RemindOutput, blocks: list[JsonObject]) -> JsonObject:
    title = output.title.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")  # Slack's own markup
    return {
        "text": title,
        "mrkdwn": False,
        "unfurl_links": False,
        "unfurl_media": False,
        "blocks": [
            {"type": "header", "text": _plain(clip(output.title, _MAX_HEADER))},
            *blocks,
            {"type": "context", "elements": [_plain(output.provenance)]},
        ],
    }


def _block(reminder: Reminder) -> JsonObject:
    """Name and what, then why, last change, who is asked and what to type, a line each."""
    lines: list[list[JsonObject]] = [
        [_text(clip(reminder.name, _MAX_HEADER), bold=True)],
        [_text(reminder.what)],
        [_text("Why: ", bold=True), _text(clip(reminder.reason, _MAX_TEXT))],
        [_text("Change: ", bold=True), _text(clip(reminder.change, _MAX_TEXT))] if reminder.change else [],
        [_text("Asked: ", bold=True), _text(clip(reminder.asked, _MAX_TEXT))],
        [_text("Do: ", bold=True), _text(clip(reminder.command, _MAX_TEXT), code=True)],
    ]
    texts = [text for line in lines if line for text in (*line, _text("\n"))][:-1]
    return {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": texts}]}


def _text(text: str, **style: bool) -> JsonObject:
    return {"type": "text", "text": text or "-", **({"style": style} if style else {})}


def _plain(text: str) -> JsonObject:
    return {"type": "plain_text", "text": text, "emoji": False}


SLACK = webhook_format("slack", "Block Kit messages for a Slack webhook", _block, _message, _MAX_BYTES)
