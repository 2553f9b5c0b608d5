"""What a reminder is, and where reminders are delivered."""

import html
import re
from base64 import b64encode
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Annotated, Literal
from urllib.parse import SplitResult, unquote

from sopkit.tables.document import Document, DocumentType, ReportTable
from sopkit.tables.escape import escape_controls

_MAX_REPLY = 200
_PUBLIC_PARTS = {
    *("services", "workflows", "triggers", "manual", "paths", "invoke"),
    *("webhook", "webhooks", "webhookb2", "incomingwebhook", "hooks", "api-version"),
}  # of the addresses of Slack and Teams
_MIN_SECRET = 3  # characters
_MIN_PIECE = 6  # characters by which a secret that was cut off is known again
_MAX_LAYERS = 3  # of escapes
_JSON_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|([/\\\"]))")
_LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})
Audience = Literal["review", "approval", "training"]

_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_ADDRESS = re.compile(rf"{_ATOM}(?:\.{_ATOM})*@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*")


def is_address(text: str) -> bool:
    """Whether a text is an e-mail address that every server takes (RFC 5321, without quotes)."""
    return len(text) <= 254 and _ADDRESS.fullmatch(text) is not None  # noqa: PLR2004 - the limit of the RFC


@dataclass(frozen=True, slots=True)
class Recipient:
    """A person who is told, and in which role; `email` and `logins` are those of the people register."""

    key: Annotated[str, "Key of the people register."]
    name: Annotated[str, "Name."]
    email: Annotated[str, "First usable address, or empty."]
    role: Annotated[str, "The role in which the person is asked."]
    logins: Annotated[Mapping[str, str], "Logins by forge."] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reminder:
    """One SOP that somebody has to look at. All texts are one line without characters that a terminal obeys."""

    key: Annotated[str, "The SOP among all of the report."]
    id: Annotated[str, "Id of the SOP."]
    title: Annotated[str, "Its title."]
    path: Annotated[str, "Its file."]
    area: Annotated[str, "Its area."]
    owner: Annotated[str, "Its owner, a role."]
    state: Annotated[str, "Its weightiest state."]
    audience: Annotated[Audience, "Whether owner, approvers or the people to be trained are asked."]
    due: Annotated[date | None, "Last day on which the next review is in time."]
    days: Annotated[int | None, "Days until then; negative when overdue."]
    day: Annotated[date, "Day on which this reminder fell due."]
    stage: Annotated[str, "Which reminder it is: due-30, overdue-2, never-reviewed-0."]
    marker: Annotated[str, "Names this very reminder; the same when it is written again."]
    thread: Annotated[str, "The same for all reminders of the SOP to this audience."]
    what: Annotated[str, "What has to be looked at."]
    reason: Annotated[str, "Why, in the words of the report."]
    change: Annotated[str, "The last material change of the text, or empty."]
    command: Annotated[str, "What to type."]
    asked: Annotated[str, "Who is asked, in words; says it when nobody is."]
    escalated: Annotated[bool, "Whether deputy and superior are asked as well."]
    to: Annotated[tuple[Recipient, ...], "Who is asked."]

    @property
    def name(self) -> str:
        """Id and title."""
        return " ".join(part for part in (self.id or self.path, self.title) if part)

    @property
    def headline(self) -> str:
        """Which SOP, and what of it."""
        return f"{self.id or self.path}: {self.what}"


@dataclass(frozen=True, slots=True)
class RemindOutput:
    """The reminders of a day with what their readers need around them."""

    reminders: tuple[Reminder, ...]
    as_of: date
    head: str | None
    tool: str
    library: str  # its name, or empty
    thresholds: tuple[int, ...] = ()
    sender: str = ""  # of e-mails

    @property
    def title(self) -> str:
        """`2 reminders of SOPs, Acme Cloud, 2026-11-24`."""
        count = len(self.reminders)
        what = f"{count} {'reminder' if count == 1 else 'reminders'} of SOPs"
        return ", ".join(part for part in (what, self.library, str(self.as_of)) if part)

    @property
    def provenance(self) -> str:
        """What was judged, and by what."""
        where = f" at commit {self.head[:12]}" if self.head else ", from the files alone"
        return f"Judged as of {self.as_of} by {self.tool}{where}."

    def document(self, kind: DocumentType, rows: tuple[object, ...]) -> Document:
        """The rows as a document."""
        return Document(kind, self.title, self.head, self.as_of, (ReportTable("rows", "", kind.kinds["rows"], rows),))


@dataclass(frozen=True, slots=True)
class DeliveryTarget:
    """Where reminders go: `url` is a secret, `name` is what may be said of it."""

    url: SplitResult
    name: str
    sender: str = ""

    @property
    def local(self) -> bool:
        """Whether it is on this machine."""
        return (self.url.hostname or "") in _LOCAL

    def redacted(self, text: str) -> str:
        """What a server or library said, decoded, without any part of the address but its host.

        Each part of path, query, fragment, user and password is starred out, and each piece of one of at least
        six characters, however it is encoded (percent, JSON, HTML, Base64) and wherever it was cut off.
        """
        text = _decode(text)
        hidden, small = bytearray(len(text)), _small_letters(text)
        for secret in self._secrets:
            for start, end in _occurrences(small, _small_letters(secret)):
                hidden[start:end] = b"x" * (end - start)
        shown = "".join("\0" if hide else char for char, hide in zip(text, hidden, strict=True))
        return escape_controls(" ".join(re.sub("\0+", "***", shown).split()))[:_MAX_REPLY]

    @property
    def _secrets(self) -> set[str]:
        url = self.url
        login = [unquote(part) for part in (url.username, url.password) if part]
        plain = ["\0".join(("", *login)), ":".join(login), *login] if login else []
        coded = [b64encode(part.encode("utf-8", "replace")).decode("ascii").rstrip("=") for part in plain]
        pieces = re.split(r"[/?&=;#,]", f"{url.path}/{url.query}/{url.fragment}")
        found = {_decode(part) for part in (*pieces, *login, *coded)} - _PUBLIC_PARTS
        return {part for part in found if len(part) >= _MIN_SECRET}


def _occurrences(text: str, secret: str) -> Iterator[tuple[int, int]]:
    """Where a secret is as a word of its own, and where a text has pieces of at least _MIN_PIECE characters of it."""
    for match in re.finditer(rf"(?<!\w){re.escape(secret)}(?!\w)", text):
        yield match.span()
    for first in range(len(secret) - _MIN_PIECE + 1):
        piece = secret[first : first + _MIN_PIECE]
        at = text.find(piece)
        while at >= 0:
            yield at, at + _MIN_PIECE
            at = text.find(piece, at + 1)


def _small_letters(text: str) -> str:
    """The text in lower case, character for character."""
    return "".join(small if len(small := char.lower()) == 1 else char for char in text)


def _decode(text: str) -> str:
    """A text without percent, JSON and HTML escapes, also where one is within the other."""
    for _ in range(_MAX_LAYERS):
        plain = html.unescape(_JSON_ESCAPE.sub(_unescape_json, unquote(text)))
        if plain == text:
            break
        text = plain
    return text


def _unescape_json(escape: re.Match[str]) -> str:
    return chr(int(escape[1], 16)) if escape[1] else escape[2]


class DeliveryError(Exception):
    """One try failed: `again` tells whether another may help, `after` how long to wait at least (seconds)."""

    def __init__(self, reason: str, *, again: bool = False, after: float = 0) -> None:
        super().__init__(reason)
        self.reason, self.again, self.after = reason, again, after
