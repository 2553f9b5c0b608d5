"""Which SOPs describe the files that a change touches."""

import shlex
from collections.abc import Iterable
from dataclasses import replace

from sopkit.git.changed import changed_paths
from sopkit.git.globs import compile_globs
from sopkit.git.repository import open_repository
from sopkit.library import Library
from sopkit.lifecycle.holders import Roster, roster
from sopkit.lifecycle.staleness.report import StaleReport, StaleRow
from sopkit.model.errors import SopkitError
from sopkit.model.sop import Sop

_NAMED = 5  # so many files are named, the others counted


def changed_since(report: StaleReport, library: Library, base: str) -> StaleReport:
    """The report with only the SOPs that watch a file which HEAD changes since it left a branch, tag or commit.

    Raises SopkitError outside of git, and when the place where HEAD left it cannot be told.
    """
    repository = open_repository(library.root)
    if repository is None:
        raise SopkitError("the library is not in a git repository, so no change can be told", "leave --changed out")
    return only_touched(report, library, changed_paths(repository, base), roster(library, report.as_of))


def touched(library: Library, paths: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """For each SOP that watches some of the paths (relative to the top of the repository) which ones, by its path."""
    changed = tuple(paths)
    found = {}
    for sop in library.sops:
        patterns = [pattern for pattern, _ in sop.texts("watches")]
        if not patterns:
            continue
        try:
            matches = compile_globs(patterns)
        except SopkitError as error:
            raise SopkitError(f"{sop.path}: watches: {error.message}", error.hint) from error
        if hit := tuple(path for path in changed if matches(path)):
            found[sop.path] = hit
    return found


def only_touched(report: StaleReport, library: Library, paths: Iterable[str], people: Roster) -> StaleReport:
    """The report with only the SOPs that watch one of the paths; the reason of each begins with the files."""
    found = touched(library, paths)
    rows = []
    for row in report.rows:
        sop = sop_of(row, library)
        if sop is not None and sop.path in found:
            reason = "; ".join(part for part in (_sentence(row, found[sop.path], people), row.reason) if part)
            rows.append(replace(row, reason=reason))
    return replace(report, rows=tuple(rows))


def sop_of(row: StaleRow, library: Library) -> Sop | None:
    """The SOP of a row as it stands in the folder: by its path, or by its id where it was moved since."""
    there = library.by_path.get(row.path)
    if there is not None and there.id in {row.id, ""}:
        return there
    return next(iter(library.by_id.get(row.id, ())), there)


def review_command(row: StaleRow, *options: str) -> str:
    """What to type to review an SOP."""
    return " ".join(("sopkit review", shlex.quote(row.id or row.path), *options))


def _sentence(row: StaleRow, files: tuple[str, ...], people: Roster) -> str:
    more = f" and {len(files) - _NAMED} more" if len(files) > _NAMED else ""
    owner = people.answering(row.owner).title or "no owner"
    return (
        f"this change touches {', '.join(files[:_NAMED])}{more}, which {row.id or row.path} describes "
        f"({owner}, review it: {review_command(row, '--watched')})"
    )
