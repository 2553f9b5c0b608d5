"""The files of a commit."""

import os

from sopkit.git.process import stream
from sopkit.git.repository import Repository


def tree(repository: Repository, commit: str) -> dict[str, tuple[str, str]]:
    """Mode and object id of everything below the library's root in a commit, by path relative to that root.

    Symbolic links (mode 120000) and submodules (160000) are among it. Starts one git process.
    """
    # Run in the library's folder, ls-tree lists that folder only, with names relative to it.
    with stream(repository.git, "ls-tree", "-r", "-z", commit, "--") as out:
        entries = out.read().split(b"\0")
    found = {}
    for entry in entries[:-1]:
        about, _, path = entry.partition(b"\t")
        mode, _, oid = about.split(b" ")
        found[os.fsdecode(path)] = (mode.decode(), oid.decode())
    return found
