"""Read one table from a CSV file of any encoding and separator, or from an Excel workbook."""

import csv
import io
import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from itertools import chain, islice
from pathlib import Path

from sopkit.model.errors import SopkitError
from sopkit.tables.escape import strip_guard
from sopkit.tables.grid import Grid, GridRow, list_briefly, non_empty_rows, split_header

_BOMS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
_SEPARATORS = ",;\t|"
_SEPARATOR_LINE = re.compile(r'"?sep=(.)"?[\r\n]*', re.IGNORECASE)
_SAMPLE_LINES = 200
_HTML_START = re.compile(rb"\s*<(?:!doctype|html|table|\?xml|\?mso|meta)", re.IGNORECASE)


def read_csv(data: bytes, path: str) -> tuple[Iterator[GridRow], list[str]]:
    """The lines of a CSV file, and notes on it; SopkitError for what is no CSV, also while reading."""
    if _HTML_START.match(data[:200]):
        raise SopkitError(f"{path}: a web page or XML under the name of a table", "open it in Excel, save it as .xlsx")
    encoding, notes = _encoding(data, path)
    first = _text(data, encoding).readline()
    named = _SEPARATOR_LINE.fullmatch(first)
    separator = named[1] if named else _separator(_text(data, encoding))
    return _csv_rows(_text(data, encoding), separator, path, skipped=1 if named else 0), notes


def ragged_row_notes(lines: Iterable[GridRow], width: int) -> Iterator[str]:
    """Notes on lines with fewer or more cells than the head."""
    short: list[int | str] = []
    long: list[int | str] = []
    for line in lines:
        if len(line.cells) != width:
            (short if len(line.cells) < width else long).append(line.number)
    for numbers, what in ((short, "fewer"), (long, "more")):
        if numbers:
            lines_word = "lines" if len(numbers) > 1 else "line"
            yield f"{lines_word} {list_briefly(numbers)}: {what} cells than the {width} of the head"


def _encoding(data: bytes, path: str) -> tuple[str, list[str]]:
    encoding = next((name for mark, name in _BOMS if data.startswith(mark)), "utf-8")
    head = data[:2000]
    even, odd = head[::2].count(0), head[1::2].count(0)
    # UTF-16 without a mark has zeros beside plain letters; one zero alone is damage, found when the rows are read.
    if encoding == "utf-8" and max(even, odd) > len(head) // 4:
        encoding = "utf-16-be" if even > odd else "utf-16-le"
    try:
        data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        if encoding != "utf-8":
            raise SopkitError(f"{path}: broken text near line {line}", "save it again as CSV UTF-8") from error
        try:
            data.decode("cp1252")
        except UnicodeDecodeError:
            raise SopkitError(f"{path}:{line}: neither UTF-8 nor Windows-1252", "save it as CSV UTF-8") from error
        return "cp1252", [f"not UTF-8, read as Windows-1252 (line {line}): see whether its letters are right"]
    return encoding, []


def _text(data: bytes, encoding: str) -> io.TextIOWrapper:
    # The bytes are decoded as they are read: all of the text at once would take four times their size.
    return io.TextIOWrapper(io.BytesIO(data), encoding, newline="")


def _separator(text: Iterable[str]) -> str:
    """What divides the most lines into the same number of cells, of several the one that makes the most cells."""
    sample = list(islice(text, _SAMPLE_LINES))
    best, most = ",", (0.0, 0)
    for separator in _SEPARATORS:
        try:
            widths = [len(row) for row in csv.reader(sample, delimiter=separator) if any(row)]
        except csv.Error:
            continue
        divided = Counter(width for width in widths if width > 1)
        if divided:
            width, count = max(divided.items(), key=lambda item: (item[1], item[0]))
            best, most = max((best, most), (separator, (count / len(widths), width)), key=lambda item: item[1])
    return best


def _csv_rows(text: Iterable[str], separator: str, path: str, skipped: int) -> Iterator[GridRow]:
    reader = csv.reader(text, delimiter=separator, strict=True)
    number = 1
    try:
        for row in reader:
            if reader.line_num > skipped and (joined := "".join(row)):
                if "\0" in joined:
                    raise SopkitError(f"{path}:{number}: holds a zero byte, so it is no text", "save it as CSV again")
                yield GridRow(number, tuple(map(strip_guard, row) if "'" in joined else row))
            number = reader.line_num + 1
    except csv.Error as error:
        raise SopkitError(*_csv_error(str(error), f"{path}:{number}")) from error


def _csv_error(reason: str, where: str) -> tuple[str, str]:
    if "unexpected end" in reason:
        return f"{where}: a quotation mark opens a cell that never ends", 'close it, or write "" for one in a text'
    if "field larger" in reason:
        return (
            f"{where}: a cell of more than {csv.field_size_limit():,} characters",
            "see whether a quotation mark is missing at its end",
        )
    if "expected after" in reason:
        return f"{where}: text after a closing quotation mark (or one in the text)", 'write "" for one in a text'
    return f"{where}: not CSV: {reason}", "save it as CSV again"


