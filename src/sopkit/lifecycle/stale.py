"""Which SOPs of a library are stale: the report, selected by due date or changed files, grouped, and as a calendar."""

import os
import shlex
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

from sopkit import __version__
from sopkit.git.commit import describe_missing_from_index
from sopkit.git.globs import compile_globs
from sopkit.git.history import is_ancestor, list_changed_paths
from sopkit.git.journal import INTERRUPTED, find_interrupted
from sopkit.git.repository import open_repository
from sopkit.library import LEDGER_ROOT, Library, load_config
from sopkit.lifecycle.anchor import Anchor, describe_landed_before, find_landed_before, read_anchor
from sopkit.lifecycle.due import add_duration, is_overdue
from sopkit.lifecycle.history import History, read_history
from sopkit.lifecycle.people import Roster, read_roster
from sopkit.lifecycle.removed_sops import assess_removed
from sopkit.lifecycle.sop_status import SopStatus, assess, assess_all, require_identity
from sopkit.lifecycle.status import SopState, StaleReport, StaleRow, headline_state, sort_flags
from sopkit.lifecycle.tracked_sops import collect_from_folder
from sopkit.lifecycle.verify import find_lost_entries, find_shifted_dates
from sopkit.model.areas import Area
from sopkit.model.config import Basis, Config
from sopkit.model.durations import Duration
from sopkit.model.errors import SopkitError
from sopkit.model.sop import Sop
from sopkit.tables.document import Document, DocumentType, ReportTable
from sopkit.tables.escape import escape_controls, wrap_cells


def find_missing_sops(history: History) -> Iterator[str]:
    """A sentence for each id that has entries and never had a file."""
    for name in history.ledgers:
        if (name, "") not in history.pasts.by_key:
            yield f"{name} has entries, and no file that `[library] sops` names ever had that id: not judged"


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
    first commit, the files in the folder. `anchor` is the id of a commit that must lie behind the present one, and with
    `@YYYY-MM-DD` must contain what landed by then.
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
    statuses = [*assess_all(history, as_of), *assess_removed(history, as_of)]
    rows = [one.row for one in statuses if one.row]
    if anchor is not None:
        rows = list(_mark_by_anchor(history, statuses, read_anchor(anchor)))
    notes = tuple(f"{path} is a submodule: what lies in it was not judged" for path in history.submodules)
    if history.config.review.basis is Basis.RECORDS:
        notes = (*notes, *find_missing_sops(history), *find_shifted_dates(history))
        if missing := describe_missing_from_index(repository, LEDGER_ROOT):
            notes = (*notes, missing)
    if find_interrupted(root):
        notes = (*notes, INTERRUPTED)
    return StaleReport(repository.head, as_of, history.config.review.basis, _sort_rows(rows), notes)


def _mark_by_anchor(history: History, statuses: Iterable[SopStatus], anchor: Anchor) -> Iterator[StaleRow]:
    """The rows, marked where a commit that was kept shows that history or its dates are false."""
    repository, why = history.repository, ""
    if not is_ancestor(repository, anchor.oid):
        why = f"commit {anchor.oid} does not lie behind {repository.head_or_error()[:12]}: history was rewritten"
    elif lost := find_lost_entries(history, anchor.oid):
        why = f"{lost[0]}{f' and {len(lost) - 1} more' if lost[1:] else ''} of commit {anchor.oid} never landed"
    false = () if why else find_landed_before(history, anchor)
    for one in statuses:
        row, index = one.row, next((index for index in false if index in one.commits), None)
        if row is not None and why:
            yield _mark(row, SopState.HISTORY_REWRITTEN, why)
        elif row is not None and index is not None:
            yield _mark(row, SopState.LANDED_BEFORE_ANCHOR, describe_landed_before(history, index, anchor))
        elif row is not None:
            yield row


def _mark(row: StaleRow, state: SopState, why: str) -> StaleRow:
    flags = sort_flags([*row.flags, state])
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


