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
    if not _ID.fullmatch(oid.lower()):
        raise SopkitError(f"{oid!r} is no commit id", "name the id that was kept elsewhere, at least 7 hex digits")
    head = repository.head_or_error()
    code, out, _ = output(repository.git, "rev-parse", "--verify", "--quiet", f"{oid.lower()}^{{commit}}")
    if code:
        return False
    full = out.decode("ascii").strip()
    if not full.startswith(oid.lower()):  # a branch or tag that is named as the id begins
        return False
    return output(repository.git, "merge-base", "--is-ancestor", full, head)[0] == 0
