"""When something changed that the handbook is made from."""

import threading
from collections.abc import Iterator
from pathlib import Path

from sopkit.git.repository import Repository

_OF_GIT = ("HEAD", "refs", "packed-refs")
"""What git writes when a commit lands: an approval counts from then on."""
_LEFT_OUT = frozenset({".git", ".hg", ".svn", "node_modules", ".venv", "__pycache__", ".mypy_cache", ".ruff_cache"})


def changes(root: Path, repository: Repository | None, stop: threading.Event) -> Iterator[tuple[str, ...]]:
    """The paths that changed in the library or by a commit, each time that some did, until `stop` is set.

    Raises ImportError when watchfiles is not installed.
    """
    import watchfiles  # an extra

    git = repository.common_dir.resolve() if repository else None

    def counts(_: watchfiles.Change, name: str) -> bool:
        path = Path(name)
        if git is not None and path.is_relative_to(git):
            return path.relative_to(git).as_posix().split("/")[0] in _OF_GIT
        return _LEFT_OUT.isdisjoint(path.relative_to(root).parts if path.is_relative_to(root) else path.parts)

    folders = (root,) if git is None or git.is_relative_to(root) else (root, git)
    for some in watchfiles.watch(*folders, watch_filter=counts, stop_event=stop, raise_interrupt=False):
        yield tuple(sorted({path for _, path in some}))
