"""What a reminder is, and where reminders are delivered."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Annotated, Literal
from urllib.parse import SplitResult

from sopkit.tables.document import Document, DocumentType, ReportTable
from sopkit.tables.escape import escape_controls

_MAX_REPLY = 200
_LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})
Audience = Literal["review", "approval"]

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
    audience: Annotated[Audience, "Whether owner or approvers are asked."]
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
        """What a server or library said, without the address, its path, its user and its password."""
        url = self.url
        secrets = (url.geturl(), url.path.strip("/"), url.query, url.password or "", url.username or "")
        for secret in sorted({part for part in secrets if part}, key=len, reverse=True):
            text = text.replace(secret, "***")
        return escape_controls(" ".join(text.split()))[:_MAX_REPLY]


class DeliveryError(Exception):
    """One try failed: `again` tells whether another may help, `after` how long to wait at least (seconds)."""

    def __init__(self, reason: str, *, again: bool = False, after: float = 0) -> None:
        super().__init__(reason)
        self.reason, self.again, self.after = reason, again, after
