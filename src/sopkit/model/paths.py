"""Paths that people write into the files of a library: what is wrong with one, told before anything is opened."""

import re
from typing import Annotated

from pydantic import AfterValidator

_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]")
_ABSOLUTE = re.compile(r"[/~]|[A-Za-z]:")


def path_fault(path: str, *suffixes: str) -> str:
    """Why a written path is none of something inside a library, and what to do; empty when it can be one.

    A path leads from the library's root, with `/` between folders. Nothing hidden is named: `.git` holds the address
    and perhaps the token of the remote, `.env` secrets. `suffixes`, in small letters, are the endings that fit.
    """
    if _UNSEEN.search(path):
        return f"{path!r} has a character that is not seen; delete it"
    if "\\" in path:
        return f"`{path}` has a backslash; write / between folders"
    if _ABSOLUTE.match(path):
        return f"`{path}` does not begin in the library; write it from the folder of sopkit.toml"
    parts = path.split("/")
    if ".." in parts:
        return f"`{path}` leads out of the library; put what it names into the library"
    if "" in parts or "." in parts:
        return f"`{path}` has a part without a name; write it as folder/file"
    if any(part.startswith(".") for part in parts):
        return f"`{path}` is hidden, and no such file is read or written; give it a name without a first dot"
    if suffixes and not path.lower().endswith(suffixes):
        return f"`{path}` is of another kind; name a file that ends in {' or '.join(suffixes)}"
    return ""


def glob_fault(glob: str) -> str:
    r"""The same for a pattern as in .gitignore, which may begin with `/` and escape letters with `\`.

    A pattern that begins with `!` leaves files out, which is always right.
    """
    plain = re.sub(r"\\(.)", r"\1", glob.removeprefix("/").removesuffix("/"))
    return "" if not plain or glob.startswith(("#", "!")) else path_fault(plain)


def _path_check(*suffixes: str) -> AfterValidator:
    def check(value: str) -> str:
        path = value.removeprefix("./").removesuffix("" if suffixes else "/")
        if path and (fault := path_fault(path, *suffixes)):
            raise ValueError(fault)
        return path

    return AfterValidator(check)


def _check_globs(value: tuple[str, ...]) -> tuple[str, ...]:
    for glob in value:
        if fault := glob_fault(glob):
            raise ValueError(fault)
    return value


def _check_path_pattern(value: str) -> str:
    if fault := path_fault(re.sub(r"\{\w+\}", "x", value)):
        raise ValueError(fault)
    return value


def _check_link_suffixes(value: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    for suffix in (suffix for suffixes in value.values() for suffix in suffixes):
        if fault := path_fault(f"x{suffix}"):
            raise ValueError(fault)
    return value


def _check_people_folder(value: str) -> str:
    path = value.removesuffix("/")
    if not path.startswith("../"):
        if path != OWN_PEOPLE_FOLDER:
            raise ValueError(
                f"`{value}` is neither {OWN_PEOPLE_FOLDER} nor a folder of another repository beside this one,"
                " as ../acme-people/ledger"
            )
    elif fault := path_fault(path.removeprefix("../")):
        raise ValueError(fault)
    return path


OWN_PEOPLE_FOLDER = "ledger/people"
"""Folder of the records about people where they lie in the library itself."""

# Every path of the configuration is of one of these kinds, so that each is checked once, where it is read.
PICTURE_SUFFIXES = (".svg", ".png", ".jpg", ".jpeg", ".gif", ".webp")
PicturePath = Annotated[str, _path_check(*PICTURE_SUFFIXES)]
StylePath = Annotated[str, _path_check(".css")]
FolderPath = Annotated[str, _path_check()]
WrittenPath = Annotated[str, _path_check(".txt")]  # of a file that sopkit writes
PathPattern = Annotated[str, AfterValidator(_check_path_pattern)]
SopGlobs = Annotated[tuple[str, ...], AfterValidator(_check_globs)]
LinkSuffixes = Annotated[dict[str, tuple[str, ...]], AfterValidator(_check_link_suffixes)]
PeopleFolder = Annotated[str, AfterValidator(_check_people_folder)]  # the only one that may lead out of the library
