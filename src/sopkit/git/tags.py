"""The tags of a repository."""

import os

from sopkit.git.process import failure, output
from sopkit.git.repository import Repository
from sopkit.model.errors import SopkitError
from sopkit.model.nearest import nearest

_FORMAT = "%(refname:strip=2)%00%(objecttype)%00%(objectname)%00%(*objecttype)%00%(*objectname)"


def tags(repository: Repository, beside: str = "") -> dict[str, str]:
    """The commit that each tag names, by the tags in the order of their names; one of anything else is left out.

    With the id of a commit, only those `beside` it: they do not lie behind it. Starts one git process.
    """
    which = (f"--no-merged={beside}",) if beside else ()
    code, out, complaint = output(repository.git, "for-each-ref", f"--format={_FORMAT}", *which, "refs/tags")
    if code:
        raise failure("for-each-ref", complaint)
    found = {}
    for line in os.fsdecode(out).splitlines():
        name, kind, oid, of_kind, of_oid = line.split("\0")
        if "commit" in {kind, of_kind}:
            found[name] = oid if kind == "commit" else of_oid
    return found


def tagged(repository: Repository, tag: str) -> str:
    """The commit that a tag names. Raises SopkitError that names the nearest tag when there is none."""
    known = tags(repository)
    if tag not in known:
        near = nearest(tag, known, 1, 0.5)
        none = "the repository has no tag of a commit; make one: git tag -a NAME"
        hint = f"did you mean {near[0]}?" if near else "list them: git tag" if known else none
        raise SopkitError(f"no tag is called {tag}", hint)
    return known[tag]
