"""Read a sheet of an Excel workbook: refuse hostile packages, fill merged cells, show calculated ones."""

import io
import re
import struct
import warnings
import zlib
from collections.abc import Iterator
from contextlib import redirect_stdout
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zipfile import BadZipFile, ZipFile, ZipInfo

from sopkit.model.errors import SopkitError
from sopkit.model.similarity import nearest
from sopkit.tables.grid import CellMerges, GridRow, column_index, column_letters, fold_name, list_briefly

_XML_ESCAPE = re.compile(r"_x00([01][0-9A-Fa-f])_")
"""What XML cannot hold, as Excel writes it: the return of `\\r\\n` in a cell is `_x000D_`."""
_FIXED_FORMAT = re.compile(r"(0+)(?:\.(0+))?(%?)")
_MAX_DIGITS = 15
"""Digits that a spreadsheet keeps; more are noise of binary fractions."""


def excel_cell_text(value: object, number_format: str = "") -> str:
    """A value as text: days as YYYY-MM-DD, truths as yes and no, numbers without noise and as their format has them."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return _number_text(value, number_format)
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ", "seconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        return value.isoformat("seconds" if value.second else "minutes")
    if isinstance(value, timedelta):
        minutes, seconds = divmod(round(value.total_seconds()), 60)
        return f"{minutes // 60}:{minutes % 60:02}" + (f":{seconds:02}" if seconds else "")
    return _XML_ESCAPE.sub(lambda found: chr(int(found[1], 16)), str(value)).replace("\r\n", "\n")


def _number_text(value: float, number_format: str) -> str:
    form = _FIXED_FORMAT.fullmatch(number_format)
    sign = form[3] if form else ""
    text = str(value) if isinstance(value, int) else format(value, f".{_MAX_DIGITS}g")
    if sign or "e" in text:
        text = format(Decimal(text) * (100 if sign else 1), "f") if text[-1:].isdigit() else text
        text = text.rstrip("0").rstrip(".") if "." in text else text
    if form and text[:1].isdigit():
        integer, _, rest = text.partition(".")
        places = len(form[2] or "")
        if len(rest) <= places:  # zeros are added, but nothing is rounded away
            text = integer.zfill(len(form[1])) + (f".{rest.ljust(places, '0')}" if places else "")
    return text + sign


MAX_UNPACKED_BYTES = 300_000_000
"""Most bytes of all parts together, unpacked."""
MAX_RATIO = 400
MAX_PARTS = 10_000
MAX_MARKS = 700_000
"""Most `<` between two rows or two texts: what stands there is held as a tree, a hundred times its length."""
MAX_INPUT_ROWS = 1_048_576
_SMALL_PACKAGE = 20_000_000
_CHUNK = 1 << 20
_CHUNK_OVERLAP = 64
_UNIT = re.compile(rb"<(?:\w+:)?(?:row|si)\b")
_DECLARATION = re.compile(rb"<!(?:DOCTYPE|ENTITY)")
_ENCODING = re.compile(rb"<\?xml[^>]*\sencoding\s*=\s*[\"']([^\"']*)", re.IGNORECASE)
_STRICT = b"http://purl.oclc.org/ooxml/spreadsheetml/main"
# No piece of these runs on over a `<`: the time that they take grows with the text, whatever stands in it.
_FORMULA_CELL = re.compile(
    rb"<(?:\w+:)?c\b([^<>]*)>\s*<(?:\w+:)?f\b(?:[^<>]*/>|[^<>]*>[^<]*</(?:\w+:)?f\s*>)\s*(<(?:\w+:)?v\s*>[^<])?"
)
_REFERENCE = re.compile(rb"\br=[\"']([A-Z]{1,3}\d{1,7})[\"']")
_TEXT_RESULT = re.compile(rb"\bt=[\"']str[\"']")
_MERGE_CELL = re.compile(rb"<(?:\w+:)?mergeCell\b[^<>]*\bref=[\"']([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})[\"']")
_DAMAGE = (BadZipFile, OSError, RuntimeError, NotImplementedError, EOFError, ValueError, struct.error, zlib.error)
_SAVE_AGAIN = "open it in Excel or LibreOffice and save it as .xlsx"


@dataclass(frozen=True, slots=True)
class XlsxPackage:
    """A package that was looked through: its parts, and what is to be told of it."""

    zip: ZipFile
    path: str
    notes: tuple[str, ...]

    def part(self, name: str) -> bytes:
        """All bytes of a part; none when there is no such part."""
        return b"".join(_chunks(self.zip, name, self.path)) if name in self.zip.namelist() else b""


def open_xlsx(data: bytes, path: str) -> XlsxPackage:
    """The parts of a workbook. SopkitError for what is none, is locked, or would unpack without end."""
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        locked = "EncryptedPackage".encode("utf-16-le") in data
        what = "locked with a password" if locked else "an old Excel workbook (.xls)"
        raise SopkitError(f"{path}: {what}", f"{'take the password off: ' if locked else ''}{_SAVE_AGAIN}")
    try:
        package = ZipFile(io.BytesIO(data))
        parts = package.infolist()
    except _DAMAGE as error:
        raise SopkitError(f"{path}: no Excel workbook (.xlsx), or a damaged one", _SAVE_AGAIN) from error
    names = {part.filename for part in parts}
    _refuse_size(parts, path)
    if "[Content_Types].xml" not in names or not any(name.endswith("workbook.xml") for name in names):
        kind = "no Excel workbook (.xlsx), but another kind of file"
        if any(name.endswith("workbook.bin") for name in names):
            kind = "a binary Excel workbook (.xlsb)"
        elif {"mimetype", "content.xml"} <= names:
            kind = "an OpenDocument file (.ods)"
        raise SopkitError(f"{path}: {kind}", _SAVE_AGAIN)
    for part in parts:
        _refuse_hostile(package, part.filename, path)
    notes = []
    if any(name.endswith("vbaProject.bin") for name in names):
        notes.append("it holds macros; they are never run")
    if any("/externalLinks/" in name for name in names):
        notes.append("it refers to other workbooks; they are never opened")
    return XlsxPackage(package, path, tuple(notes))


def formula_cells(sheet: bytes) -> tuple[list[str], list[str]]:
    """The cells of a sheet that hold a formula, and those of them that hold no value."""
    cells: list[str] = []
    empty: list[str] = []
    for found in _FORMULA_CELL.finditer(sheet):
        if reference := _REFERENCE.search(found[1]):
            cells.append(reference[1].decode("ascii"))
            if not found[2] and not _TEXT_RESULT.search(found[1]):  # the result of a text formula may be empty
                empty.append(cells[-1])
    return cells, empty


def merged_ranges(sheet: bytes) -> Iterator[tuple[str, int, str, int]]:
    """The merged ranges of a sheet: letters and row of their first and of their last cell."""
    for found in _MERGE_CELL.finditer(sheet):
        yield found[1].decode("ascii"), int(found[2]), found[3].decode("ascii"), int(found[4])


def _refuse_size(parts: list[ZipInfo], path: str) -> None:
    unpacked, packed = sum(part.file_size for part in parts), sum(part.compress_size for part in parts)
    if len(parts) > MAX_PARTS:
        raise SopkitError(f"{path}: {len(parts):,} parts, which no workbook has", _SAVE_AGAIN)
    if any(part.flag_bits & 1 for part in parts):
        raise SopkitError(f"{path}: locked with a password", "take the password off")
    if unpacked > MAX_UNPACKED_BYTES or (unpacked > _SMALL_PACKAGE and unpacked > MAX_RATIO * packed):
        raise SopkitError(
            f"{path}: unpacks to {unpacked // 1_000_000:,} MB, so it was not unpacked",
            "copy the table into a new workbook, or save the sheet as CSV",
        )


def _refuse_hostile(package: ZipFile, name: str, path: str) -> None:
    """Raise SopkitError for a part that would expand without end; a workbook may give XML any name."""
    tail, marks, units = b"", 0, 0
    for chunk in _chunks(package, name, path):
        if not tail and not name.endswith((".xml", ".rels")) and b"<" not in chunk[:200] and b"\0" not in chunk[:4]:
            return
        if not tail:
            _refuse_encoding(chunk, name, path)
        seen = tail + chunk
        if _DECLARATION.search(seen):
            raise SopkitError(f"{path}: {name} declares a document type, which no workbook does", _SAVE_AGAIN)
        if _STRICT in seen:
            raise SopkitError(f"{path}: saved as Strict Open XML", "save it in Excel as: Excel Workbook (.xlsx)")
        pieces = _UNIT.split(chunk)
        units += len(pieces) - 1
        for at, piece in enumerate(pieces):
            marks = piece.count(b"<") + (0 if at else marks)
            if marks > MAX_MARKS or units > 2 * MAX_INPUT_ROWS:
                raise SopkitError(f"{path}: {name} has far more parts than a table has", "save the sheet as CSV")
        tail = seen[-_CHUNK_OVERLAP:]


def _refuse_encoding(start: bytes, name: str, path: str) -> None:
    declared = _ENCODING.match(start.removeprefix(b"\xef\xbb\xbf").lstrip())
    plain = declared is None or declared[1].lower() in {b"utf-8", b"us-ascii"}
    if name.endswith((".xml", ".rels")) and (not plain or b"\0" in start[:200]):
        raise SopkitError(f"{path}: {name} is not UTF-8", _SAVE_AGAIN)


def _chunks(package: ZipFile, name: str, path: str) -> Iterator[bytes]:
    try:
        with package.open(name) as part:
            while chunk := part.read(_CHUNK):
                yield chunk
    except _DAMAGE as error:
        raise SopkitError(f"{path}: damaged: {name} cannot be unpacked", _SAVE_AGAIN) from error


MAX_PADDED_CELLS = 50_000_000
"""Most cells with the empty ones before them: rows may be painted out to the last column."""
_ERRORS = frozenset({"#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!"})


class XlsxWorkbook:
    """A workbook that is open for reading. SopkitError for what is none, and without the extra."""

    def __init__(self, data: bytes, path: str) -> None:
        try:
            from openpyxl import load_workbook  # an extra
        except ImportError as error:
            raise SopkitError(
                "Excel workbooks need a library that is not installed",
                "run: pip install 'sopkit[xlsx]'; or save the sheet as CSV",
            ) from error
        self.path = path
        self.package: XlsxPackage = open_xlsx(data, path)
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
            found = [sheet for sheet in self.sheets if fold_name(sheet) == fold_name(name)]
            exact = [sheet for sheet in found if sheet == name]
            if exact or len(found) == 1:
                return (exact or found)[0]
            near = nearest(name, self.sheets, 1, 0.5)
            advice = f"did you mean `{near[0]}`? " if near else ""
            raise SopkitError(f"{self.path}: no sheet `{name}`", f"{advice}sheets: {self._listed(self.sheets)}")
        visible = [sheet for sheet in self.sheets if sheet not in self.hidden]
        filled = visible if len(visible) == 1 else [sheet for sheet in visible if any(self._rows(sheet))]
        if len(filled) == 1:
            return filled[0]
        if not filled:
            raise SopkitError(f"{self.path}: no sheet that is shown holds a cell", "name one with --sheet")
        raise SopkitError(
            f"{self.path}: several sheets", f"name one with --sheet: {self._listed((*filled, *self.hidden))}"
        )

    def lines(self, sheet: str) -> tuple[list[GridRow], CellMerges, list[str]]:
        """The rows of a sheet, what is merged in it, and what is to be told of it."""
        part = self.package.part(str(self._book[sheet]._worksheet_path))  # noqa: SLF001 - openpyxl offers no other way
        formulas, empty = formula_cells(part)
        if empty:
            raise SopkitError(
                f"{self.path}: {sheet}!{list_briefly(empty)}: a formula that was never calculated",
                "open the workbook in Excel or LibreOffice and save it, or write the values in place of the formulas",
            )
        notes = [*self.package.notes]
        if others := [name for name in self.hidden if name != sheet]:
            notes.append(f"hidden sheets were not read: {self._listed(others)}")
        if formulas:
            cells = "a formula" if len(formulas) == 1 else f"{len(formulas)} formulas"
            notes.append(f"{cells}, taken as last calculated: {sheet}!{list_briefly(formulas)}")
        merges, down = _read_merges(part)
        lines = list(_fill_down(self._rows(sheet), down))
        if wrong := [
            f"{column_letters(at)}{line.number}"
            for line in lines
            for at, cell in enumerate(line.cells)
            if cell in _ERRORS
        ]:
            notes.append(f"an error in place of a value: {sheet}!{list_briefly(wrong)}")
        return lines, merges, notes

    def _rows(self, name: str) -> Iterator[GridRow]:
        sheet = self._book[name]
        sheet.reset_dimensions()  # what a file says of its size is often wrong, and would cut it off
        padded = 0
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                for number, row in enumerate(sheet.iter_rows(), 1):
                    padded += len(row)
                    if number > MAX_INPUT_ROWS or padded > MAX_PADDED_CELLS:
                        break
                    cells = [excel_cell_text(cell.value, _number_format(cell)) for cell in row]
                    if any(cells):
                        while not cells[-1]:
                            cells.pop()
                        yield GridRow(number, tuple(cells))
                else:
                    return
            except Exception as error:  # as above
                raise self._unreadable(error) from error
        raise SopkitError(f"{self.path}: sheet `{name}` is larger than a sheet can be", "save it as CSV")

    def _listed(self, names: tuple[str, ...] | list[str]) -> str:
        hidden = self.hidden
        return ", ".join(f"`{name}`{' (hidden)' if name in hidden else ''}" for name in names)

    def _unreadable(self, error: Exception) -> SopkitError:
        reason = next(iter(str(error).strip().splitlines()), "") or type(error).__name__
        return SopkitError(
            f"{self.path}: cannot be read as an Excel workbook: {reason}",
            "open it in Excel or LibreOffice and save it again, or save the sheet as CSV",
        )


def _number_format(cell: Any) -> str:  # noqa: ANN401 - openpyxl has no types
    """The number format of a cell that holds a number; looking it up costs more than the rest of a cell."""
    return str(cell.number_format or "") if cell.data_type == "n" and cell.value is not None else ""


def _read_merges(part: bytes) -> tuple[CellMerges, dict[int, dict[int, int]]]:
    """What is merged, for the head; and by first row and column the last row of each range over several rows."""
    reach: dict[int, int] = {}
    wide: dict[int, dict[int, int]] = {}
    down: dict[int, dict[int, int]] = {}
    for first_letters, first, last_letters, last in merged_ranges(part):
        left, right = column_index(first_letters), column_index(last_letters)
        if last > first:
            down.setdefault(first, {})[left] = last
            reach[first] = max(last, reach.get(first, first))
        if right > left:
            wide.setdefault(first, {})[left] = right
    return CellMerges(reach, wide), down


def _fill_down(lines: Iterator[GridRow], down: dict[int, dict[int, int]]) -> Iterator[GridRow]:
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
        yield GridRow(line.number, tuple(cells)) if len(cells) != len(line.cells) or open_ranges else line
