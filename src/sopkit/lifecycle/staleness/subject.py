"""What is judged: one file that holds an SOP, with what its history and its ledger say of it."""

from dataclasses import dataclass
from datetime import date

from sopkit.lifecycle.ledger.ledger import Ledger
from sopkit.lifecycle.staleness.states import Mark
from sopkit.lifecycle.texts.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Landed:
    """When a commit landed, which one it is and who wrote what it brought."""

    day: date
    oid: str
    people: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class WatchedChange:
    """A commit that changed files which the SOP describes."""

    landed: Landed
    paths: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Subject:
    """One file that holds an SOP, with what history says of it; without history that is None."""

    id: str
    path: str
    snapshot: Snapshot  # the last text that could be read
    digest: str
    readable: bool  # whether the judged text itself can be read
    revision: int | None = None
    restores: int | None = None
    changed: Landed | None = None
    claimed: Landed | None = None  # the commit that set the present claim
    raised: int = 0  # claims that this commit raised
    others: tuple[str, ...] = ()  # paths with the same id
    marks: tuple[tuple[Mark, str], ...] = ()  # each with its reason
    ledger: Ledger | None = None
    active_since: date | None = None  # landing of its first text with an active status
    watched: str = ""  # digest of the files that it describes
    watched_changes: tuple[WatchedChange, ...] = ()
