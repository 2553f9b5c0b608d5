"""Commits of a library: changed files, flags, and the date each commit landed on the branch."""

from bisect import bisect_right
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

REGULAR_MODES = ("100644", "100755")
SUBMODULE_MODE = "160000"


class CommitFlag(StrEnum):
    """What is odd about the dates of a commit."""

    CLOCK_REGRESSION = "clock-regression"
    FUTURE_DATED = "future-dated"
    AUTHOR_DATE_BACKDATED = "author-date-backdated"


@dataclass(frozen=True, slots=True)
class FileChange:
    """What a commit left at a path below the library's root; `mode` and `blob` are empty when it is gone."""

    path: str
    mode: str
    blob: str

    @property
    def is_file(self) -> bool:
        """A regular file is there afterwards: no symbolic link, no submodule, not removed."""
        return self.mode in REGULAR_MODES


@dataclass(frozen=True, slots=True)
class Commit:
    """One commit; times are seconds since 1970, zones are what was written, such as `+0100`."""

    oid: str
    parents: tuple[str, ...]
    author_name: str
    author_email: str
    author_time: int
    author_zone: str
    committer_name: str
    committer_email: str
    committer_time: int
    committer_zone: str
    changes: tuple[FileChange, ...] = ()
    co_authors: tuple[str, ...] = ()  # as the trailers name them


@dataclass(frozen=True, slots=True)
class Landing:
    """When a commit became part of the branch: a day in the library's zone, and seconds since 1970."""

    day: date
    time: int
    flags: tuple[CommitFlag, ...] = ()


@dataclass(frozen=True, slots=True)
class CommitLog:
    """The first-parent line of a branch, oldest commit first, with the landing of each."""

    commits: tuple[Commit, ...]
    landings: tuple[Landing, ...]

    def count_at(self, day: date) -> int:
        """How many of the commits had landed by the end of the day."""
        return bisect_right(self.landings, day, key=lambda landing: landing.day)

    def files_at(self, count: int) -> dict[str, FileChange]:
        """What is there, by path, after the first `count` commits: the wanted part of that commit's tree."""
        there: dict[str, FileChange] = {}
        for commit in self.commits[:count]:
            for change in commit.changes:
                if change.mode:
                    there[change.path] = change
                else:
                    there.pop(change.path, None)
        return there

    def at(self, day: date) -> Commit | None:
        """The last commit that had landed by the end of the day."""
        count = self.count_at(day)
        return self.commits[count - 1] if count else None
