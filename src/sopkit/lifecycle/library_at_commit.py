"""The library as of a commit, read from git objects without a checkout."""

import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import date
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from urllib.parse import quote

from sopkit.git.blobs import compile_watches, read_blobs, read_tree
from sopkit.git.globs import compile_sop_globs
from sopkit.git.repository import Repository
from sopkit.library import CONFIG_NAME, Library, load
from sopkit.model.commits import REGULAR_MODES
from sopkit.model.quiz import QUIZ_FOLDER
from sopkit.model.source import PICTURE_TYPES
from sopkit.parsing.config import read_config
from sopkit.parsing.sop import MAX_SOP_BYTES


def write_tree(folder: Path, files: Mapping[str, bytes | None]) -> None:
    """Write files by path; of one that was too large to be read (None), as many bytes as show that.

    A path that leads out of the folder, which only a forged tree can hold, is left out.
    """
    for path, data in files.items():
        if path.startswith("/") or ".." in PurePosixPath(path).parts:
            continue
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(bytes(MAX_SOP_BYTES + 1) if data is None else data)


_MAX_BYTES = 1 << 26
_COMMIT_FOLDERS = ("registers/", "controls/", f"{QUIZ_FOLDER}/")


@contextmanager
def library_at_commit(repository: Repository, commit: str, as_of: date) -> Iterator[Library | None]:
    """The library of a commit without its ledger, to be read until the end of the block; None where there was none.

    Its files are written into a folder of their own, among them CODEOWNERS and what tells the forge.
    """
    tree = read_tree(repository, commit, whole=True)
    prefix = repository.prefix
    files = {path: oid for path, (mode, oid) in tree.items() if mode in REGULAR_MODES}
    if prefix + CONFIG_NAME not in files:
        yield None
        return
    [(_, config)] = read_blobs(repository, [files[prefix + CONFIG_NAME]])
    settings = read_config(config or b"", f"{CONFIG_NAME} of commit {commit[:12]}")
    is_sop = compile_sop_globs(settings.library.sops)
    named = (CONFIG_NAME, settings.lint.baseline)

    def wanted(path: str) -> bool:
        own = path.removeprefix(prefix) if path.startswith(prefix) else ""
        return (
            (own and own in named)
            or settings.handbook.has(own)
            or is_sop(own)
            or own.startswith(_COMMIT_FOLDERS)
            or path.endswith("CODEOWNERS")
        )

    chosen = {path: oid for path, oid in files.items() if wanted(path)}
    data = dict(read_blobs(repository, chosen.values(), _MAX_BYTES))
    inside = ((path, oid) for path, oid in files.items() if path.startswith(prefix))
    pictures = {path: oid for path, oid in inside if _is_picture_of(path, data.values())}
    chosen |= pictures
    data |= dict(read_blobs(repository, pictures.values(), _MAX_BYTES))
    with TemporaryDirectory(prefix="sopkit-") as name:
        top = Path(name)
        git_config = b""
        with suppress(OSError):
            git_config = (repository.common_dir / "config").read_bytes()
        write_tree(top, {path: data[oid] for path, oid in chosen.items()} | {".git/config": git_config})
        library = load((top / prefix).resolve(), as_of)
        known = {*tree, *(str(folder) for path in tree for folder in PurePosixPath(path).parents)}
        yield replace(
            library,
            exists=lambda path: os.path.normpath(prefix + path) in known,
            watched=lambda glob: any(map(compile_watches(glob), tree)),
        )


def _is_picture_of(path: str, texts: Iterable[bytes | None]) -> bool:
    """Whether a file is a picture that one of the texts names."""
    if not path.lower().endswith(tuple(PICTURE_TYPES)):
        return False
    name = path.rpartition("/")[2]
    spelled = {os.fsencode(name), quote(os.fsencode(name)).encode()}
    return any(one in text for text in texts if text for one in spelled)
