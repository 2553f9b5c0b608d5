"""The rows of a table as rows of a register: which row each of them is, and what it says."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from sopkit.model.look_alike import bare, how_alike
from sopkit.model.registers import Row
from sopkit.registers.cells import MARKS, Reader
from sopkit.registers.columns import Column, Kind, columns_of, key_column
from sopkit.registers.flat import flat_cell
from sopkit.registers.heads import Heads
from sopkit.registers.import_plan import CellFinding
from sopkit.registers.new_keys import new_key
from sopkit.registers.tokens import CellError
from sopkit.sheets.grid import Grid, Line
from sopkit.text.register import Register

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
    heads: Heads
    reader: Reader
    match: str
    findings: list[CellFinding] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Note the rows that are there by the text by which they are known."""
        self.columns = [column for column in columns_of(self.register.name) if column.name in self.heads.at]
        self.key = key_column(self.register.name)
        self.taken = set(self.register.rows_at)
        self.there: dict[str, list[int]] = {}
        column = next(column for column in columns_of(self.register.name) if column.name == self.match)
        for index, row in enumerate(self.register.rows):
            self.there.setdefault(self._known_by(flat_cell(column, row)), []).append(index)
        self.alike = {bare(key): key for key in self.register.rows_at}

    def rows(self) -> Iterator[TableRow]:
        """The rows whose key can be told; what is wrong with them and with the others goes into the findings."""
        seen: dict[str, int] = {}
        self._unmarked()
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

    def _row(self, line: Line, indexes: list[int]) -> TableRow | None:
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
        if (other := self.alike.get(bare(typed))) is not None and typed:
            same = (
                "is there already"
                if other == typed
                else f"is `{other}` but for {how_alike(typed, other)}; write it alike"
            )
            self._find(line, self.key, f"`{typed}` {same}")
            return None
        key = typed or new_key(self.taken, self._cell(line, self.match))
        self.taken.add(key)
        self.alike[bare(key)] = key
        return TableRow(line.number, key, None, {self.key: key, **self._values(line, None)})

    def _values(self, line: Line, there: Row | None) -> dict[str, Any]:
        """The cells that do not stand in the register in just these words."""
        values: dict[str, Any] = {}
        for column in self.columns:
            text = self._cell(line, column.name)
            known_by = there is not None and column.name == self.match
            if column.name == self.key or known_by or text == (flat_cell(column, there) if there else ""):
                continue
            if column.kind is Kind.TRUTH and not text:
                continue
            if _CUT_OFF in text:
                self._find(line, column.name, "the text is cut off, as Excel holds no longer one; export it as CSV")
                continue
            try:
                values[column.name] = self.reader.read(column, text)
            except CellError as error:
                self._find(line, column.name, str(error))
        return values

    def _unmarked(self) -> None:
        """An empty cell in a column of marks may mean no, or nothing: say which."""
        for column in self.columns:
            if column.kind is not Kind.TRUTH:
                continue
            cells = [self._cell(line, column.name).casefold() for line in self.grid.rows]
            if any(cell in MARKS for cell in cells) and not all(cells):
                line = self.grid.rows[cells.index("")]
                many = cells.count("")
                also = "" if many == 1 else f", and {many - 1} more of this column"
                self._find(line, column.name, f"is empty{also}, where others have a mark; write no if it means that")

    def _cell(self, line: Line, column: str) -> str:
        return line.cells[self.heads.at[column]].replace("\r\n", "\n").strip()

    def _known_by(self, text: str) -> str:
        return text if self.match == self.key else " ".join(text.split()).casefold()

    def _find(self, line: Line, column: str, message: str) -> None:
        self.findings.append(CellFinding(self.grid.path, line.number, self.head(column), message))

    def head(self, column: str) -> str:
        """How the table calls a column."""
        return self.grid.header[self.heads.at[column]] if column in self.heads.at else ""

    def column(self, name: str) -> Column:
        """The column of that name."""
        return next(column for column in columns_of(self.register.name) if column.name == name)
