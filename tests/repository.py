"""Builds real git repositories for tests: chosen people, dates, zones, merges, whatever the machine's configuration."""

import os
import subprocess
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

ANN = "Ann Lee <ann@acme.example>"
BEN = "Ben Roy <ben@acme.example>"
CAT = "Cat Diaz <cat@acme.example>"
_LONG_AGO = ("2024-01-01", "2024-01-01")
_OPTIONS = (
    "protocol.file.allow=always",
    "advice.detachedHead=false",
    "maintenance.auto=false",  # a process more for each commit
)
Tree = dict[str, bytes | None]
"""The content of files by their path; None for a folder."""


def isolated(home: Path) -> dict[str, str]:
    """Environment variables that keep the configuration of the machine and its user out."""
    return {
        "HOME": str(home),
        "XDG_CONFIG_HOME": str(home / ".config"),
        "GIT_CONFIG_GLOBAL": str(home / ".gitconfig"),
        "GIT_CONFIG_NOSYSTEM": "1",
        "LC_ALL": "C",
    }


@dataclass
class GitRepository:
    """A repository in `root`; `start` makes one."""

    root: Path

    @classmethod
    def start(cls, root: Path, *options: str) -> "GitRepository":
        root.mkdir(parents=True, exist_ok=True)
        repository = cls(root)
        if options or (root / ".git").exists():
            repository.git("init", "-q", "-b", "main", *options)
        else:
            repository.fill(_new_repository())
        return repository

    def read_all(self) -> Tree:
        """Every file below the root, those of git as well, to fill another repository with."""
        found: Tree = {}
        for folder, _, names in os.walk(self.root):
            path = Path(folder)
            found[path.relative_to(self.root).as_posix()] = None
            found |= {(path / name).relative_to(self.root).as_posix(): (path / name).read_bytes() for name in names}
        return found

    def fill(self, files: Tree) -> None:
        """Write what `read_all` has read, which is much quicker than to commit it again."""
        for path, content in files.items():
            if content is None:
                (self.root / path).mkdir(parents=True, exist_ok=True)
            else:
                (self.root / path).write_bytes(content)
        if ".git/index" in files:
            self.git("update-index", "-q", "--refresh")  # it knows files by their times as well

    def is_new(self) -> bool:
        """Whether nothing was done since `start`, which had no options."""
        return self.read_all() == _new_repository()

    def git(self, *arguments: str, stdin: bytes = b"", **variables: str) -> str:
        """Standard output of a git command, without the last line end."""
        environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
        done = subprocess.run(
            ["git", *(word for option in _OPTIONS for word in ("-c", option)), *arguments],
            cwd=self.root,
            env=environment | isolated(self.root.parent / "nobody") | people(ANN, ANN, *_LONG_AGO) | variables,
            input=stdin,
            capture_output=True,
            check=False,
        )
        if done.returncode:
            raise AssertionError(f"git {' '.join(arguments)}: {done.stderr.decode(errors='replace')}")
        return os.fsdecode(done.stdout).removesuffix("\n")

    def write(self, path: str, content: str | bytes) -> Path:
        """Write a file of the working tree, with the folders above it."""
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content.encode() if isinstance(content, str) else content)
        return file

    def commit(
        self,
        date: str,
        files: dict[str, str | bytes | None] | None = None,
        *,
        author: str = ANN,
        committer: str = "",
        author_date: str = "",
        message: str = "change",
        amend: bool = False,
    ) -> str:
        """Commit the working tree after writing the files (None removes one); gives the id.

        `date` is a day (noon UTC) or a moment that git reads, such as `2024-03-01T23:30:00-0800`.
        """
        for path, content in (files or {}).items():
            if content is None:
                (self.root / path).unlink()
            else:
                self.write(path, content)
        self.git("add", "-A")
        self.git(
            *("commit", "-q", "--allow-empty", "--no-verify", "-m", message),
            *(["--amend"] if amend else []),
            **people(author, committer or author, author_date or date, date),
        )
        return self.head()

    def head(self) -> str:
        """The id of the newest commit, read from the files of git where they are plain."""
        folder = self.root / ".git"
        try:
            name = (folder / "HEAD").read_text().strip()
            return (folder / name.removeprefix("ref: ")).read_text().strip() if name.startswith("ref: ") else name
        except OSError:
            return self.git("rev-parse", "HEAD")

    def switch(self, branch: str, start: str = "") -> None:
        """Go to a branch; with `start` (a commit), begin it there."""
        self.git(*(("switch", "-q", "-c", branch, start) if start else ("switch", "-q", branch)))

    def merge(
        self,
        date: str,
        *branches: str,
        author: str = ANN,
        options: tuple[str, ...] = ("--no-ff",),
        files: dict[str, str | bytes | None] | None = None,
    ) -> str:
        """Merge branches into the present one; `files` are what only the merge commit adds."""
        variables = people(author, author, date, date)
        if files is None:
            self.git("merge", "-q", "-m", "merge", *options, *branches, **variables)
            return self.head()
        self.git("merge", "-q", "--no-commit", *options, *branches, **variables)
        return self.commit(date, files, author=author, message="merge")


@cache
def _new_repository() -> Tree:
    with TemporaryDirectory() as folder:
        repository = GitRepository(Path(folder))
        repository.git("init", "-q", "-b", "main")
        return {path: content for path, content in repository.read_all().items() if not path.endswith(".sample")}


def people(author: str, committer: str, author_date: str, committer_date: str) -> dict[str, str]:
    """The variables by which git takes names and dates from outside."""
    variables = {}
    for role, person, date in (("AUTHOR", author, author_date), ("COMMITTER", committer, committer_date)):
        name, _, email = person.removesuffix(">").partition(" <")
        variables |= {
            f"GIT_{role}_NAME": name,
            f"GIT_{role}_EMAIL": email,
            f"GIT_{role}_DATE": date if "T" in date or date.startswith("@") else f"{date}T12:00:00+0000",
        }
    return variables
