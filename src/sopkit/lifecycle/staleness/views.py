"""Parts of the report of `sopkit stale`: which rows, and in which groups."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace

from sopkit.lifecycle.due import add
from sopkit.lifecycle.holders import Roster
from sopkit.lifecycle.staleness.document import stale_markdown
from sopkit.lifecycle.staleness.report import StaleReport, StaleRow
from sopkit.lifecycle.staleness.states import State
from sopkit.literal import markdown
from sopkit.model.config import Area, Config
from sopkit.model.durations import Duration

GROUPINGS = ("owner", "area", "state")
_QUIET = frozenset({"draft", "trial", "retired", "due-soon", "current", "unproven-fresh"})


@dataclass(frozen=True, slots=True)
class Group:
    """Rows of a report that belong together, and what their heading says."""

    heading: str
    rows: tuple[StaleRow, ...]

    @property
    def counts(self) -> str:
        """How many rows there are, and in which states."""
        return counted(self.rows)


def needs_something(row: StaleRow) -> bool:
    """Whether somebody has to act on the SOP already, whatever its due day."""
    return str(row.state) not in _QUIET


def within(report: StaleReport, notice: Duration) -> StaleReport:
    """The report with only the rows that are due within that time, or need something already."""
    last = add(report.as_of, notice)
    return replace(
        report,
        rows=tuple(row for row in report.rows if needs_something(row) or (row.due is not None and row.due <= last)),
    )


def grouped(report: StaleReport, by: str, config: Config, people: Roster) -> tuple[Group, ...]:
    """The rows by owner, area or state; states in the order of their weight, the others by name."""
    found: dict[str, list[StaleRow]] = {}
    for row in report.rows:
        found.setdefault(str(getattr(row, by)), []).append(row)
    names = [str(state) for state in State if str(state) in found] if by == "state" else sorted(found)
    return tuple(Group(_heading(name, by, config, people), tuple(found[name])) for name in names)


def grouped_markdown(report: StaleReport, groups: Iterable[Group]) -> str:
    """The report of `-f markdown` with a heading, counts and a table for each group."""
    head, _, _ = stale_markdown(replace(report, rows=())).partition("\n| ")
    parts = [head.rstrip("\n")]
    for group in groups:
        _, _, table = stale_markdown(replace(report, rows=group.rows, notes=())).partition("\n| ")
        parts += [f"## {markdown(group.heading)}", f"{sops(len(group.rows))}: {group.counts}", f"| {table.rstrip()}"]
    return "\n\n".join(parts) + "\n"


def counted(rows: Iterable[StaleRow]) -> str:
    """The count of rows in each state, the most first: `2 unproven-overdue, 1 due-soon`."""
    counts = Counter(str(row.state) for row in rows)
    return ", ".join(
        f"{count} {state}" for state, count in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    )


def sops(count: int) -> str:
    """`1 SOP`, `2 SOPs`."""
    return f"{count} {'SOP' if count == 1 else 'SOPs'}"


def _heading(name: str, by: str, config: Config, people: Roster) -> str:
    return {"owner": _owner(name, people), "area": _area(name, config)}.get(by, name)


def _owner(name: str, people: Roster) -> str:
    answering = people.answering(name)
    title = answering.title if answering.title == name else f"{answering.title} ({name})"
    return f"{title}: {answering.words}" if name else "no owner"


def _area(name: str, config: Config) -> str:
    title = config.all_areas.get(name, Area()).title
    return f"{title} ({name})" if title and title != name else name or "no area"
