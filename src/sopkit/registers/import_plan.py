"""What a table import changes in a register: options, plan, findings, and the summary that users read."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from sopkit.tables.escape import clip, one_line


@dataclass(frozen=True, slots=True)
class CellFinding:
    """What is wrong with a row of a table, or with one of its cells; `row` is the number that its program shows."""

    path: str
    row: int
    head: str
    message: str

    def __str__(self) -> str:
        """The finding on one line."""
        return f"{self.path}:{self.row}: {f'{self.head}: ' if self.head else ''}{self.message}"


@dataclass(frozen=True, slots=True)
class CellChange:
    """A cell of a row that gets another value, both as they stand in flat cells."""

    key: str
    column: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class ImportOptions:
    """How a table is to be read: its columns by ours, and what happens to what it has too much or lacks.

    `key` is the column by which rows are known where that is not their key; `close` ends rows that the table lacks.
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    ignore_columns: bool = False
    close: bool = False
    key: str = ""


@dataclass(frozen=True, slots=True)
class ImportPlan:
    """What an import does to one register: the bytes of its file before (None: there is none) and after.

    `added` are new rows as key and title, `kept` the keys of rows in force that the table lacks. With findings
    nothing is to be written.
    """

    register: str
    path: str
    before: bytes | None
    after: bytes | None
    added: tuple[tuple[str, str], ...] = ()
    changed: tuple[CellChange, ...] = ()
    unchanged: int = 0
    kept: tuple[str, ...] = ()
    closed: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    findings: tuple[CellFinding, ...] = ()


_MAX_ITEMS = 30
_MAX_LENGTH = 60


def summary_lines(plan: ImportPlan) -> list[str]:
    """Lines about what becomes of a register: counts, then rows that are new (+), changed (~), closed (-), kept (=)."""
    changed = len({change.key for change in plan.changed})
    counts = [f"{len(plan.added)} new", f"{changed} changed", f"{plan.unchanged} as before"]
    counts += [f"{len(plan.closed)} closed"] if plan.closed else []
    counts += [f"{len(plan.kept)} kept that the table lacks"] if plan.kept else []
    lines = [f"{plan.path}: {', '.join(counts)}"]
    lines += _first_lines([f"  + {key}  {_shorten(title)}".rstrip() for key, title in plan.added])
    lines += _first_lines(
        [f"  ~ {one.key}  {one.column}: {_value_text(one.old)} -> {_value_text(one.new)}" for one in plan.changed]
    )
    lines += [f"  {sign} {_key_list(keys)}" for sign, keys in (("-", plan.closed), ("=", plan.kept)) if keys]
    return [line[: len(line) - len(line.lstrip(" "))] + one_line(line) for line in lines]


def note_lines(plan: ImportPlan) -> Iterator[str]:
    """What is to be known about a table."""
    return map(one_line, plan.notes)


def finding_lines(plans: Iterable[ImportPlan]) -> Iterator[str]:
    """Everything that is wrong with the tables, one a line."""
    return (one_line(str(finding)) for plan in plans for finding in plan.findings)


def _first_lines(lines: Sequence[str]) -> list[str]:
    return [*lines[:_MAX_ITEMS], *([f"    and {len(lines) - _MAX_ITEMS} more"] if len(lines) > _MAX_ITEMS else [])]


def _key_list(keys: Sequence[str]) -> str:
    return ", ".join(keys[:_MAX_ITEMS]) + (f" and {len(keys) - _MAX_ITEMS} more" if len(keys) > _MAX_ITEMS else "")


def _value_text(text: str) -> str:
    return _shorten(text) or "nothing"


def _shorten(text: str) -> str:
    return clip(" ".join(text.split()), _MAX_LENGTH)
