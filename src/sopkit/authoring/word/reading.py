"""One Word file as Markdown."""

import io
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sopkit.authoring.word.package import MOST_BYTES, comments, lacking_extra, margins, open_package, words_of
from sopkit.model.errors import SopkitError

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
    left: tuple[str, ...]


def read_word(data: bytes, path: str, pictures: str) -> WordText:
    """The text of a `.docx`; `pictures` is the folder, relative to the Markdown, under which its pictures will lie.

    Comments stand at the end, and lines of headers and footers, because they often tell owner and version. Words that
    the conversion loses are put there too. Raises SopkitError for what is no Word file, and without the extra.
    """
    try:
        return _read(data, path, pictures)
    except RecursionError as error:
        raise SopkitError(
            f"{path}: its tables or other parts are nested too deeply", "take some of them out of the others"
        ) from error


def _read(data: bytes, path: str, pictures: str) -> WordText:
    package = open_package(data, path)
    taken = _Pictures(path, pictures)
    markdown, left = _converted(data, path, taken)
    if lines := comments(package):
        markdown += _part("From the comments", lines)
    if lines := margins(package):
        markdown += _part("From the header and footer", lines)
    if lost := _lost(words_of(package), markdown):
        markdown += _part("Words that stood elsewhere in the file", (" ".join(lost),))
        left.append(f"{len(lost)} words stood where Markdown has no place for them; they are at the end")
    if any(name.endswith((".emf", ".wmf")) for name in taken.images):
        left.append("pictures of a kind that browsers do not show (EMF, WMF) are kept; save them as PNG")
    return WordText(markdown, taken.images, tuple(left))


def _part(heading: str, lines: Iterable[str]) -> str:
    return f"\n## {heading}\n\n" + "\n".join(f"- {line}" for line in lines) + "\n"


def _lost(texts: list[str], markdown: str) -> list[str]:
    words = [word for text in texts for word in _WORD.findall(text)]
    gone = Counter(words) - Counter(_WORD.findall(_MARKUP.sub(" ", markdown)))
    lost = []
    for word in words:
        if gone[word] > 0:
            gone[word] -= 1
            lost.append(word)
    return lost


def _converted(data: bytes, path: str, pictures: "_Pictures") -> tuple[str, list[str]]:
    """The Markdown of the text, and what is to be told of pictures."""
    try:
        import mammoth  # noqa: PLC0415 - an extra

        from sopkit.authoring.word.markdown import to_markdown  # noqa: PLC0415 - as above
    except ImportError as error:
        raise lacking_extra() from error
    try:
        image = mammoth.images.img_element(pictures.take)
        result = mammoth.convert_to_html(io.BytesIO(data), style_map=_STYLES, convert_image=image)
    except (SopkitError, RecursionError):
        raise
    except Exception as error:  # mammoth raises whatever a damaged part makes it stumble over
        raise SopkitError(
            f"{path}: cannot be read as a Word file: {error}", "open it in Word and save it again"
        ) from error
    said = dict.fromkeys(str(message.message) for message in result.messages)
    notes = [words for words in said if "image" in words.lower()]
    return to_markdown(str(result.value)), [
        *notes,
        *(["a picture that is not in the file"] if pictures.missing else []),
    ]


class _Pictures:
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
        if self._bytes > MOST_BYTES:  # one picture may be shown any number of times
            raise SopkitError(
                f"{self.path}: its pictures are larger than {MOST_BYTES // 1_000_000} MB", "take some out"
            )
        known = next((name for name, other in self.images.items() if other == data), "")
        kind = str(found.content_type).rsplit("/", 1)[-1].removeprefix("x-").removesuffix("+xml")
        ending = re.sub(r"\W", "", kind) or "bin"
        name = known or f"picture-{len(self.images) + 1}.{'jpg' if ending == 'jpeg' else ending}"
        self.images[name] = data
        return {"src": f"{self.folder}/{name}" if self.folder else name}
