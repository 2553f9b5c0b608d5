"""Writing a new library: each file whole or not at all, and none over another."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sopkit.authoring.init.choice import Choice
from sopkit.authoring.init.decisions import Undecided
from sopkit.authoring.init.plan import plan, refuse_library
from sopkit.files import create_file, make_folder
from sopkit.git.repository import init_repository
from sopkit.library import load, load_config
from sopkit.lifecycle.record.lock import library_lock
from sopkit.lint.engine import LintOptions, lint
from sopkit.lint.select import Profile


@dataclass(frozen=True)
class Begun:
    """What was done: files made and left, by path from `root`; the open marks; errors that the linter finds now.

    `top` is the top of the repository around the folder, None where there is none.
    """

    root: Path
    made: tuple[str, ...]
    left: tuple[str, ...]
    marks: tuple[Undecided, ...]
    errors: int
    top: Path | None
    repository_made: bool

    @property
    def outside(self) -> tuple[str, ...]:
        """The files made that stand above the library, at the top of its repository."""
        return tuple(path for path in self.made if path.startswith("../"))


def begin_library(folder: Path, choice: Choice, as_of: date, *, repository: bool = False) -> Begun:
    """Make a library in a folder, which is made when it is missing; with `repository` a git repository first.

    Raises SopkitError when the folder is in a library, or cannot be written.
    """
    refuse_library(folder)
    make_folder(folder)
    with library_lock(folder):
        refuse_library(folder)  # another run may have made it meanwhile
        repository_made = repository and init_repository(folder)
        planned = plan(folder, choice, as_of)
        made: list[str] = []
        left = list(planned.left)
        for path, data in planned.new.items():
            file = planned.root / path
            make_folder(file.parent)
            (made if create_file(file, data) else left).append(path)
    library = load(planned.root, as_of, load_config(planned.root))
    report = lint(library, LintOptions(profile=Profile.REVIEW))
    errors = sum(finding.severity is report.fail_on for finding in report.findings)
    return Begun(
        root=planned.root,
        made=tuple(sorted(made)),
        left=tuple(sorted(left)),
        marks=planned.marks,
        errors=errors,
        top=planned.top,
        repository_made=repository_made,
    )
