"""One message per person (RFC 5322, plain text and HTML), printed as an mbox file."""

import hashlib
import re
from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from html import escape

from sopkit.reminders.formats import ReminderMessage, RemindFormat
from sopkit.reminders.reminder import Recipient, Reminder, RemindOutput
from sopkit.tables.escape import clip, one_line

NO_RECIPIENT = "sopkit <sopkit@localhost.invalid>"
"""The sender of messages that are only printed."""
_MAX_SUBJECT = 150
_POLICY = SMTP.clone(cte_type="7bit")


def build_messages(output: RemindOutput) -> list[tuple[Recipient, EmailMessage]]:
    """A message for everybody who is asked and has an address, in the order of their keys."""
    found: dict[str, tuple[Recipient, list[tuple[Reminder, Recipient]]]] = {}
    for reminder in output.reminders:
        for person in reminder.to:
            if person.email:
                found.setdefault(person.key, (person, []))[1].append((reminder, person))
    return [(person, _message(person, mine, output)) for _, (person, mine) in sorted(found.items())]


def _message(person: Recipient, mine: list[tuple[Reminder, Recipient]], output: RemindOutput) -> EmailMessage:
    message = EmailMessage(policy=_POLICY)
    sender = _address(output.sender or NO_RECIPIENT)
    markers = [f"{reminder.marker}" for reminder, _ in mine]
    name = hashlib.sha256("\n".join((person.email, *markers)).encode()).hexdigest()[:32]
    message["From"] = sender
    message["To"] = _address(person.email, person.name)
    subject = mine[0][0].headline
    if len(mine) > 1:
        subject = f"{len(mine)} SOPs wait for you: {', '.join(reminder.id or reminder.path for reminder, _ in mine)}"
    message["Subject"] = clip(f"[sopkit] {subject}", _MAX_SUBJECT)
    message["Date"] = format_datetime(datetime(output.as_of.year, output.as_of.month, output.as_of.day, tzinfo=UTC))
    message["Message-ID"] = f"<{name}@{sender.domain}>"
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    for marker in markers:
        message["X-Sopkit-Reminder"] = marker
    message.set_content(_plain(person, mine, output), cte="quoted-printable")
    message.add_alternative(_html(person, mine, output), subtype="html", cte="quoted-printable")
    message.set_boundary(f"sopkit-{name}")
    return message


def _address(text: str, name: str = "") -> Address:
    display_name, address = parseaddr(text)
    return Address(name or one_line(display_name), addr_spec=address)


def _facts(reminder: Reminder, person: Recipient) -> list[tuple[str, str]]:
    facts = [("Why", reminder.reason), ("Change", reminder.change), ("You are asked as", person.role)]
    return [(label, text) for label, text in (*facts, ("Asked", reminder.asked)) if text]


def _plain(person: Recipient, mine: list[tuple[Reminder, Recipient]], output: RemindOutput) -> str:
    lines = [f"Hello {person.name},", ""]
    for reminder, me in mine:
        lines += [reminder.name, f"  {reminder.what}"]
        lines += [f"  {label}: {text}" for label, text in _facts(reminder, me)]
        lines += [f"  File: {reminder.path}", f"  Do: {reminder.command}", ""]
    return "\n".join((*lines, "-- ", f"{output.library or 'sopkit'}. {output.provenance}")) + "\n"


def _html(person: Recipient, mine: list[tuple[Reminder, Recipient]], output: RemindOutput) -> str:
    parts = ["<!DOCTYPE html>", '<html lang="en"><head><meta charset="utf-8"><title>Reminders of SOPs</title></head>']
    parts += ["<body>", f"<p>Hello {escape(person.name)},</p>"]
    for reminder, me in mine:
        parts += [f"<h2>{escape(reminder.name)}</h2>", f"<p><strong>{escape(reminder.what)}</strong></p>", "<ul>"]
        parts += [f"<li>{label}: {escape(text)}</li>" for label, text in _facts(reminder, me)]
        parts += [f"<li>File: {escape(reminder.path)}</li>", f"<li>Do: <code>{escape(reminder.command)}</code></li>"]
        parts.append("</ul>")
    footer = f"{output.library or 'sopkit'}. {output.provenance}"
    return "\n".join((*parts, f"<p><small>{escape(footer)}</small></p>", "</body></html>")) + "\n"


def _write(output: RemindOutput) -> str:
    """The messages after one another, as mboxrd: a line that looks like the start of one is quoted."""
    parts = []
    for _, message in build_messages(output):
        text = message.as_bytes().decode("ascii").replace("\r\n", "\n").rstrip("\n")
        quoted = re.sub(r"^(>*From )", r">\1", text, flags=re.MULTILINE)
        parts.append(f"From sopkit@localhost {output.as_of:%a %b %d} 00:00:00 {output.as_of.year}\n{quoted}\n\n")
    return "".join(parts)


def _build_messages(output: RemindOutput) -> tuple[ReminderMessage, ...]:
    return tuple(
        ReminderMessage(f"{person.name}: {one_line(str(message['Subject']))}", message.as_bytes(), person.email)
        for person, message in build_messages(output)
    )


def _list_undeliverable(output: RemindOutput) -> tuple[str, ...]:
    """Reminders that reach nobody, and people without an address."""
    found = []
    for reminder in output.reminders:
        if not reminder.to:
            found.append(f"{reminder.headline}: {reminder.asked}")
        found += [
            f"{reminder.headline}: {person.name} has no e-mail address in the register of people"
            for person in reminder.to
            if not person.email
        ]
    return tuple(found)


EMAIL = RemindFormat("email", "a message per person, as mbox", _write, "smtp", _build_messages, _list_undeliverable)
