"""The way from a folder to its history, for the commands that need one."""

from pathlib import Path
from typing import TYPE_CHECKING

from sopkit.model.errors import SopkitError

if TYPE_CHECKING:
    from datetime import date

    from sopkit.lifecycle.history import History


def judged_in(root: Path, as_of: "date", now: "date") -> "History":
    """The history of the library in a folder. Raises SopkitError where there is none."""
    from sopkit.git.repository import open_repository  # git costs 70 ms
    from sopkit.lifecycle.history import read_history

    repository = open_repository(root)
    if repository is None:
        raise SopkitError(
            f"{root} is not in a git repository", "older texts come from its history: git init, and commit"
        )
    judged = read_history(repository, as_of, now)
    judged.cache.save()
    return judged