MAX_FILE_BYTES = 50_000_000
"""Most bytes of a file: 100,000 lines of 500 characters."""
_WORKBOOK_SUFFIXES = (".xlsx", ".xlsm", ".xltx", ".xltm", ".xls", ".xlsb", ".ods")
_WORKBOOK_MAGIC = (b"PK\x03\x04", b"PK\x05\x06", b"\xd0\xcf\x11\xe0")


def read_sheet(
    path: Path, sheet: str | None = None, *, header: int | None = None, wanted: Collection[str] = ()
) -> Grid:
    """The table in a file, all cells as text. What the file is, its first bytes say, not its name.

    The head is the row `header`; else the first that has all `wanted` columns, else the first with at least two texts.
    Raises SopkitError, with file and place, for what cannot be read whole.
    """
    data = read_bytes(path)
    if _is_workbook(path, data):
        from sopkit.tables.xlsx_reader import XlsxWorkbook  # only where there is a workbook

        book = XlsxWorkbook(data, str(path))
        name = book.choose(sheet)
        lines, merges, notes = book.lines(name)
        place = f"{path}: sheet `{name}`"
        filled = non_empty_rows(lines, place)
        names, rows, head_notes = split_header(place, filled, header=header, wanted=wanted, merges=merges)
        return Grid(str(path), name, names, rows, (*notes, *head_notes), book.sheets)
    if sheet is not None:
        raise SopkitError(f"{path}: CSV has no sheets", "leave --sheet out")
    csv_lines, notes = read_csv(data, str(path))
    filled = non_empty_rows(csv_lines, str(path))
    names, rows, head_notes = split_header(str(path), filled, header=header, wanted=wanted)
    below = filled[len(filled) - len(rows) :]
    width = len(filled[len(filled) - len(rows) - 1].cells)
    return Grid(str(path), path.stem, names, rows, (*notes, *head_notes, *ragged_row_notes(below, width)))


def stream_sheet(
    path: Path, sheet: str | None = None, *, header: int | None = None, wanted: Collection[str] = (), most: int
) -> tuple[Grid, Iterator[GridRow]]:
    """The same of a table of which not all is held: a grid without rows, and its rows, each as it is read from CSV.

    `most` is how many bytes a CSV file may have; its head is among the first lines.
    """
    data = read_bytes(path, most)
    if _is_workbook(path, data):
        grid = read_sheet(path, sheet, header=header, wanted=wanted)
        return grid, iter(grid.rows)
    if sheet is not None:
        raise SopkitError(f"{path}: CSV has no sheets", "leave --sheet out")
    lines, notes = read_csv(data, str(path))
    first = non_empty_rows(islice(lines, _SAMPLE_LINES), str(path))
    names, rows, head_notes = split_header(str(path), first, header=header, wanted=wanted)
    grid = Grid(str(path), path.stem, names, (), (*notes, *head_notes))
    return grid, _of_width(chain(rows, lines), len(names))


def _of_width(lines: Iterable[GridRow], width: int) -> Iterator[GridRow]:
    for line in lines:
        cells = line.cells
        if len(cells) < width:
            yield GridRow(line.number, cells + ("",) * (width - len(cells)))
        elif any(map(str.strip, cells)):
            yield line


def _is_workbook(path: Path, data: bytes) -> bool:
    return data.startswith(_WORKBOOK_MAGIC) or path.suffix.lower() in _WORKBOOK_SUFFIXES


def read_bytes(path: Path, most: int | None = None) -> bytes:
    """The bytes of a plain file that the user named. Raises SopkitError for another, an empty and a larger one."""
    most = MAX_FILE_BYTES if most is None else most
    if path.is_dir():
        raise SopkitError(f"{path}: a folder", "name the file that holds the table")
    if path.exists() and not path.is_file():  # a pipe may keep us waiting for ever, and can be read but once
        raise SopkitError(f"{path}: no plain file", "save the table as a file, and name that")
    try:
        with path.open("rb") as file:
            data = file.read(most + 1)
    except OSError as error:
        raise SopkitError(f"{path}: cannot be read: {error.strerror}", "check its name and its permissions") from error
    if len(data) > most:
        raise SopkitError(f"{path}: larger than {most // 1_000_000} MB", "divide it into several files")
    if not data.strip():
        raise SopkitError(f"{path}: empty", "name the file that holds the table")
    return data


def list_sheets(path: Path) -> tuple[str, ...]:
    """The names of the sheets of a workbook; none for CSV. Raises SopkitError for what cannot be read."""
    data = read_bytes(path)
    if not _is_workbook(path, data):
        return ()
    from sopkit.tables.xlsx_reader import XlsxWorkbook  # only where there is a workbook

    return XlsxWorkbook(data, str(path)).sheets
