"""Which SOPs are stale: the report of `sopkit stale`."""

import os
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

from sopkit.git.ancestry import is_ancestor
from sopkit.git.repository import open_repository
from sopkit.library import load_config
from sopkit.lifecycle.judged import Judged, judge
from sopkit.lifecycle.staleness.assess import assess
from sopkit.lifecycle.staleness.report import StaleReport, StaleRow
from sopkit.lifecycle.staleness.states import State, headline, ordered
from sopkit.lifecycle.staleness.subjects import from_folder, from_history
from sopkit.lifecycle.staleness.vanished import vanished
from sopkit.lifecycle.verification.traces import dates_aside, lost_since
from sopkit.model.config import Basis, Config
from sopkit.model.errors import SopkitError

_ALONE = "only the files in the folder were read, and nothing could be compared with history"


def stale(
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
            raise SopkitError(f"{_why_alone(tree_only, repository is not None)}, so --anchor cannot be checked")
        return _of_folder(root, as_of, basis, _why_alone(tree_only, repository is not None))
    judged = judge(repository, as_of, today, basis=basis, cached=cached, environment=environment)
    rows = assessed(judged, as_of)
    if anchor is not None and not is_ancestor(repository, anchor):
        why = f"commit {anchor} does not lie behind {repository.head[:12]}: history was rewritten"
        rows = [_rewritten(row, why) for row in rows]
    elif anchor is not None and (lost := lost_since(judged, anchor)):
        why = f"{lost[0]}{f' and {len(lost) - 1} more' if lost[1:] else ''} of commit {anchor} never landed"
        rows = [_rewritten(row, why) for row in rows]
    notes = tuple(f"{path} is a submodule: what lies in it was not judged" for path in judged.submodules)
    if judged.config.review.basis is Basis.RECORDS:
        notes = (*notes, *vanished(judged), *dates_aside(judged))
    return StaleReport(repository.head, as_of, judged.config.review.basis, _sorted(rows), notes)


def assessed(judged: Judged, as_of: date) -> list[StaleRow]:
    """The rows of the SOPs of a judged commit. Raises SopkitError where the configuration does not let them be told."""
    _check(judged.config)
    rows = [assess(subject, judged.config, as_of) for subject in from_history(judged)]
    judged.cache.save()
    return rows


def _rewritten(row: StaleRow, why: str) -> StaleRow:
    flags = ordered([*row.flags, State.HISTORY_REWRITTEN])
    return replace(row, flags=flags, state=headline([*flags, row.state]), reason=f"{why}; {row.reason}")


def _of_folder(root: Path, as_of: date, basis: Basis | None, why: str) -> StaleReport:
    config = load_config(root)
    if basis is not None:
        review = config.review.model_copy(update={"basis": basis})
        config = config.model_copy(update={"review": review})
    _check(config)
    if config.review.basis is Basis.GIT:
        raise SopkitError(f"basis git counts from the history, and {why}", "commit the library, or use --basis claims")
    subjects, notes = from_folder(root, config, as_of)
    rows = [assess(subject, config, as_of) for subject in subjects]
    return StaleReport(None, as_of, config.review.basis, _sorted(rows), (f"{why}: {_ALONE}", *notes))


def _why_alone(tree_only: bool, in_git: bool) -> str:  # noqa: FBT001  # facts, not switches
    if tree_only:
        return "--tree-only reads no history"
    return "the repository has no commit yet" if in_git else "the library is not in a git repository"


def _check(config: Config) -> None:
    claims = config.front_matter.claims
    if config.review.basis is Basis.RECORDS and config.library.identity == "path":
        raise SopkitError(
            "the ledger knows SOPs by their id, and here the path is the identity",
            'give each SOP an id, or set another basis in sopkit.toml: [review] basis = "git"',
        )
    if config.review.basis is Basis.CLAIMS and not (claims.get("reviewed") or claims.get("next")):
        raise SopkitError(
            "basis claims needs to know which keys of the front matter claim a review",
            'name them in sopkit.toml: [front_matter] claims = { reviewed = "last_reviewed_on" }',
        )


def _sorted(rows: list[StaleRow]) -> tuple[StaleRow, ...]:
    return tuple(sorted(rows, key=lambda row: (row.id, row.path)))
