"""A new repository around a folder that has none."""

from pathlib import Path

from sopkit.git.process import failure, output
from sopkit.git.repository import open_repository

BRANCH = "main"


def start_repository(folder: Path) -> bool:
    """Make the folder a repository, without a commit; False when it lies in one. Raises SopkitError when git fails."""
    if open_repository(folder) is not None:
        return False
    from git.cmd import Git  # noqa: PLC0415  # 70 ms, and it starts git

    code, _, complaint = output(Git(folder), "init", "--quiet", f"--initial-branch={BRANCH}")
    if code:
        raise failure("init", complaint)
    return True
