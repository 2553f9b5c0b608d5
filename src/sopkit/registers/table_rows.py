"""Read the rows of a table as rows of a register: keys, names that people use for rows, and values."""

import re
from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import Any

from sopkit.library import Library
from sopkit.model.registers import REGISTERS, SOP_TARGET, RowModel
from sopkit.model.similarity import describe_difference, visual_key
from sopkit.parsing.register import Register
from sopkit.parsing.sections import make_slug
from sopkit.registers.cells import TICK_MARKS, CellError, CellReader, cell_text
from sopkit.registers.columns import FieldKind, TableHeaders, columns_of, key_column, title_of
from sopkit.tables.grid import Grid, GridRow

_NUMBERED = re.compile(r"(.*?)(\d{1,9})", re.DOTALL)


def new_key(taken: AbstractSet[str], title: str) -> str:
    """The next number where all keys are numbered alike (RSK-016), else the words of a title; never one taken."""
    numbered = [_NUMBERED.fullmatch(key) for key in taken]
    found = [match for match in numbered if match is not None]
    if found and len(found) == len(taken) and len({match[1] for match in found}) == 1:
        latest = max(found, key=lambda match: int(match[2]))
        return f"{latest[1]}{int(latest[2]) + 1:0{len(latest[2])}}"
    words = make_slug(title) or "row"
    return next(key for at in range(1, len(taken) + 2) if (key := words if at == 1 else f"{words}-{at}") not in taken)


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


_CUT_OFF = "[all of it is in the sheet "


@dataclass(frozen=True, slots=True)
class TableRow:
    """A row of the table: its number, its key, the index of the row that it is (None: a new one), the values it has.

    `values` are those that differ in writing from what is there; None empties a cell.
    """

    number: int
    key: str
    index: int | None
    values: Mapping[str, Any]


@dataclass
class TableReader:
    """Reads the lines of a table against a register. `match` is the column by which rows are known."""

    register: Register
    grid: Grid
    heads: TableHeaders
    reader: CellReader
    match: str
    findings: list[CellFinding] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Note the rows that are there by the text by which they are known."""
        self.columns = [column for column in columns_of(self.register.name) if column.name in self.heads.at]
        self.key = key_column(self.register.name)
        self.keys = set(self.register.rows_at)
        self.there: dict[str, list[int]] = {}
        column = next(column for column in columns_of(self.register.name) if column.name == self.match)
        for index, row in enumerate(self.register.rows):
            self.there.setdefault(self._known_by(cell_text(column, row)), []).append(index)
        self.key_by_look = {visual_key(key): key for key in self.register.rows_at}

    def rows(self) -> Iterator[TableRow]:
        """The rows whose key can be told; what is wrong with them and with the others goes into the findings."""
        seen: dict[str, int] = {}
        self._check_empty_marks()
        for line in self.grid.rows:
            known_by = self._known_by(self._cell(line, self.match))
            if not known_by:
                self._find(line, self.match, f"is empty, so nobody knows which row this is; write its {self.match}")
            elif known_by in seen:
                self._find(line, self.match, f"`{self._cell(line, self.match)}` stands in row {seen[known_by]} already")
            else:
                seen[known_by] = line.number
                row = self._row(line, self.there.get(known_by, []))
                if row is not None:
                    yield row

    def _row(self, line: GridRow, indexes: list[int]) -> TableRow | None:
        typed = self._cell(line, self.key) if self.key in self.heads.at else ""
        if len(indexes) > 1:
            self._find(
                line, self.match, f"{len(indexes)} rows of {self.register.file} are called so; add their {self.key}"
            )
            return None
        if indexes:
            there = self.register.rows[indexes[0]]
            if typed and typed != there.key:
                self._find(line, self.key, f"`{typed}` is `{there.key}` in {self.register.file}, and ids never change")
                return None
            return TableRow(line.number, there.key, indexes[0], self._values(line, there))
        if (other := self.key_by_look.get(visual_key(typed))) is not None and typed:
            same = (
                "is there already"
                if other == typed
                else f"is `{other}` but for {describe_difference(typed, other)}; write it alike"
            )
            self._find(line, self.key, f"`{typed}` {same}")
            return None
        key = typed or new_key(self.keys, self._cell(line, self.match))
        self.keys.add(key)
        self.key_by_look[visual_key(key)] = key
        return TableRow(line.number, key, None, {self.key: key, **self._values(line, None)})

    def _values(self, line: GridRow, there: RowModel | None) -> dict[str, Any]:
        """The cells that do not stand in the register in just these words."""
        values: dict[str, Any] = {}
        for column in self.columns:
            text = self._cell(line, column.name)
            known_by = there is not None and column.name == self.match
            if column.name == self.key or known_by or text == (cell_text(column, there) if there else ""):
                continue
            if column.kind is FieldKind.TRUTH and not text:
                continue
            if _CUT_OFF in text:
                self._find(line, column.name, "the text is cut off, as Excel holds no longer one; export it as CSV")
                continue
            try:
                values[column.name] = self.reader.read(column, text)
            except CellError as error:
                self._find(line, column.name, str(error))
        return values

    def _check_empty_marks(self) -> None:
        """An empty cell in a column of marks may mean no, or nothing: say which."""
        for column in self.columns:
            if column.kind is not FieldKind.TRUTH:
                continue
            cells = [self._cell(line, column.name).casefold() for line in self.grid.rows]
            if any(cell in TICK_MARKS for cell in cells) and not all(cells):
                line = self.grid.rows[cells.index("")]
                many = cells.count("")
                also = "" if many == 1 else f", and {many - 1} more of this column"
                self._find(line, column.name, f"is empty{also}, where others have a mark; write no if it means that")

    def _cell(self, line: GridRow, column: str) -> str:
        return line.cells[self.heads.at[column]].replace("\r\n", "\n").strip()

    def _known_by(self, text: str) -> str:
        return text if self.match == self.key else " ".join(text.split()).casefold()

    def _find(self, line: GridRow, column: str, message: str) -> None:
        self.findings.append(CellFinding(self.grid.path, line.number, self.head(column), message))

    def head(self, column: str) -> str:
        """How the table calls a column."""
        return self.grid.header[self.heads.at[column]] if column in self.heads.at else ""


def cell_reader(library: Library) -> CellReader:
    """What reads the cells of a table for a library."""
    keys = {
        name: _keys_by_name(
            (row.key, text)
            for row in library.registers[name].rows
            for text in (*row.names, title_of(row), *getattr(row, "emails", ()))
        )
        for name in REGISTERS
    }
    keys[SOP_TARGET] = _keys_by_name((sop.id, name) for sop in library.sops for name in (sop.id, sop.text("title")))
    config = library.config
    return CellReader(config.scales, config.library.frameworks, keys, config.library.language)


def _keys_by_name(names: Iterator[tuple[str, str]]) -> dict[str, str]:
    """Key by name in lower case: a key means itself, another name its row unless it is a name of two."""
    own: dict[str, set[str]] = {}
    others: dict[str, set[str]] = {}
    for key, name in names:
        if name and key:
            (own if name == key else others).setdefault(" ".join(name.split()).casefold(), set()).add(key)
    return {name: min(keys) for name, keys in {**others, **own}.items() if len(keys) == 1}
