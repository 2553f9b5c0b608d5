"""One table out of a CSV file or an Excel workbook."""

from collections.abc import Collection
from pathlib import Path

from sopkit.model.errors import SopkitError
from sopkit.sheets.delimited import ragged, read_delimited
from sopkit.sheets.grid import Grid, gather, headed

MOST_BYTES = 50_000_000
"""Most bytes of a file: 100,000 lines of 500 characters."""
_WORKBOOKS = (".xlsx", ".xlsm", ".xltx", ".xltm", ".xls", ".xlsb", ".ods")
_PACKED = (b"PK\x03\x04", b"PK\x05\x06", b"\xd0\xcf\x11\xe0")


def read_sheet(
    path: Path, sheet: str | None = None, *, header: int | None = None, wanted: Collection[str] = ()
) -> Grid:
    """The table in a file, all cells as text. What the file is, its first bytes say, not its name.

    The head is the row `header`; else the first that has all `wanted` columns, else the first with at least two texts.
    Raises SopkitError, with file and place, for what cannot be read whole.
    """
    data = _bytes(path)
    if data.startswith(_PACKED) or path.suffix.lower() in _WORKBOOKS:
        return _from_workbook(data, path, sheet, header, wanted)
    if sheet is not None:
        raise SopkitError(f"{path}: CSV has no sheets", "leave --sheet out")
    lines, notes = read_delimited(data, str(path))
    kept = gather(lines, str(path))
    names, rows, told = headed(str(path), kept, header=header, wanted=wanted)
    below = kept[len(kept) - len(rows) :]
    width = len(kept[len(kept) - len(rows) - 1].cells)
    return Grid(str(path), path.stem, names, rows, (*notes, *told, *ragged(below, width)))


def _from_workbook(data: bytes, path: Path, sheet: str | None, header: int | None, wanted: Collection[str]) -> Grid:
    from sopkit.sheets.workbook import Workbook  # noqa: PLC0415 - only where there is a workbook

    book = Workbook(data, str(path))
    name = book.choose(sheet)
    lines, merges, notes = book.lines(name)
    kept = gather(lines, f"{path}: sheet `{name}`")
    names, rows, told = headed(f"{path}: sheet `{name}`", kept, header=header, wanted=wanted, merges=merges)
    return Grid(str(path), name, names, rows, (*notes, *told), book.sheets)


def _bytes(path: Path) -> bytes:
    if path.is_dir():
        raise SopkitError(f"{path}: a folder", "name the file that holds the table")
    if path.exists() and not path.is_file():  # a pipe may keep us waiting for ever, and can be read but once
        raise SopkitError(f"{path}: no plain file", "save the table as a file, and name that")
    try:
        with path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise SopkitError(f"{path}: cannot be read: {error.strerror}", "check its name and its permissions") from error
    if len(data) > MOST_BYTES:
        raise SopkitError(f"{path}: larger than {MOST_BYTES // 1_000_000} MB", "divide it into several files")
    if not data.strip():
        raise SopkitError(f"{path}: empty", "name the file that holds the table")
    return data


def sheets_of(path: Path) -> tuple[str, ...]:
    """The names of the sheets of a workbook; none for CSV. Raises SopkitError for what cannot be read."""
    data = _bytes(path)
    if not data.startswith(_PACKED) and path.suffix.lower() not in _WORKBOOKS:
        return ()
    from sopkit.sheets.workbook import Workbook  # noqa: PLC0415 - only where there is a workbook

    return Workbook(data, str(path)).sheets
