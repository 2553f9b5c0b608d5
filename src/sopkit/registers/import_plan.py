"""What importing a table would do to a register, and what is wrong with the table."""

from collections.abc import Mapping
from dataclasses import dataclass, field


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
class Change:
    """A cell of a row that gets another value, both as they stand in flat cells."""

    key: str
    column: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Wishes:
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
    changed: tuple[Change, ...] = ()
    unchanged: int = 0
    kept: tuple[str, ...] = ()
    closed: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    findings: tuple[CellFinding, ...] = ()
