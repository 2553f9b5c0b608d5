"""Files that a merge did not take over from the side that it merged in."""

import os
from collections.abc import Iterable

from sopkit.git.process import output, stream
from sopkit.git.repository import Repository
from sopkit.model.history import Commit

_DIFF = (
    *("diff-tree", "--stdin", "-r", "-z", "--raw", "--no-abbrev", "--no-renames", "--no-relative", "--no-ext-diff"),
    *("--no-textconv", "--no-color", "--diff-filter=DMT"),
)

LeftOut = tuple[tuple[str, str], ...]
"""Paths, relative to the library's root, each with the blob that the other side held there."""


def left_out(repository: Repository, merges: Iterable[Commit], folder: str) -> dict[str, LeftOut]:
    """For each merge by its id: what another side of it held in a folder of the library, and it does not, or not so.

    Starts one git process.
    """
    parents = {commit.oid: commit.parents for commit in merges}
    if not parents:
        return {}
    # Told a commit and one parent, diff-tree compares the two, whatever other parents the commit has.
    lines = (f"{oid} {other}\n".encode() for oid, (_, *others) in parents.items() for other in others)
    prefix = os.fsencode(repository.prefix)
    with stream(repository.git, *_DIFF, "--", f":(top,literal){repository.prefix}{folder}", lines=lines) as out:
        tokens = iter(out.read().split(b"\0"))
    found: dict[str, dict[tuple[str, str], None]] = {oid: {} for oid in parents}
    merge = ""
    for token in tokens:
        if token.startswith(b":"):
            blob, path = token.split(b" ")[2].decode("ascii"), next(tokens, b"")
            found[merge][os.fsdecode(path[len(prefix) :]), blob] = None
        elif token:
            merge = token.decode("ascii")
    return {oid: tuple(files) for oid, files in found.items()}


def are_related(repository: Repository, commits: Iterable[str]) -> bool:
    """Whether commits have one behind all of them; those of two projects do not. Starts one git process."""
    return output(repository.git, "merge-base", "--octopus", *commits)[0] == 0
