"""Excel workbooks in: one sheet as lines, with what its merged and calculated cells show."""

import io
import warnings
from collections.abc import Iterator
from contextlib import redirect_stdout
from typing import Any

from sopkit.model.errors import SopkitError
from sopkit.model.nearest import nearest
from sopkit.sheets.cells import cell_text
from sopkit.sheets.grid import Line, Merges, column_of, fold, letter, told
from sopkit.sheets.package import MOST_ROWS, Package, calculated, merged, open_package

MOST_PADDED = 50_000_000
"""Most cells with the empty ones before them: rows may be painted out to the last column."""
_ERRORS = frozenset({"#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!"})


class Workbook:
    """A workbook that is open for reading. SopkitError for what is none, and without the extra."""

    def __init__(self, data: bytes, path: str) -> None:
        try:
            from openpyxl import load_workbook  # noqa: PLC0415 - an extra
        except ImportError as error:
            raise SopkitError(
                "Excel workbooks need a library that is not installed",
                "run: pip install 'sopkit[xlsx]'; or save the sheet as CSV",
            ) from error
        self.path = path
        self.package: Package = open_package(data, path)
        with warnings.catch_warnings(), redirect_stdout(None):
            warnings.simplefilter("ignore")  # about parts that are not read here; it prints, too
            try:
                self._book = load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
            except Exception as error:  # openpyxl raises whatever a damaged part makes it stumble over
                raise self._unreadable(error) from error

    @property
    def sheets(self) -> tuple[str, ...]:
        """The names of all sheets with cells, in their order."""
        return tuple(sheet.title for sheet in self._book.worksheets)

    @property
    def hidden(self) -> tuple[str, ...]:
        """The names of those that Excel does not show."""
        return tuple(sheet.title for sheet in self._book.worksheets if sheet.sheet_state != "visible")

    def choose(self, name: str | None) -> str:
        """The sheet of that name, or the only one that is shown and holds something. SopkitError else."""
        if name is not None:
            found = [sheet for sheet in self.sheets if fold(sheet) == fold(name)]
            exact = [sheet for sheet in found if sheet == name]
            if exact or len(found) == 1:
                return (exact or found)[0]
            near = nearest(name, self.sheets, 1, 0.5)
            advice = f"did you mean `{near[0]}`? " if near else ""
            raise SopkitError(f"{self.path}: no sheet `{name}`", f"{advice}sheets: {self._listed(self.sheets)}")
        shown = [sheet for sheet in self.sheets if sheet not in self.hidden]
        filled = shown if len(shown) < 2 else [sheet for sheet in shown if self._holds_something(sheet)]  # noqa: PLR2004
        if len(filled) == 1:
            return filled[0]
        if not filled:
            raise SopkitError(f"{self.path}: no sheet that is shown holds a cell", "name one with --sheet")
        raise SopkitError(
            f"{self.path}: several sheets", f"name one with --sheet: {self._listed((*filled, *self.hidden))}"
        )

    def lines(self, sheet: str) -> tuple[list[Line], Merges, list[str]]:
        """The rows of a sheet, what is merged in it, and what is to be told of it."""
        part = self.package.part(_part_name(self._book[sheet]))
        formulas, empty = calculated(part)
        if empty:
            raise SopkitError(
                f"{self.path}: {sheet}!{told(empty)}: a formula that was never calculated",
                "open the workbook in Excel or LibreOffice and save it, or write the values in place of the formulas",
            )
        notes = [*self.package.notes]
        if others := [name for name in self.hidden if name != sheet]:
            notes.append(f"hidden sheets were not read: {self._listed(others)}")
        if formulas:
            cells = "a formula" if len(formulas) == 1 else f"{len(formulas)} formulas"
            notes.append(f"{cells}, taken as last calculated: {sheet}!{told(formulas)}")
        merges, down = _merges(part)
        lines = list(_filled_down(self._rows(sheet), down))
        if wrong := [f"{letter(at)}{line.number}" for line in lines for at in _wrong(line)]:
            notes.append(f"an error in place of a value: {sheet}!{told(wrong)}")
        return lines, merges, notes

    def _rows(self, name: str) -> Iterator[Line]:
        sheet = self._book[name]
        sheet.reset_dimensions()  # what a file says of its size is often wrong, and would cut it off
        padded = 0
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                for number, row in enumerate(sheet.iter_rows(), 1):
                    padded += len(row)
                    if number > MOST_ROWS or padded > MOST_PADDED:
                        break
                    cells = [cell_text(cell.value, _shown(cell)) for cell in row]
                    if any(cells):
                        yield Line(number, _trimmed(cells))
                else:
                    return
            except Exception as error:  # as above
                raise self._unreadable(error) from error
        raise SopkitError(f"{self.path}: sheet `{name}` is larger than a sheet can be", "save it as CSV")

    def _holds_something(self, name: str) -> bool:
        return next(self._rows(name), None) is not None

    def _listed(self, names: tuple[str, ...] | list[str]) -> str:
        hidden = self.hidden
        return ", ".join(f"`{name}`{' (hidden)' if name in hidden else ''}" for name in names)

    def _unreadable(self, error: Exception) -> SopkitError:
        said = next(iter(str(error).strip().splitlines()), "") or type(error).__name__
        return SopkitError(
            f"{self.path}: cannot be read as an Excel workbook: {said}",
            "open it in Excel or LibreOffice and save it again, or save the sheet as CSV",
        )


def _part_name(sheet: Any) -> str:  # noqa: ANN401 - openpyxl has no types
    return str(sheet._worksheet_path)  # noqa: SLF001 - no other way leads from a sheet to its part


def _shown(cell: Any) -> str:  # noqa: ANN401 - as above
    """The number format of a cell that holds a number; looking it up costs more than the rest of a cell."""
    return str(cell.number_format or "") if cell.data_type == "n" and cell.value is not None else ""


def _trimmed(cells: list[str]) -> tuple[str, ...]:
    while not cells[-1]:
        cells.pop()
    return tuple(cells)


def _wrong(line: Line) -> Iterator[int]:
    return (at for at, cell in enumerate(line.cells) if cell in _ERRORS)


def _merges(part: bytes) -> tuple[Merges, dict[int, dict[int, int]]]:
    """What is merged, for the head; and by first row and column the last row of each range over several rows."""
    reach: dict[int, int] = {}
    wide: dict[int, dict[int, int]] = {}
    down: dict[int, dict[int, int]] = {}
    for first_letters, first, last_letters, last in merged(part):
        left, right = column_of(first_letters), column_of(last_letters)
        if last > first:
            down.setdefault(first, {})[left] = last
            reach[first] = max(last, reach.get(first, first))
        if right > left:
            wide.setdefault(first, {})[left] = right
    return Merges(reach, wide), down


def _filled_down(lines: Iterator[Line], down: dict[int, dict[int, int]]) -> Iterator[Line]:
    """The lines with the text of a cell that is merged over several rows in each of them."""
    open_ranges: dict[int, tuple[int, str]] = {}
    for line in lines:
        cells = list(line.cells)
        for at, (last, text) in list(open_ranges.items()):
            if line.number > last:
                del open_ranges[at]
            elif at >= len(cells) or not cells[at]:
                cells += [""] * (at + 1 - len(cells))
                cells[at] = text
        for at, last in down.get(line.number, {}).items():
            if at < len(cells) and cells[at]:
                open_ranges[at] = (last, cells[at])
        yield Line(line.number, tuple(cells)) if len(cells) != len(line.cells) or open_ranges else line
