"""The library as a commit holds it, read from git's objects: nothing is checked out."""

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from urllib.parse import quote

from sopkit.git.blobs import read_blobs
from sopkit.git.globs import compile_globs
from sopkit.git.repository import Repository
from sopkit.git.tree import tree
from sopkit.library import CONFIG_NAME, Library, load
from sopkit.lifecycle.laid_out import lay_out
from sopkit.lifecycle.watch import globs_of
from sopkit.model.history import REGULAR
from sopkit.model.pictures import PICTURES
from sopkit.text.settings import read_config

_MOST = 1 << 26
_FOLDERS = ("registers/", "controls/")


@contextmanager
def committed_library(repository: Repository, commit: str, as_of: date) -> Iterator[Library | None]:
    """The library of a commit without its ledger, to be read until the end of the block; None where there was none.

    Its files are written into a folder of their own, among them CODEOWNERS and what tells the forge.
    """
    there = tree(repository, commit, whole=True)
    prefix = repository.prefix
    files = {path: oid for path, (mode, oid) in there.items() if mode in REGULAR}
    if prefix + CONFIG_NAME not in files:
        yield None
        return
    [(_, config)] = read_blobs(repository, [files[prefix + CONFIG_NAME]])
    settings = read_config(config or b"", f"{CONFIG_NAME} of commit {commit[:12]}")
    is_sop = compile_globs(settings.library.sops)
    named = (CONFIG_NAME, settings.lint.baseline)

    def wanted(path: str) -> bool:
        own = path.removeprefix(prefix) if path.startswith(prefix) else ""
        return (
            (own and own in named)
            or settings.handbook.has(own)
            or is_sop(own)
            or own.startswith(_FOLDERS)
            or path.endswith("CODEOWNERS")
        )

    chosen = {path: oid for path, oid in files.items() if wanted(path)}
    data = dict(read_blobs(repository, chosen.values(), _MOST))
    shown = {path: oid for path, oid in files.items() if path.startswith(prefix) and _may_show(path, data.values())}
    chosen |= shown
    data |= dict(read_blobs(repository, shown.values(), _MOST))
    with TemporaryDirectory(prefix="sopkit-") as name:
        top = Path(name)
        of_git = {".git/config": _bytes(repository.common_dir / "config")}
        lay_out(top, {path: data[oid] for path, oid in chosen.items()} | of_git)
        library = load((top / prefix).resolve(), as_of)
        yield replace(library, exists=_existence(there, prefix), watched=lambda glob: any(map(globs_of(glob), there)))


def _bytes(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError:
        return b""


def _existence(there: dict[str, tuple[str, str]], prefix: str) -> Callable[[str], bool]:
    """Whether a file or folder is there, by its path from the library's root."""
    known = {*there, *(str(folder) for path in there for folder in PurePosixPath(path).parents)}
    return lambda path: os.path.normpath(prefix + path) in known


def _may_show(path: str, texts: Iterable[bytes | None]) -> bool:
    """Whether a file is a picture that one of the texts names."""
    if not path.lower().endswith(tuple(PICTURES)):
        return False
    name = path.rpartition("/")[2]
    spelled = {os.fsencode(name), quote(os.fsencode(name)).encode()}
    return any(one in text for text in texts if text for one in spelled)
