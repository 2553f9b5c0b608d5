"""Find and read the source documents, and recognise the ones that were already adopted."""

import os
import re
import stat
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path, PurePath

from sopkit.adopt.plan import RefusedDocument
from sopkit.git.ignore import survey
from sopkit.model.errors import SopkitError
from sopkit.model.sop import Sop
from sopkit.model.source import Source
from sopkit.parsing.sop import MAX_SOP_BYTES, unreadable_finding
from sopkit.tables.escape import escape_controls

SUFFIXES = (".md", ".markdown", ".md.erb", ".markdown.erb", ".docx")
"""Ends of the names of documents; `.html.md` and `.html.md.erb` are among them."""
_FOLDER_DOCUMENTS = frozenset(
    {"readme", "license", "licence", "changelog", "contributing", "code_of_conduct", "codeowners", "authors", "notice"}
)
_PICTURE_FOLDER = "pictures-of-word"
_MAX_WORD_BYTES = 50 * 1024 * 1024
_WORD_LOCK_PREFIX = "~$"
"""How the file begins that Word puts beside a document while somebody edits it."""
_LIBRARY_FOLDERS = ("templates", "ledger", "registers", "controls", "quizzes")


@dataclass(frozen=True)
class SourceDocument:
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
class SourceFiles:
    """Files to read, in order, and what is left out with the reason."""

    files: tuple[Path, ...]
    refused: tuple[RefusedDocument, ...]
    left_out: tuple[str, ...]
    """Files such as README.md that are about their folder and were not named themselves."""


def find_source_files(paths: Iterable[Path], root: Path) -> SourceFiles:
    """The documents that paths name: files as they are, folders with all that git does not ignore.

    Raises SopkitError for a path that is not there.
    """
    files: dict[Path, None] = {}
    refused: list[RefusedDocument] = []
    left_out: list[str] = []
    for path in paths:
        if not os.path.lexists(path):
            raise SopkitError(f"{path}: no such file or folder")
        try:
            full = path.resolve(strict=True)
        except (OSError, RuntimeError):
            refused.append(RefusedDocument(str(path), "symbolic link leads nowhere or in a circle"))
            continue
        if full.is_dir():
            inner = _list_folder(path, full, root)
            files |= dict.fromkeys(inner.files)
            refused += inner.refused
            left_out += inner.left_out
        elif not full.name.lower().endswith(SUFFIXES):
            refused.append(
                RefusedDocument(display_path(full, root), f"no document of ours: adopt reads {', '.join(SUFFIXES)}")
            )
        else:
            files.setdefault(full)
    return SourceFiles(tuple(files), tuple(refused), tuple(left_out))


def _list_folder(path: Path, full: Path, root: Path) -> SourceFiles:
    own = full == root or root.is_relative_to(full)
    start = "" if not own or full == root else f"{root.relative_to(full).as_posix()}/"

    def enters(folder: str) -> bool:
        name = folder.rpartition("/")[2]
        return not name.startswith(".") and not (own and folder in {f"{start}{one}" for one in _LIBRARY_FOLDERS})

    def is_document(name: str) -> bool:
        return name.lower().endswith(SUFFIXES) and not name.rpartition("/")[2].startswith(_WORD_LOCK_PREFIX)

    found = survey(full, is_document, enters)
    files = [full / name for name in found.files]
    about_folder = {file for file in files if file.name.partition(".")[0].lower() in _FOLDER_DOCUMENTS}
    reasons = dict.fromkeys(found.links, "symbolic link; name the file that it leads to")
    reasons |= dict.fromkeys(found.unreadable, "folder cannot be listed")
    refused = [RefusedDocument(display_path(full / name, root), why) for name, why in reasons.items()]
    if not (files or refused):
        refused.append(RefusedDocument(str(path), "no document in this folder that git does not ignore"))
    return SourceFiles(
        tuple(file for file in files if file not in about_folder),
        tuple(refused),
        tuple(display_path(file, root) for file in files if file in about_folder),
    )


def display_path(path: Path, root: Path) -> str:
    """The name of a file in plans: its path from the library, also beside it; else the whole path."""
    if path.is_relative_to(root):
        return path.relative_to(root).as_posix()
    return f"../{path.relative_to(root.parent).as_posix()}" if path.is_relative_to(root.parent) else str(path)


def read_source(path: Path, root: Path) -> SourceDocument | RefusedDocument:
    """The document in a file, or why there is none."""
    name = display_path(path, root)
    inside = name if path.is_relative_to(root) else None
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            return RefusedDocument(name, "no regular file (a pipe or a device)")
        with path.open("rb") as file:
            data = file.read((_MAX_WORD_BYTES if path.suffix.lower() == ".docx" else MAX_SOP_BYTES) + 1)
        foreign = (
            SourceDocument(path, name, inside, data)
            if path.suffix.lower() != ".docx"
            else _read_word_file(path, name, data)
        )
    except OSError as error:
        return RefusedDocument(name, f"cannot be read: {error.strerror}; check its permissions")
    except SopkitError as error:
        return RefusedDocument(name, f"{error.message}; {error.hint}" if error.hint else error.message)
    source = Source(foreign.data)
    if not foreign.data[source.text_start :].strip():
        return RefusedDocument(name, "empty: there is nothing to adopt")
    trouble = unreadable_finding(source, name)
    if trouble is not None:
        return RefusedDocument(name, f"line {trouble.place.line}: {trouble.message}")
    return foreign


def _read_word_file(path: Path, name: str, data: bytes) -> SourceDocument:
    from sopkit.parsing.word import read_word  # only for such a document

    text = read_word(data, name, _PICTURE_FOLDER)
    images = {f"{_PICTURE_FOLDER}/{picture}": image for picture, image in text.images.items()}
    return SourceDocument(path, name, None, text.markdown.encode("utf-8", "replace"), images, text.notes)


_COMMENT = re.compile(rb"(?:^|[\r\n])# adopted from: ([^\r\n]*)")


def format_origin(name: str) -> str:
    """The comment for a document of that name.

    Of one that lies far away the file's name is told, with a digest of its path: others have that name as well.
    """
    return f"# adopted from: {_escape_name(name)}"


def find_adopted(sops: Iterable[Sop]) -> dict[str, Sop]:
    """The SOPs that were adopted, by the names of their sources."""
    found: dict[str, Sop] = {}
    for sop in sops:
        if match := _COMMENT.search(sop.source.data, 0, sop.body_start):
            found.setdefault(match[1].decode("utf-8", "replace"), sop)
    return found


def find_earlier_draft(name: str, adopted: Mapping[str, Sop]) -> Sop | None:
    """The SOP that was adopted from a document of that name, or None."""
    return adopted.get(_escape_name(name))


def _escape_name(name: str) -> str:
    path = PurePath(name)
    if not path.is_absolute():
        return escape_controls(name)
    return f"{escape_controls(path.name)} (path {sha256(name.encode('utf-8', 'surrogateescape')).hexdigest()[:8]})"
