"""Which SOPs of a library are stale: the rows of the stale report."""

import os
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

from sopkit.git.history import is_ancestor
from sopkit.git.repository import open_repository
from sopkit.library import load_config
from sopkit.lifecycle.history import History, read_history
from sopkit.lifecycle.history_checks import find_lost_entries, find_shifted_dates
from sopkit.lifecycle.sop_status import assess, assess_all, require_identity
from sopkit.lifecycle.status import SopState, StaleReport, StaleRow, headline_state, sort_flags
from sopkit.lifecycle.tracked_sops import collect_from_folder
from sopkit.model.config import Basis
from sopkit.model.errors import SopkitError


def find_missing_sops(history: History) -> Iterator[str]:
    """A sentence for each id that has entries, was not retired by one, and has no file in the judged commit."""
    for name, ledger in history.ledgers.items():
        past = history.pasts.by_key.get((name, ""))
        if past is None:
            yield f"{name} has entries, and no file that `[library] sops` names ever had that id: not judged"
        elif not past.paths and any(one.counts for one in ledger.verdicts) and not ledger.retired:
            gone = next(event.commit for event in reversed(past.events) if event.what == "removed")
            commit, day = history.log.commits[gone], history.log.landings[gone].day
            yield (
                f"{name} has no file since {day} ({commit.author_name}, commit {commit.oid[:12]}) and was not retired: "
                f"not judged; put it back, or see sopkit history {name}"
            )


_FOLDER_ONLY_NOTE = "only the files in the folder were read, and nothing could be compared with history"


def report_stale(
    root: Path,
    as_of: date,
    today: date,
    *,
    basis: Basis | None = None,
    tree_only: bool = False,
    anchor: str | None = None,
    cached: bool = True,
    environment: Mapping[str, str] = os.environ,
) -> StaleReport:
    """Judge the SOPs of the library in a folder on a day; `basis` overrides its configuration.

    Judged is the last commit landed by the end of `as_of`; with `tree_only`, outside of git and before the
    first commit, the files in the folder. `anchor` is the id of a commit that must lie behind the present one.
    Raises SopkitError where an answer would rest on missing history.
    """
    repository = None if tree_only else open_repository(root)
    if repository is None or repository.head is None:
        if anchor is not None:
            raise SopkitError(
                f"{_explain_folder_only(tree_only, repository is not None)}, so --anchor cannot be checked"
            )
        return _report_folder(root, as_of, basis, _explain_folder_only(tree_only, repository is not None))
    history = read_history(repository, as_of, today, basis=basis, cached=cached, environment=environment)
    rows = [one.row for one in assess_all(history, as_of) if one.row]
    if anchor is not None and not is_ancestor(repository, anchor):
        why = f"commit {anchor} does not lie behind {repository.head[:12]}: history was rewritten"
        rows = [_mark_rewritten(row, why) for row in rows]
    elif anchor is not None and (lost := find_lost_entries(history, anchor)):
        why = f"{lost[0]}{f' and {len(lost) - 1} more' if lost[1:] else ''} of commit {anchor} never landed"
        rows = [_mark_rewritten(row, why) for row in rows]
    notes = tuple(f"{path} is a submodule: what lies in it was not judged" for path in history.submodules)
    if history.config.review.basis is Basis.RECORDS:
        notes = (*notes, *find_missing_sops(history), *find_shifted_dates(history))
    return StaleReport(repository.head, as_of, history.config.review.basis, _sort_rows(rows), notes)


def _mark_rewritten(row: StaleRow, why: str) -> StaleRow:
    flags = sort_flags([*row.flags, SopState.HISTORY_REWRITTEN])
    return replace(row, flags=flags, state=headline_state([*flags, row.state]), reason=f"{why}; {row.reason}")


def _report_folder(root: Path, as_of: date, basis: Basis | None, why: str) -> StaleReport:
    config = load_config(root)
    if basis is not None:
        review = config.review.model_copy(update={"basis": basis})
        config = config.model_copy(update={"review": review})
    require_identity(config)
    if config.review.basis is Basis.GIT:
        raise SopkitError(f"basis git counts from the history, and {why}", "commit the library, or use --basis claims")
    subjects, notes = collect_from_folder(root, config, as_of)
    rows = [row for subject in subjects if (row := assess(subject, config, as_of).row)]
    return StaleReport(None, as_of, config.review.basis, _sort_rows(rows), (f"{why}: {_FOLDER_ONLY_NOTE}", *notes))


def _explain_folder_only(tree_only: bool, in_git: bool) -> str:  # noqa: FBT001  # facts, not switches
    if tree_only:
        return "--tree-only reads no history"
    return "the repository has no commit yet" if in_git else "the library is not in a git repository"


def _sort_rows(rows: list[StaleRow]) -> tuple[StaleRow, ...]:
    return tuple(sorted(rows, key=lambda row: (row.id, row.path)))
