"""The files that an SOP describes: what they are now, and what changed them since somebody looked."""

import os
from collections.abc import Mapping
from hashlib import sha256

from sopkit.git.globs import Globs, compile_globs
from sopkit.model.entries import LEDGER
from sopkit.model.errors import SopkitError

WATCH = "watch1"


class Watcher:
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
            globs = globs_of(watches)
            lines = sorted(
                (os.fsencode(path), f"{mode} {oid}".encode("ascii"))
                for path, (mode, oid) in self._tree.items()
                if not self.left_out(path) and globs(path)
            )
            data = b"".join(b"%s\t%s\0" % (about, path) for path, about in lines)
            self._known[watches] = f"{WATCH}:{sha256(data).hexdigest()}"
        return self._known[watches]

    def left_out(self, path: str) -> bool:
        """Whether a path is of the ledger, which nobody watches."""
        return path.startswith(self._ledger)


def globs_of(watches: str) -> Globs:
    """The test for globs, one on a line; one that is malformed matches nothing."""
    good = []
    for line in watches.split("\n"):
        try:
            compile_globs([line])
        except SopkitError:
            continue
        good.append(line)
    return compile_globs(good)
