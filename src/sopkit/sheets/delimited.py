"""CSV in: whichever encoding and separator it was saved with."""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import islice

from sopkit.model.errors import SopkitError
from sopkit.sheets.grid import Line, told

_BOMS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
_SEPARATORS = ",;\t|"
_SEPARATOR_LINE = re.compile(r'"?sep=(.)"?[\r\n]*', re.IGNORECASE)
_SAMPLE = 200
_GUARDED = re.compile(r"'+[=+\-@\t]")
_PAGE = re.compile(rb"\s*<(?:!doctype|html|table|\?xml|\?mso|meta)", re.IGNORECASE)


def read_delimited(data: bytes, path: str) -> tuple[Iterator[Line], list[str]]:
    """The lines of a CSV file, and what is to be told of it; SopkitError for what is no CSV, also while reading."""
    if _PAGE.match(data[:200]):
        raise SopkitError(f"{path}: a web page or XML under the name of a table", "open it in Excel, save it as .xlsx")
    encoding, notes = _encoding(data, path)
    first = _text(data, encoding).readline()
    named = _SEPARATOR_LINE.fullmatch(first)
    separator = named[1] if named else _separator(_text(data, encoding))
    return _lines(_text(data, encoding), separator, path, skipped=1 if named else 0), notes


def unguarded(cell: str) -> str:
    """A cell without the apostrophe that keeps spreadsheets from taking it for a formula."""
    return cell[1:] if _GUARDED.match(cell) else cell


def ragged(lines: Iterable[Line], width: int) -> Iterator[str]:
    """What is to be told of lines with fewer or more cells than the head."""
    short: list[int | str] = []
    long: list[int | str] = []
    for line in lines:
        if len(line.cells) != width:
            (short if len(line.cells) < width else long).append(line.number)
    for numbers, what in ((short, "fewer"), (long, "more")):
        if numbers:
            yield f"line{'s' if len(numbers) > 1 else ''} {told(numbers)}: {what} cells than the {width} of the head"


def _encoding(data: bytes, path: str) -> tuple[str, list[str]]:
    encoding = next((name for mark, name in _BOMS if data.startswith(mark)), _without_mark(data))
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


def _without_mark(data: bytes) -> str:
    """UTF-16 is known by the zeros beside plain letters; one zero alone is damage, told when it is read."""
    head = data[:2000]
    even, odd = head[::2].count(0), head[1::2].count(0)
    if max(even, odd) > len(head) // 4:
        return "utf-16-be" if even > odd else "utf-16-le"
    return "utf-8"


def _text(data: bytes, encoding: str) -> io.TextIOWrapper:
    # The bytes are decoded as they are read: all of the text at once would take four times their size.
    return io.TextIOWrapper(io.BytesIO(data), encoding, newline="")


def _separator(text: Iterable[str]) -> str:
    """What divides the most lines into the same number of cells, of several the one that makes the most cells."""
    sample = list(islice(text, _SAMPLE))
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


def _lines(text: Iterable[str], separator: str, path: str, skipped: int) -> Iterator[Line]:
    reader = csv.reader(text, delimiter=separator, strict=True)
    number = 1
    try:
        for row in reader:
            if reader.line_num > skipped and any(row):
                if any("\0" in cell for cell in row):
                    raise SopkitError(f"{path}:{number}: holds a zero byte, so it is no text", "save it as CSV again")
                yield Line(number, tuple(map(unguarded, row)))
            number = reader.line_num + 1
    except csv.Error as error:
        raise SopkitError(*_stumble(str(error), f"{path}:{number}")) from error


def _stumble(said: str, where: str) -> tuple[str, str]:
    if "unexpected end" in said:
        return f"{where}: a quotation mark opens a cell that never ends", 'close it, or write "" for one in a text'
    if "field larger" in said:
        return (
            f"{where}: a cell of more than {csv.field_size_limit():,} characters",
            "see whether a quotation mark is missing at its end",
        )
    if "expected after" in said:
        return f"{where}: text after a closing quotation mark (or one in the text)", 'write "" for one in a text'
    return f"{where}: not CSV: {said}", "save it as CSV again"
