"""Whether globs of the files that SOPs describe match anything in the folder, told without git."""

import os
from functools import cache, cached_property
from pathlib import Path

from sopkit.git.globs import compile_globs
from sopkit.git.ignore import Survey, everywhere, survey, top_of
from sopkit.model.errors import SopkitError


class WatchedFiles:
    """Answers about the files below the top of a library's repository, or below the library outside of git.

    Seen is what git would commit: files and symbolic links that are not ignored, and submodules. A file that is named
    without a wildcard only has to be there.
    """

    def __init__(self, root: Path) -> None:
        root = root.resolve()
        self._top = top_of(root) or root
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
        return any(map(globs, _paths(survey(self._top, globs, globs.enters))))

    @cached_property
    def _everything(self) -> tuple[str, ...]:
        return _paths(survey(self._top, everywhere, everywhere))


def _paths(found: Survey) -> tuple[str, ...]:
    return (*found.files, *found.links, *found.repositories)
