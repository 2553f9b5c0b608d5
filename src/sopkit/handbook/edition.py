"""The edition that every page names: which day, which commit, for whom."""

from dataclasses import dataclass
from datetime import date

from sopkit.handbook.asked import Asked
from sopkit.lifecycle.library_status import LibraryStatus


@dataclass(frozen=True, slots=True)
class Edition:
    """The edition; `commit` is empty where no history was read, `edited` says that files differ from that commit."""

    as_of: date
    commit: str
    edited: bool
    name: str
    classification: str
    drafts: bool


def edition_of(standings: LibraryStatus, asked: Asked, *, edited: bool) -> Edition:
    """The edition of a build; `edited` says that files of what is shown differ from the commit."""
    return Edition(
        as_of=standings.as_of,
        commit=standings.commit.oid if standings.commit else "",
        edited=edited,
        name=asked.edition,
        classification=str(asked.classification),
        drafts=asked.drafts,
    )
