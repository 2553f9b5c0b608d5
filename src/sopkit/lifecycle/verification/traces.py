"""What betrays a history that is not as it was: entries of a kept commit that never landed, and dates pushed aside."""

from collections.abc import Iterator

from sopkit.git.ancestry import commit_of
from sopkit.git.tree import tree
from sopkit.lifecycle.judged import Judged
from sopkit.lifecycle.ledger.ledger_files import is_ledger
from sopkit.model.history import CommitFlag


def lost_since(judged: Judged, anchor: str) -> tuple[str, ...]:
    """The files of the ledger that a kept commit held and that never landed on the line, whatever lies behind HEAD.

    Starts two git processes.
    """
    commit = commit_of(judged.repository, anchor)
    if commit is None:
        return ()
    landed = {(change.path, change.blob) for one in judged.history.commits for change in one.changes}
    held = tree(judged.repository, commit).items()
    return tuple(sorted(path for path, (_, oid) in held if is_ledger(path) and (path, oid) not in landed))


def dates_aside(judged: Judged) -> Iterator[str]:
    """A sentence where commits are dated later than those after them: few wrong clocks do that, or many false dates."""
    odd = [index for index, one in enumerate(judged.landings) if CommitFlag.FUTURE_DATED in one.flags]
    if odd:
        commit, landing = judged.history.commits[odd[0]], judged.landings[odd[0]]
        count = f"{len(odd)} commits are" if len(odd) > 1 else "1 commit is"
        yield (
            f"{count} dated later than today or than what landed after it; the first is {commit.oid[:12]} by "
            f"{commit.author_name}, which counts as landed on {landing.day}: find out whose clock was wrong"
        )
