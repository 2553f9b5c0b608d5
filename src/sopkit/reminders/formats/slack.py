"""Block Kit messages for a Slack webhook, one per line."""

from sopkit.reminders.formats import ReminderMessage, RemindFormat, compact_json, split_batches
from sopkit.reminders.reminder import Reminder, RemindOutput
from sopkit.tables.escape import clip

_MAX_REMINDERS = 40  # of the 50 blocks; heading and footer are three
_MAX_BYTES = 12_000  # a message of more is refused as too long
_MAX_HEADER = 150
_MAX_TEXT = 1_500


def _messages(output: RemindOutput) -> list[tuple[list[Reminder], dict[str, object]]]:
    blocks = [(reminder, _block(reminder)) for reminder in output.reminders]
    found = []
    for lot in split_batches(
        blocks, lambda pair: len(compact_json(pair[1])), most=_MAX_REMINDERS, bytes_each=_MAX_BYTES
    ):
        message = {
            "text": _escape(output.title),
            "mrkdwn": False,
            "unfurl_links": False,
            "unfurl_media": False,
            "blocks": [
                {"type": "header", "text": _plain(clip(output.title, _MAX_HEADER))},
                *(block for _, block in lot),
                {"type": "context", "elements": [_plain(output.judged)]},
            ],
        }
        found.append(([reminder for reminder, _ in lot], message))
    return found


def _block(reminder: Reminder) -> dict[str, object]:
    """Name and what, then why, last change, who is asked and what to type, a line each."""
    lines: list[list[dict[str, object]]] = [
        [_text(clip(reminder.name, _MAX_HEADER), bold=True)],
        [_text(reminder.what)],
        [_text("Why: ", bold=True), _text(clip(reminder.reason, _MAX_TEXT))],
        [_text("Change: ", bold=True), _text(clip(reminder.change, _MAX_TEXT))] if reminder.change else [],
        [_text("Asked: ", bold=True), _text(clip(reminder.asked, _MAX_TEXT))],
        [_text("Do: ", bold=True), _text(clip(reminder.command, _MAX_TEXT), code=True)],
    ]
    texts = [text for line in lines if line for text in (*line, _text("\n"))][:-1]
    return {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": texts}]}


def _text(text: str, **style: bool) -> dict[str, object]:
    return {"type": "text", "text": text or "-", **({"style": style} if style else {})}


def _plain(text: str) -> dict[str, object]:
    return {"type": "plain_text", "text": text, "emoji": False}


def _escape(text: str) -> str:
    """The text as Slack's own markup, which knows three characters."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _write(output: RemindOutput) -> str:
    return "".join(f"{compact_json(message)}\n" for _, message in _messages(output))


def _build_parcels(output: RemindOutput) -> tuple[ReminderMessage, ...]:
    return tuple(
        ReminderMessage(", ".join(reminder.id or reminder.path for reminder in lot), compact_json(message).encode())
        for lot, message in _messages(output)
    )


SLACK = RemindFormat("slack", "Block Kit messages for a Slack webhook", _write, "http", _build_parcels)
