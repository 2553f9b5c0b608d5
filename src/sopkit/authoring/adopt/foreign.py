"""The documents below the given paths: which can be read, which cannot and why."""

import os
import stat
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from sopkit.authoring.adopt.plan import Refused
from sopkit.git.ignore import survey
from sopkit.model.errors import SopkitError
from sopkit.model.source import Source
from sopkit.parsing.sop import MAX_SOP_BYTES, unreadable_finding

SUFFIXES = (".md", ".markdown", ".md.erb", ".markdown.erb", ".docx")
"""Ends of the names of documents; `.html.md` and `.html.md.erb` are among them."""
_ABOUT_THE_FOLDER = frozenset(
    {"readme", "license", "licence", "changelog", "contributing", "code_of_conduct", "codeowners", "authors", "notice"}
)
_PICTURES = "pictures-of-word"
_MOST_OF_WORD = 50 * 1024 * 1024
_OPEN_IN_WORD = "~$"
"""How the file begins that Word puts beside a document while somebody edits it."""
_OF_THE_LIBRARY = ("templates", "ledger", "registers", "controls", "quizzes")


@dataclass(frozen=True)
class Foreign:
    """A document as it is; `inside` is its path in the library, or None when it lies elsewhere."""

    path: Path
    name: str
    inside: str | None
    data: bytes
    images: Mapping[str, bytes] = field(default_factory=dict)
    """Of a document of Word: its images by the path that the text links to."""
    left: tuple[str, ...] = ()
    """Of a document of Word: what did not become text."""


@dataclass(frozen=True)
class Gathered:
    """Files to read, in order, and what is left out with the reason."""

    files: tuple[Path, ...]
    refused: tuple[Refused, ...]
    left_out: tuple[str, ...]
    """Files such as README.md that are about their folder and were not named themselves."""


def gather(paths: Iterable[Path], root: Path) -> Gathered:
    """The documents that paths name: files as they are, folders with all that git does not ignore.

    Raises SopkitError for a path that is not there.
    """
    files: dict[Path, None] = {}
    refused: list[Refused] = []
    left_out: list[str] = []
    for given in paths:
        if not os.path.lexists(given):
            raise SopkitError(f"{given}: no such file or folder")
        try:
            full = given.resolve(strict=True)
        except (OSError, RuntimeError):
            refused.append(Refused(str(given), "symbolic link leads nowhere or in a circle"))
            continue
        if full.is_dir():
            _of_folder(given, full, root, (files, refused, left_out))
        elif not full.name.lower().endswith(SUFFIXES):
            refused.append(Refused(shown(full, root), f"no document of ours: adopt reads {', '.join(SUFFIXES)}"))
        else:
            files.setdefault(full)
    return Gathered(tuple(files), tuple(refused), tuple(left_out))


def _of_folder(given: Path, full: Path, root: Path, found: tuple[dict[Path, None], list[Refused], list[str]]) -> None:
    files, refused, left_out = found
    own = full == root or root.is_relative_to(full)
    start = "" if not own or full == root else f"{root.relative_to(full).as_posix()}/"

    def enters(folder: str) -> bool:
        name = folder.rpartition("/")[2]
        return not name.startswith(".") and not (own and folder in {f"{start}{one}" for one in _OF_THE_LIBRARY})

    def is_document(path: str) -> bool:
        return path.lower().endswith(SUFFIXES) and not path.rpartition("/")[2].startswith(_OPEN_IN_WORD)

    seen = survey(full, is_document, enters)
    for path in seen.files:
        if path.rpartition("/")[2].partition(".")[0].lower() in _ABOUT_THE_FOLDER:
            left_out.append(shown(full / path, root))
        else:
            files.setdefault(full / path)
    refused += (
        Refused(shown(full / path, root), "symbolic link; name the file that it leads to") for path in seen.links
    )
    refused += (Refused(shown(full / path, root), "folder cannot be listed") for path in seen.unreadable)
    if not (seen.files or seen.links or seen.unreadable):
        refused.append(Refused(str(given), "no document in this folder that git does not ignore"))


def shown(path: Path, root: Path) -> str:
    """The name of a file in plans: its path from the library, also beside it; else the whole path."""
    if path.is_relative_to(root):
        return path.relative_to(root).as_posix()
    return f"../{path.relative_to(root.parent).as_posix()}" if path.is_relative_to(root.parent) else str(path)


def read(path: Path, root: Path) -> Foreign | Refused:
    """The document in a file, or why there is none."""
    name = shown(path, root)
    inside = name if path.is_relative_to(root) else None
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            return Refused(name, "no regular file (a pipe or a device)")
        with path.open("rb") as file:
            data = file.read((_MOST_OF_WORD if path.suffix.lower() == ".docx" else MAX_SOP_BYTES) + 1)
        foreign = Foreign(path, name, inside, data) if path.suffix.lower() != ".docx" else _of_word(path, name, data)
    except OSError as error:
        return Refused(name, f"cannot be read: {error.strerror}; check its permissions")
    except SopkitError as error:
        return Refused(name, f"{error.message}; {error.hint}" if error.hint else error.message)
    source = Source(foreign.data)
    if not foreign.data[source.text_start :].strip():
        return Refused(name, "empty: there is nothing to adopt")
    trouble = unreadable_finding(source, name)
    if trouble is not None:
        return Refused(name, f"line {trouble.place.line}: {trouble.message}")
    return foreign


def _of_word(path: Path, name: str, data: bytes) -> Foreign:
    """A document of Word as Markdown: always a new file, its pictures beside it."""
    from sopkit.parsing.word import read_word  # only for such a document

    text = read_word(data, name, _PICTURES)
    images = {f"{_PICTURES}/{picture}": image for picture, image in text.images.items()}
    return Foreign(path, name, None, text.markdown.encode("utf-8", "replace"), images, text.left)
