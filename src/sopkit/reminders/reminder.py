"""What a reminder is."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Literal

Audience = Literal["review", "approval"]

_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_ADDRESS = re.compile(rf"{_ATOM}(?:\.{_ATOM})*@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*")


def is_address(text: str) -> bool:
    """Whether a text is an e-mail address that every server takes (RFC 5321, without quotes)."""
    return len(text) <= 254 and _ADDRESS.fullmatch(text) is not None  # noqa: PLR2004 - the limit of the RFC


@dataclass(frozen=True, slots=True)
class Recipient:
    """A person who is told, and in which role; `email` and `logins` are those of the people register."""

    key: str
    name: str
    email: str
    role: str
    logins: tuple[tuple[str, str], ...] = ()

    def login(self, forge: str) -> str:
        """The person's name at a forge, or nothing."""
        return dict(self.logins).get(forge, "")


@dataclass(frozen=True, slots=True)
class Reminder:
    """One SOP that somebody has to look at. All texts are one line without characters that a terminal obeys."""

    key: str  # of the SOP among all of the report
    id: str
    title: str
    path: str
    area: str
    owner: str
    state: str
    audience: Audience
    due: date | None
    days: int | None
    day: date  # on which this reminder fell due
    stage: str  # `due-30`, `overdue-2`, `never-reviewed-0`
    marker: str  # the same for the same reminder
    thread: str  # the same for all reminders of one SOP to one audience
    what: str
    reason: str
    change: str
    command: str
    asked: str
    escalated: bool
    to: tuple[Recipient, ...]

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
    def judged(self) -> str:
        """What was judged, and by what."""
        where = f" at commit {self.head[:12]}" if self.head else ", from the files alone"
        return f"Judged as of {self.as_of} by {self.tool}{where}."
