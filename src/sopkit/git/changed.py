"""Which files a branch changes: those that differ between where it began and its head."""

import os
from collections.abc import Mapping

from sopkit.git.history import mend
from sopkit.git.process import failure, output
from sopkit.git.repository import Repository
from sopkit.model.errors import SopkitError

_DIFF = (
    *("diff-tree", "-r", "-z", "--name-only", "--no-renames", "--no-relative", "--no-ext-diff", "--no-textconv"),
    *("--no-color", "--ignore-submodules=none"),
)
_NOT_RELATED = 1  # exit code of merge-base


def base_commit(repository: Repository, base: str, environment: Mapping[str, str] = os.environ) -> str:
    """The commit at which HEAD left `base` (a branch, a tag or a commit): their merge base.

    Starts one git process. Raises SopkitError when `base` is unknown or unrelated, or history is missing.
    """
    head = repository.head_or_error()
    if repository.shallow:
        raise SopkitError("the clone is shallow, so where a branch began cannot be told", mend(environment))
    if repository.grafted:
        raise SopkitError(
            "a grafts file alters the history of this repository",
            f"remove {repository.common_dir / 'info' / 'grafts'}",
        )
    code, out, complaint = output(repository.git, "merge-base", "--end-of-options", f"{base}^{{commit}}", head)
    if code == _NOT_RELATED:
        raise SopkitError(
            f"HEAD and {base} have no commit in common", "name the branch, tag or commit that this one began from"
        )
    if code and ("Not a valid" in complaint or "ambiguous" in complaint):
        raise SopkitError(
            f"no branch, tag or commit is called {base!r}",
            "name one that `git log` knows, such as origin/main; at a CI fetch it first:"
            " git fetch origin main:refs/remotes/origin/main",
        )
    if code:
        raise failure("merge-base", complaint)
    return out.decode("ascii").strip()


def changed_paths(repository: Repository, base: str, environment: Mapping[str, str] = os.environ) -> tuple[str, ...]:
    """Files that differ between the merge base of `base` and HEAD, and HEAD; relative to the TOP of the repository.

    A file that was moved is there under both names. Starts two git processes; errors as `base_commit`.
    """
    start = base_commit(repository, base, environment)
    code, out, complaint = output(repository.git, *_DIFF, start, repository.head_or_error(), "--")
    if code:
        raise failure("diff-tree", complaint)
    return tuple(sorted(os.fsdecode(path) for path in out.split(b"\0") if path))
