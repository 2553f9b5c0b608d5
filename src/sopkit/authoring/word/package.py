"""What a Word file holds: its parts, every word of it, its comments, and the lines of its headers and footers."""

import io
import re
import struct
import zlib
from collections.abc import Iterator
from xml.etree.ElementTree import Element, ParseError, fromstring
from zipfile import BadZipFile, ZipFile

from sopkit.model.errors import SopkitError

MOST_BYTES = 200_000_000
"""Most bytes of all parts together, unpacked."""
MOST_XML = 50_000_000
MOST_MARKS = 700_000
"""Most bytes of the parts that are XML, and most `<` in them: each costs a hundred times its length in memory."""
_TEXTS = re.compile(r"word/document\d*\.xml")
_BODIES = re.compile(r"word/(?:document\d*|footnotes|endnotes)\.xml")
_MARGINS = re.compile(r"word/(?:header|footer)\d*\.xml")
_DRAWN = re.compile(r"word/(?:diagrams/data|charts/chart)\d*\.xml")
_COMMENTS = re.compile(r"word/comments\d*\.xml")
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_LETTERS = frozenset({f"{_W}t", f"{_A}t", "{http://schemas.openxmlformats.org/officeDocument/2006/math}t"})
"""Text, text of drawings, text of formulas."""
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
"""Of what stands there in a newer and an older form with the same words, such as a text box."""
_DECLARATIONS = tuple(
    word.encode(code) for word in ("<!DOCTYPE", "<!ENTITY") for code in ("utf-8", "utf-16-le", "utf-16-be")
)
_FIELD = re.compile(
    r"\b(?:page|seite|p\.)\s*\d+(?:\s*(?:of|von|/)\s*\d+)?\b|(?:^|(?<=\|))\s*\d+\s*(?:(?:of|von|/)\s*\d+)?\s*(?=\||$)",
    re.IGNORECASE,
)
"""The number of a page: after such a word, or all that stands there; not a date, nor "24/7"."""
_DAMAGE = (
    BadZipFile, OSError, RuntimeError, NotImplementedError, EOFError, ValueError, struct.error, zlib.error,
)  # fmt: skip
"""What the reader of packages stumbles with."""


def lacking_extra() -> SopkitError:
    """The error where the libraries that read and write Word files are not installed."""
    return SopkitError("Word files need libraries that are not installed", "run: pip install 'sopkit[docx]'")


def open_package(data: bytes, path: str) -> ZipFile:
    """The parts of a Word file. Raises SopkitError for what is no `.docx`, or unpacks to too much."""
    try:
        package = ZipFile(io.BytesIO(data))
        names = package.namelist()
    except _DAMAGE as error:
        old = data.startswith(b"\xd0\xcf\x11\xe0")
        what = "an old or encrypted Word file" if old else "no Word file (.docx)"
        raise SopkitError(f"{path}: {what}", "open it in Word or LibreOffice and save it as .docx") from error
    if not any(_TEXTS.fullmatch(name) for name in names):
        raise SopkitError(f"{path}: no Word file (.docx): it holds no word/document.xml", "save it as .docx again")
    if sum(info.file_size for info in package.infolist()) > MOST_BYTES:
        raise SopkitError(f"{path}: unpacks to more than {MOST_BYTES // 1_000_000} MB", "take out large pictures")
    _refuse_hostile(package, path)
    return package


def _refuse_hostile(package: ZipFile, path: str) -> None:
    """Raise SopkitError for parts that would expand without end; relationships may give XML any name."""
    size = marks = 0
    for name in package.namelist():
        data = _read(package, name, path)
        if not name.endswith((".xml", ".rels")) and (name.endswith(".svg") or b"<" not in data[:200]):
            continue
        size, marks = size + len(data), marks + data.count(b"<")
        if any(word in data for word in _DECLARATIONS):
            raise SopkitError(f"{path}: {name} declares a document type, which no Word file does", "save it again")
        if size > MOST_XML or marks > MOST_MARKS:
            raise SopkitError(f"{path}: far more text than a procedure has", "divide it into several files")


def _read(package: ZipFile, name: str, path: str) -> bytes:
    try:
        return package.read(name)
    except _DAMAGE as error:
        raise SopkitError(f"{path}: damaged: {name} cannot be unpacked", "open it in Word and save it again") from error


def words_of(package: ZipFile) -> list[str]:
    """Every word of the text, its notes, text boxes, formulas and drawings, in the order of the parts."""
    names = dict.fromkeys(sorted(package.namelist()))
    lines = [line for name in names if _BODIES.fullmatch(name) for line in _paragraphs(package, name)]
    for name in filter(_DRAWN.fullmatch, names):
        lines += ["".join(_texts(paragraph)) for paragraph in _root(package, name).iter(f"{_A}p")]
    return [word for line in lines for word in line.split()]


def margins(package: ZipFile) -> tuple[str, ...]:
    """The distinct lines of headers and footers, without page numbers."""
    found: dict[str, None] = {}
    for name in sorted(package.namelist()):
        if _MARGINS.fullmatch(name):
            for line in _paragraphs(package, name):
                words = " ".join(_FIELD.sub("", line).split()).strip(" |-\u2013")
                if any(letter.isalnum() for letter in words):
                    found.setdefault(words)
    return tuple(found)


def comments(package: ZipFile) -> tuple[str, ...]:
    """The comments in the margin, each on a line with its author."""
    found = []
    for name in sorted(package.namelist()):
        for comment in _root(package, name).iter(f"{_W}comment") if _COMMENTS.fullmatch(name) else ():
            lines = ("".join(_texts(paragraph)) for paragraph in comment.iter(f"{_W}p"))
            words = " ".join(" ".join(lines).split())
            author = " ".join(comment.get(f"{_W}author", "").split())
            if words:
                found.append(f"{author}: {words}" if author else words)
    return tuple(found)


def _root(package: ZipFile, name: str) -> Element:
    try:
        # No part declares a type (see open_package), so there is no entity that could expand.
        return _once(fromstring(package.read(name)))  # noqa: S314
    except (ParseError, ValueError, LookupError) as error:  # also encodings that the parser does not know
        raise SopkitError(f"{name}: not XML: {error}", "open the file in Word and save it again") from error


def _once(root: Element) -> Element:
    """The same without the newer form of what stands there in two forms."""
    for both in list(root.iter(f"{_MC}AlternateContent")):
        if both.find(f"{_MC}Fallback") is not None:
            for newer in both.findall(f"{_MC}Choice"):
                both.remove(newer)
    return root


def _paragraphs(package: ZipFile, name: str) -> Iterator[str]:
    root = _root(package, name)
    for paragraph in root.iter(f"{_W}p"):
        style = paragraph.find(f"{_W}pPr/{_W}pStyle")
        if style is None or not style.get(f"{_W}val", "").casefold().startswith("toc"):
            yield "".join(_texts(paragraph))


def _texts(node: Element) -> Iterator[str]:
    """The texts of a paragraph, without those of the paragraphs inside it (text boxes), which come by themselves."""
    for child in node:
        if child.tag in _LETTERS:
            yield child.text or ""
        elif child.tag in {f"{_W}tab", f"{_W}br", f"{_W}cr"}:
            yield " "
        elif child.tag not in {f"{_W}p", f"{_W}del", f"{_W}moveFrom"}:
            yield from _texts(child)
