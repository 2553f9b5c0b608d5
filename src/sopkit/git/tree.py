"""The files of a commit."""

import os

from sopkit.git.process import stream
from sopkit.git.repository import Repository


def tree(repository: Repository, commit: str, *, whole: bool = False) -> dict[str, tuple[str, str]]:
    """Mode and object id of everything below the library's root in a commit, by path relative to that root.

    With `whole` it is everything in the repository, by path from its top. Symbolic links (mode 120000) and submodules
    (160000) are among it. Starts one git process.
    """
    # Run in the library's folder, ls-tree lists that folder only, with names relative to it.
    full = ("--full-tree",) if whole else ()
    with stream(repository.git, "ls-tree", "-r", "-z", *full, commit, "--") as out:
        entries = out.read().split(b"\0")
    found = {}
    for entry in entries[:-1]:
        about, _, path = entry.partition(b"\t")
        mode, _, oid = about.split(b" ")
        found[os.fsdecode(path)] = (mode.decode(), oid.decode())
    return found
