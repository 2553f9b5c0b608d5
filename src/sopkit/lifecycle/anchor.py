"""An anchor: the id of a commit that somebody keeps outside the repository, with the day on which it was the newest."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sopkit.git.history import list_ancestors, resolve_commit
from sopkit.lifecycle.due import parse_date
from sopkit.lifecycle.history import History
from sopkit.model.errors import SopkitError


@dataclass(frozen=True, slots=True)
class Anchor:
    """A commit id as it was kept, and the day by the end of which it was the newest commit, if that was kept."""

    oid: str
    day: date | None = None


def read_anchor(text: str) -> Anchor:
    """The anchor that a user typed: `OID` or `OID@YYYY-MM-DD`. Raises SopkitError for a day that is none."""
    oid, mark, typed = text.partition("@")
    day = parse_date(typed)
    if mark and day is None:
        raise SopkitError(f"{typed!r} is not a date", "write the anchor as OID@YYYY-MM-DD")
    return Anchor(oid, day)


def find_landed_before(history: History, anchor: Anchor) -> Sequence[int]:
    """The commits of the line, by index, that claim to have landed by the day of the anchor, which lacks them.

    Nothing where no day was kept, or the anchor is not in the repository. Starts two git processes.
    """
    commit = resolve_commit(history.repository, anchor.oid) if anchor.day else None
    if commit is None or anchor.day is None:
        return ()
    known = list_ancestors(history.repository, commit)
    count = history.log.count_at(anchor.day)
    return [index for index, one in enumerate(history.log.commits[:count]) if one.oid not in known]


def describe_landed_before(history: History, index: int, anchor: Anchor) -> str:
    """What is wrong with such a commit, as a sentence without its end."""
    commit, landing = history.log.commits[index], history.log.landings[index]
    return (
        f"commit {commit.oid[:12]} by {history.author_of(index)} claims to have landed on {landing.day}, and the commit"
        f" kept on {anchor.day}, {anchor.oid[:12]}, does not contain it: its date is false"
    )
