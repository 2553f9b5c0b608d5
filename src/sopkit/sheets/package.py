"""Whether the package that a workbook is may be unpacked at all, and which of its cells are calculated."""

import io
import re
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from zipfile import BadZipFile, ZipFile, ZipInfo

from sopkit.model.errors import SopkitError

MOST_BYTES = 300_000_000
"""Most bytes of all parts together, unpacked."""
MOST_RATIO = 400
MOST_PARTS = 10_000
MOST_MARKS = 700_000
"""Most `<` between two rows or two texts: what stands there is held as a tree, a hundred times its length."""
MOST_ROWS = 1_048_576
_SMALL = 20_000_000
_CHUNK = 1 << 20
_OVERLAP = 64
_UNIT = re.compile(rb"<(?:\w+:)?(?:row|si)\b")
_DECLARED = re.compile(rb"<!(?:DOCTYPE|ENTITY)")
_ENCODING = re.compile(rb"<\?xml[^>]*\sencoding\s*=\s*[\"']([^\"']*)", re.IGNORECASE)
_STRICT = b"http://purl.oclc.org/ooxml/spreadsheetml/main"
# No piece of these runs on over a `<`: the time that they take grows with the text, whatever stands in it.
_CALCULATED = re.compile(
    rb"<(?:\w+:)?c\b([^<>]*)>\s*<(?:\w+:)?f\b(?:[^<>]*/>|[^<>]*>[^<]*</(?:\w+:)?f\s*>)\s*(<(?:\w+:)?v\s*>[^<])?"
)
_REFERENCE = re.compile(rb"\br=[\"']([A-Z]{1,3}\d{1,7})[\"']")
_TEXT_RESULT = re.compile(rb"\bt=[\"']str[\"']")
_MERGED = re.compile(rb"<(?:\w+:)?mergeCell\b[^<>]*\bref=[\"']([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})[\"']")
_DAMAGE = (BadZipFile, OSError, RuntimeError, NotImplementedError, EOFError, ValueError, struct.error, zlib.error)
_AGAIN = "open it in Excel or LibreOffice and save it as .xlsx"


@dataclass(frozen=True, slots=True)
class Package:
    """A package that was looked through: its parts, and what is to be told of it."""

    zip: ZipFile
    path: str
    notes: tuple[str, ...]

    def part(self, name: str) -> bytes:
        """All bytes of a part; none when there is no such part."""
        return b"".join(_chunks(self.zip, name, self.path)) if name in self.zip.namelist() else b""


def open_package(data: bytes, path: str) -> Package:
    """The parts of a workbook. SopkitError for what is none, is locked, or would unpack without end."""
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        locked = "EncryptedPackage".encode("utf-16-le") in data
        what = "locked with a password" if locked else "an old Excel workbook (.xls)"
        raise SopkitError(f"{path}: {what}", f"{'take the password off: ' if locked else ''}{_AGAIN}")
    try:
        package = ZipFile(io.BytesIO(data))
        parts = package.infolist()
    except _DAMAGE as error:
        raise SopkitError(f"{path}: no Excel workbook (.xlsx), or a damaged one", _AGAIN) from error
    names = {part.filename for part in parts}
    _refuse_size(parts, path)
    if "[Content_Types].xml" not in names or not any(name.endswith("workbook.xml") for name in names):
        raise SopkitError(f"{path}: {_other_kind(names)}", _AGAIN)
    for part in parts:
        _refuse_hostile(package, part.filename, path)
    return Package(package, path, tuple(_notes(names)))


def calculated(sheet: bytes) -> tuple[list[str], list[str]]:
    """The cells of a sheet that hold a formula, and those of them that hold no value."""
    cells: list[str] = []
    empty: list[str] = []
    for found in _CALCULATED.finditer(sheet):
        if reference := _REFERENCE.search(found[1]):
            cells.append(reference[1].decode("ascii"))
            if not found[2] and not _TEXT_RESULT.search(found[1]):  # the result of a text formula may be empty
                empty.append(cells[-1])
    return cells, empty


def merged(sheet: bytes) -> Iterator[tuple[str, int, str, int]]:
    """The merged ranges of a sheet: letters and row of their first and of their last cell."""
    for found in _MERGED.finditer(sheet):
        yield found[1].decode("ascii"), int(found[2]), found[3].decode("ascii"), int(found[4])


def _refuse_size(parts: list[ZipInfo], path: str) -> None:
    unpacked, packed = sum(part.file_size for part in parts), sum(part.compress_size for part in parts)
    if len(parts) > MOST_PARTS:
        raise SopkitError(f"{path}: {len(parts):,} parts, which no workbook has", _AGAIN)
    if any(part.flag_bits & 1 for part in parts):
        raise SopkitError(f"{path}: locked with a password", "take the password off")
    if unpacked > MOST_BYTES or (unpacked > _SMALL and unpacked > MOST_RATIO * packed):
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
        if _DECLARED.search(seen):
            raise SopkitError(f"{path}: {name} declares a document type, which no workbook does", _AGAIN)
        if _STRICT in seen:
            raise SopkitError(f"{path}: saved as Strict Open XML", "save it in Excel as: Excel Workbook (.xlsx)")
        pieces = _UNIT.split(chunk)
        units += len(pieces) - 1
        for at, piece in enumerate(pieces):
            marks = piece.count(b"<") + (0 if at else marks)
            if marks > MOST_MARKS or units > 2 * MOST_ROWS:
                raise SopkitError(f"{path}: {name} has far more parts than a table has", "save the sheet as CSV")
        tail = seen[-_OVERLAP:]


def _refuse_encoding(start: bytes, name: str, path: str) -> None:
    declared = _ENCODING.match(start.removeprefix(b"\xef\xbb\xbf").lstrip())
    plain = declared is None or declared[1].lower() in {b"utf-8", b"us-ascii"}
    if name.endswith((".xml", ".rels")) and (not plain or b"\0" in start[:200]):
        raise SopkitError(f"{path}: {name} is not UTF-8", _AGAIN)


def _chunks(package: ZipFile, name: str, path: str) -> Iterator[bytes]:
    try:
        with package.open(name) as part:
            while chunk := part.read(_CHUNK):
                yield chunk
    except _DAMAGE as error:
        raise SopkitError(f"{path}: damaged: {name} cannot be unpacked", _AGAIN) from error


def _other_kind(names: set[str]) -> str:
    if any(name.endswith("workbook.bin") for name in names):
        return "a binary Excel workbook (.xlsb)"
    if "mimetype" in names and "content.xml" in names:
        return "an OpenDocument file (.ods)"
    return "no Excel workbook (.xlsx), but another kind of file"


def _notes(names: set[str]) -> Iterator[str]:
    if any(name.endswith("vbaProject.bin") for name in names):
        yield "it holds macros; they are never run"
    if any("/externalLinks/" in name for name in names):
        yield "it refers to other workbooks; they are never opened"
