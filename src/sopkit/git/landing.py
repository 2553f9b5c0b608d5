"""When commits landed, so that a wrong clock moves no commit but its own."""

from bisect import bisect_right
from collections.abc import Sequence
from datetime import UTC, date, datetime, tzinfo

from sopkit.model.errors import SopkitError
from sopkit.model.history import Commit, CommitFlag, Landing

BACKDATED_DAYS = 30
_EPOCH_ORDINAL = date(1970, 1, 1).toordinal()
_DAY_SECONDS = 86_400


def day_of(time: int, zone: tzinfo) -> date:
    """The day of a moment (seconds since 1970) in a zone; outside the calendar its first or last day."""
    try:
        return datetime.fromtimestamp(time, zone).date()
    except (OverflowError, ValueError, OSError):
        return date.max if time > 0 else date.min


def land(commits: Sequence[Commit], zone: tzinfo, today: date) -> tuple[Landing, ...]:
    """When each commit of a first-parent line, oldest first, landed.

    The longest run of commits dated no later than today whose committer days never fall landed at its
    committer dates; every other commit lands with the one before it, or with the first of the run.
    Raises SopkitError when all commits are dated after today.
    """
    if not commits:
        return ()
    days = [_ordinal(commit.committer_time, zone) for commit in commits]
    run = _longest_run(days, today.toordinal())
    if not run:
        raise SopkitError(
            f"every commit is dated after today ({today})",
            "check the clock of this machine and of the one that committed",
        )
    landings = []
    on_time = set(run)
    anchor = run[0]
    for index, commit in enumerate(commits):
        if index in on_time:
            anchor = index
        landed = days[anchor]
        flags = []
        if days[index] < landed:
            flags.append(CommitFlag.CLOCK_REGRESSION)
        elif index not in on_time:
            flags.append(CommitFlag.FUTURE_DATED)
        if landed - _ordinal(commit.author_time, zone) > BACKDATED_DAYS:
            flags.append(CommitFlag.AUTHOR_DATE_BACKDATED)
        landings.append(Landing(date.fromordinal(landed), commits[anchor].committer_time, tuple(flags)))
    return tuple(landings)


def _ordinal(time: int, zone: tzinfo) -> int:
    if zone is UTC:  # thousands of commits, and this is five times as fast
        return min(max(time // _DAY_SECONDS + _EPOCH_ORDINAL, 1), date.max.toordinal())
    return day_of(time, zone).toordinal()


def _longest_run(days: Sequence[int], last: int) -> list[int]:
    """Indices of the longest run that never falls and ends by `last`; of several, that of the earliest."""
    length = [0] * len(days)  # of the longest run that begins at each commit
    tails: list[int] = []
    for index in range(len(days) - 1, -1, -1):
        if days[index] > last:
            continue
        at = bisect_right(tails, -days[index])
        tails[at : at + 1] = [-days[index]]
        length[index] = at + 1
    run = []
    wanted = len(tails)
    floor = 0
    for index, day in enumerate(days):
        if wanted and length[index] == wanted and day >= floor:
            run.append(index)
            floor = day
            wanted -= 1
    return run