STALE = DocumentType(
    "stale",
    "StaleDocument",
    "What `sopkit stale -f json` writes; the rows are sorted by id and path.",
    {"rows": StaleRow},
    {"basis": ("What reviews were believed from.", {"enum": [str(basis) for basis in Basis]})},
    head_or_null=True,
)
"""The published document."""

_COLUMNS = ("id", "title", "state", "due", "days", "reviewed", "changed", "reason")
_QUIET = frozenset({"draft", "trial", "retired", "due-soon", "current", "unproven-fresh"})


def stale_document(report: StaleReport, groups: tuple[ReportTable, ...] = ()) -> Document:
    """The report as a document, grouped for people."""
    source = f"commit {report.head}" if report.head else "files in the folder"
    return Document(
        STALE,
        f"Stale SOPs as of {report.as_of}",
        report.head,
        report.as_of,
        (_stale_table("Stale SOPs", report.rows),),
        report.notes,
        {"basis": report.basis},
        commit=report.head or "",
        about=f"Judged: {source}. Basis: {report.basis}. Tool: sopkit {__version__}.",
        groups=groups,
    )


def _stale_table(title: str, rows: tuple[StaleRow, ...], about: str = "") -> ReportTable:
    return ReportTable("rows", title, StaleRow, rows, _COLUMNS, about=about, empty="no SOP")


def needs_action(row: StaleRow) -> bool:
    """Whether somebody has to act on the SOP already, whatever its due day."""
    return str(row.state) not in _QUIET


def filter_due_within(report: StaleReport, notice: Duration) -> StaleReport:
    """The report with only the rows that are due within that time, or need something already."""
    last = add_duration(report.as_of, notice)
    return replace(
        report,
        rows=tuple(row for row in report.rows if needs_action(row) or (row.due is not None and row.due <= last)),
    )


def group_rows(report: StaleReport, by: str, config: Config, people: Roster) -> tuple[ReportTable, ...]:
    """The rows in a table for each owner, area or state; states in the order of their weight, the others by name."""
    found: dict[str, list[StaleRow]] = {}
    for row in report.rows:
        found.setdefault(str(getattr(row, by)), []).append(row)
    names = [str(state) for state in SopState if str(state) in found] if by == "state" else sorted(found)
    return tuple(
        _stale_table(
            _group_heading(name, by, config, people),
            tuple(found[name]),
            f"{format_sop_count(len(found[name]))}: {count_states(found[name])}",
        )
        for name in names
    )


def count_states(rows: Iterable[StaleRow]) -> str:
    """The count of rows in each state, the most first: `2 unproven-overdue, 1 due-soon`."""
    counts = Counter(str(row.state) for row in rows)
    return ", ".join(
        f"{count} {state}" for state, count in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    )


def format_sop_count(count: int) -> str:
    """`1 SOP`, `2 SOPs`."""
    return f"{count} {'SOP' if count == 1 else 'SOPs'}"


def _group_heading(name: str, by: str, config: Config, people: Roster) -> str:
    if by == "owner":
        owner = people.answering(name)
        title = owner.title if owner.title == name else f"{owner.title} ({name})"
        return f"{title}: {owner.words}" if name else "no owner"
    if by == "area":
        title = config.all_areas.get(name, Area()).title
        return f"{title} ({name})" if title and title != name else name or "no area"
    return name


_MONTHS = 12
_BAR = 8  # longest bar, in characters
_HARD_BLANK = "\u00a0"  # keeps a path with blanks whole
_MAX_LINES = 3  # of ids a month, where there is a width


