"""Whether one commit lies behind another."""

import re

from sopkit.git.process import output
from sopkit.git.repository import Repository
from sopkit.model.errors import SopkitError

_ID = re.compile(r"[0-9a-f]{7,64}")


def is_ancestor(repository: Repository, oid: str) -> bool:
    """Whether a commit, by the id that somebody kept, lies behind HEAD or is it; False when it is not there at all.

    Raises SopkitError for what is no id. Starts at most two git processes.
    """
    head = repository.head_or_error()
    full = commit_of(repository, oid)
    return full is not None and is_behind(repository, full, head)


def is_behind(repository: Repository, oid: str, later: str) -> bool:
    """Whether one commit lies behind another or is it, both by their whole ids; starts one git process."""
    return output(repository.git, "merge-base", "--is-ancestor", oid, later)[0] == 0


def commit_of(repository: Repository, oid: str) -> str | None:
    """The whole id of a commit from how it begins; None when there is none.

    Raises SopkitError for what is no id. Starts one git process.
    """
    if not _ID.fullmatch(oid.lower()):
        raise SopkitError(
            f"{oid!r} is no commit id",
            "name the id that was kept elsewhere, at least 7 hex digits; of a tag it is: git rev-parse TAG",
        )
    code, out, _ = output(repository.git, "rev-parse", "--verify", "--quiet", f"{oid.lower()}^{{commit}}")
    full = out.decode("ascii", "replace").strip()
    return full if code == 0 and full.startswith(oid.lower()) else None  # else a branch or tag of that name
