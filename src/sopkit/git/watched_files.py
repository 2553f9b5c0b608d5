"""The files that SOPs watch: whether globs match files of the folder or of a commit, and the digest of the files."""

import os
from collections.abc import Mapping
from functools import cache, cached_property
from hashlib import sha256
from pathlib import Path

from sopkit.git.checkout import find_git_top
from sopkit.git.globs import Globs, compile_globs
from sopkit.git.ignore import Survey, enter_every_folder, survey
from sopkit.model.entry import LEDGER
from sopkit.model.errors import SopkitError


class WatchedFolder:
    """Answers about the files below the top of a library's repository, or below the library outside of git.

    Seen is what git would commit: files and symbolic links that are not ignored, and submodules. A file that is named
    without a wildcard only has to be there.
    """

    def __init__(self, root: Path) -> None:
        root = root.resolve()
        self._top = find_git_top(root) or root
        self.matches = cache(self._matches)

    def _matches(self, glob: str) -> bool:
        try:
            globs = compile_globs([glob])
        except SopkitError:
            return False
        if not set("*?[\\!") & set(glob) and os.path.lexists(self._top / glob.strip("/")):
            return True
        if "" in globs.starts:
            return any(map(globs, self._everything))
        return any(map(globs, _paths_of(survey(self._top, globs, globs.enters))))

    @cached_property
    def _everything(self) -> tuple[str, ...]:
        return _paths_of(survey(self._top, enter_every_folder, enter_every_folder))


def _paths_of(found: Survey) -> tuple[str, ...]:
    return (*found.files, *found.links, *found.repositories)


WATCH_DIGEST = "watch1"


class WatchedTree:
    """Answers about globs over one tree; paths and globs are relative to the top of the repository.

    The digest is `watch1:` and the SHA-256 over `<mode> <oid> TAB <path> NUL` of all matching files, sorted by the
    bytes of their paths; the ledger is left out, or a review would change what it reviews.
    """

    def __init__(self, tree: Mapping[str, tuple[str, str]], prefix: str) -> None:
        self._tree, self._ledger = tree, f"{prefix}{LEDGER.partition('/')[0]}/"
        self._known: dict[str, str] = {}

    def digest(self, watches: str) -> str:
        """The digest for globs, one on a line; nothing when there are none."""
        if not watches:
            return ""
        if watches not in self._known:
            globs = compile_watches(watches)
            lines = sorted(
                (os.fsencode(path), f"{mode} {oid}".encode("ascii"))
                for path, (mode, oid) in self._tree.items()
                if not self.left_out(path) and globs(path)
            )
            data = b"".join(b"%s\t%s\0" % (about, path) for path, about in lines)
            self._known[watches] = f"{WATCH_DIGEST}:{sha256(data).hexdigest()}"
        return self._known[watches]

    def left_out(self, path: str) -> bool:
        """Whether a path is of the ledger, which nobody watches."""
        return path.startswith(self._ledger)


def compile_watches(watches: str) -> Globs:
    """The test for globs, one on a line; one that is malformed matches nothing."""
    good = []
    for line in watches.split("\n"):
        try:
            compile_globs([line])
        except SopkitError:
            continue
        good.append(line)
    return compile_globs(good)