def render_due_calendar(report: StaleReport, width: int | None = None) -> str:
    """Overdue reviews, those without a day, then a row a month with count, bar and ids, in at most `width` columns."""
    first = _month_number(report.as_of)
    months = range(first, first + _MONTHS)
    overdue = [row for row in report.rows if is_overdue(row.due, report.as_of)]
    ahead = [row for row in report.rows if row.due is not None and row.due >= report.as_of]
    lines = [
        ("overdue", overdue),
        ("no day", [row for row in report.rows if row.due is None and str(row.state) == "never-reviewed"]),
        *(
            (
                f"{month // 12:04}-{month % 12 + 1:02}",
                [row for row in ahead if row.due and _month_number(row.due) == month],
            )
            for month in months
        ),
        ("later", [row for row in ahead if row.due and _month_number(row.due) not in months]),
    ]
    filled = [(name, rows) for name, rows in lines if rows or name[0].isdigit() or name == "overdue"]
    most = max((len(rows) for _, rows in filled), default=0)
    title = f"Reviews due, as of {report.as_of}"
    return "\n".join((title, *(line for name, rows in filled for line in _month_lines(name, rows, most, width))))


def _month_number(day: date) -> int:
    """Months since the year 0, which go on where dates end."""
    return day.year * 12 + day.month - 1


def _month_lines(name: str, rows: list[StaleRow], most: int, width: int | None) -> list[str]:
    bar = "#" * (-(-len(rows) * min(most, _BAR) // most) if most else 0)
    start = f"{name:<7} {len(rows):>4} {bar:<{min(most, _BAR)}}  "
    ids = sorted(rows, key=lambda row: (row.due or date.max, row.id, row.path))
    text = " ".join(escape_controls(row.id or row.path).replace(" ", _HARD_BLANK) for row in ids)
    lines = wrap_cells(text, width, start, " " * len(start)) if text else [start]
    if width is not None and len(lines) > _MAX_LINES:
        kept = [word for word in " ".join(lines[:_MAX_LINES])[len(start) :].split(" ") if word]
        lines = [*lines[:_MAX_LINES], f"{' ' * len(start)}and {len(rows) - len(kept)} more"]
    return [line.rstrip() for line in lines]


_MAX_FILES = 5  # so many files are named, the others counted


def filter_changed_since(report: StaleReport, library: Library, base: str) -> StaleReport:
    """The report with only the SOPs that watch a file which HEAD changes since it left a branch, tag or commit.

    Raises SopkitError outside of git, and when the place where HEAD left it cannot be told.
    """
    repository = open_repository(library.root)
    if repository is None:
        raise SopkitError("the library is not in a git repository, so no change can be told", "leave --changed out")
    return filter_touched(report, library, list_changed_paths(repository, base), read_roster(library, report.as_of))


def find_touched_sops(library: Library, paths: Iterable[str]) -> dict[str, tuple[str, ...]]:
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


def filter_touched(report: StaleReport, library: Library, paths: Iterable[str], people: Roster) -> StaleReport:
    """The report with only the SOPs that watch one of the paths; the reason of each begins with the files."""
    found = find_touched_sops(library, paths)
    touched = (
        (row, found[sop.path])
        for row in report.rows
        if (sop := find_sop(row, library)) is not None and sop.path in found
    )
    rows = []
    for row, files in touched:
        more = f" and {len(files) - _MAX_FILES} more" if len(files) > _MAX_FILES else ""
        owner = people.answering(row.owner).title or "no owner"
        reason = (
            f"this change touches {', '.join(files[:_MAX_FILES])}{more}, which {row.id or row.path} describes "
            f"({owner}, review it: {review_command(row, '--watched')})"
        )
        rows.append(replace(row, reason="; ".join(part for part in (reason, row.reason) if part)))
    return replace(report, rows=tuple(rows))


def find_sop(row: StaleRow, library: Library) -> Sop | None:
    """The SOP of a row as it stands in the folder: by its path, or by its id where it was moved since."""
    if SopState.REMOVED in row.flags:
        return next(iter(library.by_id.get(row.id, ())), None)
    at_path = library.by_path.get(row.path)
    if at_path is not None and at_path.id in {row.id, ""}:
        return at_path
    return next(iter(library.by_id.get(row.id, ())), at_path)


def review_command(row: StaleRow, *options: str) -> str:
    """What to type to review an SOP."""
    return " ".join(("sopkit review", shlex.quote(row.id or row.path), *options))
