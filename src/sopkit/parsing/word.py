"""Read a Word file: its text as Markdown, its pictures and comments, and what cannot be converted."""

import io
import re
import struct
import zlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from xml.etree.ElementTree import Element, ParseError, fromstring
from zipfile import BadZipFile, ZipFile

from sopkit.model.errors import SopkitError

MAX_UNPACKED_BYTES = 200_000_000
MAX_PICTURE_BYTES = MAX_UNPACKED_BYTES
"""Most bytes of all parts together, unpacked."""
MAX_XML_BYTES = 50_000_000
MAX_MARKS = 700_000
"""Most bytes of the parts that are XML, and most `<` in them: each costs a hundred times its length in memory."""
_TEXTS = re.compile(r"word/document\d*\.xml")
_BODIES = re.compile(r"word/(?:document\d*|footnotes|endnotes)\.xml")
_MARGINS = re.compile(r"word/(?:header|footer)\d*\.xml")
_DRAWING_PARTS = re.compile(r"word/(?:diagrams/data|charts/chart)\d*\.xml")
_COMMENTS = re.compile(r"word/comments\d*\.xml")
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_TEXT_TAGS = frozenset({f"{_W}t", f"{_A}t", "{http://schemas.openxmlformats.org/officeDocument/2006/math}t"})
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


def missing_extra_error() -> SopkitError:
    """The error where the libraries that read and write Word files are not installed."""
    return SopkitError("Word files need libraries that are not installed", "run: pip install 'sopkit[docx]'")


def open_docx(data: bytes, path: str) -> ZipFile:
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
    if sum(info.file_size for info in package.infolist()) > MAX_UNPACKED_BYTES:
        raise SopkitError(
            f"{path}: unpacks to more than {MAX_UNPACKED_BYTES // 1_000_000} MB", "take out large pictures"
        )
    _refuse_hostile(package, path)
    return package


def _refuse_hostile(package: ZipFile, path: str) -> None:
    """Raise SopkitError for parts that would expand without end; relationships may give XML any name."""
    size = marks = 0
    for name in package.namelist():
        try:
            data = package.read(name)
        except _DAMAGE as error:
            advice = "open it in Word and save it again"
            raise SopkitError(f"{path}: damaged: {name} cannot be unpacked", advice) from error
        if not name.endswith((".xml", ".rels")) and (name.endswith(".svg") or b"<" not in data[:200]):
            continue
        size, marks = size + len(data), marks + data.count(b"<")
        if any(word in data for word in _DECLARATIONS):
            raise SopkitError(f"{path}: {name} declares a document type, which no Word file does", "save it again")
        if size > MAX_XML_BYTES or marks > MAX_MARKS:
            raise SopkitError(f"{path}: far more text than a procedure has", "divide it into several files")


def all_words(package: ZipFile) -> list[str]:
    """Every word of the text, its notes, text boxes, formulas and drawings, in the order of the parts."""
    names = dict.fromkeys(sorted(package.namelist()))
    lines = [line for name in names if _BODIES.fullmatch(name) for line in _paragraphs(package, name)]
    for name in filter(_DRAWING_PARTS.fullmatch, names):
        lines += ["".join(_paragraph_texts(paragraph)) for paragraph in _root(package, name).iter(f"{_A}p")]
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
            lines = ("".join(_paragraph_texts(paragraph)) for paragraph in comment.iter(f"{_W}p"))
            words = " ".join(" ".join(lines).split())
            author = " ".join(comment.get(f"{_W}author", "").split())
            if words:
                found.append(f"{author}: {words}" if author else words)
    return tuple(found)


def _root(package: ZipFile, name: str) -> Element:
    try:
        root = fromstring(package.read(name))  # noqa: S314 - no part declares a type (see open_docx): nothing can expand
    except (ParseError, ValueError, LookupError) as error:  # also encodings that the parser does not know
        raise SopkitError(f"{name}: not XML: {error}", "open the file in Word and save it again") from error
    for both in list(root.iter(f"{_MC}AlternateContent")):  # of two forms of the same words keep the older one
        if both.find(f"{_MC}Fallback") is not None:
            for newer in both.findall(f"{_MC}Choice"):
                both.remove(newer)
    return root


def _paragraphs(package: ZipFile, name: str) -> Iterator[str]:
    root = _root(package, name)
    for paragraph in root.iter(f"{_W}p"):
        style = paragraph.find(f"{_W}pPr/{_W}pStyle")
        if style is None or not style.get(f"{_W}val", "").casefold().startswith("toc"):
            yield "".join(_paragraph_texts(paragraph))


def _paragraph_texts(node: Element) -> Iterator[str]:
    """The texts of a paragraph, without those of the paragraphs inside it (text boxes), which come by themselves."""
    for child in node:
        if child.tag in _TEXT_TAGS:
            yield child.text or ""
        elif child.tag in {f"{_W}tab", f"{_W}br", f"{_W}cr"}:
            yield " "
        elif child.tag not in {f"{_W}p", f"{_W}del", f"{_W}moveFrom"}:
            yield from _paragraph_texts(child)


