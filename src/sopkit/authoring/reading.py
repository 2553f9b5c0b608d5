"""The text that somebody has before them when they review or approve: the one of the commit, and no other."""

import os
import re
from dataclasses import dataclass

from sopkit.authoring.desk import Desk
from sopkit.git.process import output
from sopkit.lifecycle.addressing import past_of
from sopkit.lifecycle.ledger.ledger import Ledger
from sopkit.lifecycle.texts.revisions import Past, Revision
from sopkit.lifecycle.texts.snapshot import Snapshot
from sopkit.model.entries import LEDGER
from sopkit.model.errors import SopkitError
from sopkit.text.digest import CANONICALISER

_FOLDER = re.compile(r"[^\s/\\:\0-\x1f.][^/\\:\0-\x1f]*")


@dataclass(frozen=True)
class Reading:
    """One SOP as it stands in the judged commit."""

    past: Past
    path: str
    blob: str
    snapshot: Snapshot
    revision: Revision
    ledger: Ledger
    watched: str  # digest of the files that it watches; empty when it watches none

    @property
    def id(self) -> str:
        """The id."""
        return self.past.key[0]

    @property
    def digest(self) -> str:
        """The digest of the text."""
        return self.snapshot.digest

    @property
    def name(self) -> str:
        """Id and version, as people call it: `AC-001 2.1`."""
        return f"{self.id} {self.snapshot.version}".rstrip()

    @property
    def folder(self) -> str:
        """The folder of its entries."""
        return f"{LEDGER}/{self.id}"


def read(desk: Desk, name: str, digest: str = "") -> Reading:
    """The text of an SOP, by id or path. Raises SopkitError when there is not exactly one that can be signed for.

    `digest` is what the user has read elsewhere: another text is refused.
    """
    judged = desk.judged
    past = past_of(judged, name)
    if not past.key[0] or judged.config.library.identity == "path":
        raise SopkitError(f"{name} has no id, and the ledger knows SOPs by their id", "give it an id: id: AC-001")
    if not _FOLDER.fullmatch(past.key[0]):
        raise SopkitError(f"the id {past.key[0]!r} cannot name a folder", "give the SOP another id")
    if not past.paths:
        raise SopkitError(f"{past.key[0]} is no more in the commit that is checked out", "see: git log")
    if len(past.paths) > 1:
        raise SopkitError(
            f"{past.key[0]} is the id of several files: {', '.join(past.paths)}", "give each its own id first"
        )
    [(path, blob)] = past.paths.items()
    snapshot = judged.snapshots[blob]
    if not snapshot.readable:
        raise SopkitError(f"{path}: its front matter cannot be read", f"see: sopkit lint {path}")
    _clean(desk, path, blob)
    if digest and digest.lower() != snapshot.digest:
        raise SopkitError(
            f"{past.key[0]} holds another text than the one that was read: {snapshot.digest}",
            f"read it again: sopkit diff {past.key[0]}"
            if digest.startswith(f"{CANONICALISER}:")
            else f"a digest begins with {CANONICALISER}:",
        )
    revision = next(one for one in reversed(past.revisions) if one.digest == snapshot.digest)
    watched = judged.watcher.digest(snapshot.watches)
    return Reading(past, path, blob, snapshot, revision, judged.ledger(past.key[0]), watched)


def _clean(desk: Desk, path: str, blob: str) -> None:
    """Refuse an edit that is in the folder and not in the commit."""
    file = desk.repository.root / path
    if not os.path.lexists(file):
        listed = output(desk.repository.git, "ls-files", "-t", "--", path)[1]
        if listed.startswith(b"S "):  # left out of the folder by a sparse checkout
            return
        raise SopkitError(f"{path} is gone from the folder, but not from the commit", f"run: git restore {path}")
    there = desk.judged.reader.read(file.read_bytes()) if file.is_file() and not file.is_symlink() else None
    if there != desk.judged.snapshots[blob]:
        raise SopkitError(
            f"{path} has an edit that is not committed, and a review or approval is of a committed text",
            f"commit it first, or put it away: git stash push {path}",
        )