_STYLES = """
p[style-name='Title'] => h1.title:fresh
p[style-name='Subtitle'] => p:fresh
p[style-name^='toc'] => !
p[style-name^='TOC'] => !
p[style-name='List Number'] => ol > li:fresh
p[style-name='List Number 2'] => ul|ol > li > ol > li:fresh
p[style-name='List Number 3'] => ul|ol > li > ul|ol > li > ol > li:fresh
p[style-name='List Bullet'] => ul > li:fresh
p[style-name='List Bullet 2'] => ul|ol > li > ul > li:fresh
p[style-name='List Bullet 3'] => ul|ol > li > ul|ol > li > ul > li:fresh
p[style-name^='List Continue'] => ul|ol > li > p:fresh
p[style-name='Quote'] => blockquote > p:fresh
p[style-name='Intense Quote'] => blockquote > p:fresh
p[style-name='Heading 7'] => h6:fresh
p[style-name='Heading 8'] => h6:fresh
p[style-name='Heading 9'] => h6:fresh
"""
_WORD = re.compile(r"[^\W_]+")
_MARKUP = re.compile(r"<br>|!?\[|\]\([^)]*\)|\\")


@dataclass(frozen=True)
class WordText:
    """What a Word file gave: Markdown, pictures by file name, and what did not come along in words."""

    markdown: str
    images: dict[str, bytes]
    notes: tuple[str, ...]


def read_word(data: bytes, path: str, pictures: str) -> WordText:
    """The text of a `.docx`; `pictures` is the folder, relative to the Markdown, under which its pictures will lie.

    Comments stand at the end, and lines of headers and footers, because they often tell owner and version. Words that
    the conversion loses are put there too. Raises SopkitError for what is no Word file, and without the extra.
    """
    try:
        package = open_docx(data, path)
        collector = _PictureCollector(path, pictures)
        markdown, notes = _convert(data, path, collector)
        markdown += _titled_list("From the comments", comments(package))
        markdown += _titled_list("From the header and footer", margins(package))
        if lost := _lost_words(all_words(package), markdown):
            markdown += _titled_list("Words that stood elsewhere in the file", (" ".join(lost),))
            notes.append(f"{len(lost)} words stood where Markdown has no place for them; they are at the end")
    except RecursionError as error:
        raise SopkitError(
            f"{path}: its tables or other parts are nested too deeply", "take some of them out of the others"
        ) from error
    if any(name.endswith((".emf", ".wmf")) for name in collector.images):
        notes.append("pictures of a kind that browsers do not show (EMF, WMF) are kept; save them as PNG")
    return WordText(markdown, collector.images, tuple(notes))


def _titled_list(heading: str, lines: tuple[str, ...]) -> str:
    return f"\n## {heading}\n\n" + "\n".join(f"- {line}" for line in lines) + "\n" if lines else ""


def _lost_words(texts: list[str], markdown: str) -> list[str]:
    words = [word for text in texts for word in _WORD.findall(text)]
    missing = Counter(words) - Counter(_WORD.findall(_MARKUP.sub(" ", markdown)))
    lost = []
    for word in words:
        if missing[word] > 0:
            missing[word] -= 1
            lost.append(word)
    return lost


def _convert(data: bytes, path: str, pictures: "_PictureCollector") -> tuple[str, list[str]]:
    """The Markdown of the text, and notes about pictures."""
    try:
        import mammoth  # an extra

        from sopkit.parsing.word_markdown import html_to_markdown
    except ImportError as error:
        raise missing_extra_error() from error
    try:
        image = mammoth.images.img_element(pictures.take)
        result = mammoth.convert_to_html(
            io.BytesIO(data), style_map=_STYLES, convert_image=image, external_file_access=False
        )  # a linked picture would be read from this machine or fetched from the network
    except (SopkitError, RecursionError):
        raise
    except Exception as error:  # mammoth raises whatever a damaged part makes it stumble over
        raise SopkitError(
            f"{path}: cannot be read as a Word file: {error}", "open it in Word and save it again"
        ) from error
    messages = dict.fromkeys(str(message.message) for message in result.messages)
    notes = [words for words in messages if "image" in words.lower()]
    if pictures.missing:
        notes.append("a picture that is not in the file")
    return html_to_markdown(str(result.value)), notes


class _PictureCollector:
    """The pictures of a file as mammoth hands them over, each once by the name of the file that it becomes."""

    def __init__(self, path: str, folder: str) -> None:
        self.path, self.folder = path, folder
        self.images: dict[str, bytes] = {}
        self.missing = False
        self._bytes = 0

    def take(self, found: Any) -> dict[str, str]:  # noqa: ANN401 - mammoth has no types
        """The attributes of the image that stands for a picture."""
        try:
            with found.open() as stream:
                data = stream.read()
        except KeyError:
            self.missing = True
            return {"src": ""}
        self._bytes += len(data)
        if self._bytes > MAX_PICTURE_BYTES:  # one picture may be shown any number of times
            raise SopkitError(
                f"{self.path}: its pictures are larger than {MAX_PICTURE_BYTES // 1_000_000} MB", "take some out"
            )
        known = next((name for name, other in self.images.items() if other == data), "")
        kind = str(found.content_type).rsplit("/", 1)[-1].removeprefix("x-").removesuffix("+xml")
        ending = re.sub(r"\W", "", kind) or "bin"
        name = known or f"picture-{len(self.images) + 1}.{'jpg' if ending == 'jpeg' else ending}"
        self.images[name] = data
        return {"src": f"{self.folder}/{name}" if self.folder else name}
