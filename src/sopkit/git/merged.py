"""Whether a merge holds what its parents' edits make by themselves, so that whoever merged wrote nothing."""

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from sopkit.git.blobs import read_paths
from sopkit.git.process import output
from sopkit.git.repository import Repository
from sopkit.model.alignment import edits


class _Edit(NamedTuple):
    start: int
    end: int
    lines: tuple[bytes, ...]


def is_plain(repository: Repository, oid: str, parents: Sequence[str], path: str) -> bool:
    """Whether a merge of two parents has a file as their edits make it, with nothing added and no conflict to settle.

    Git is not asked to merge: a configuration could have it run programs. In doubt the answer is no.
    """
    if len(parents) != 2:  # noqa: PLR2004  # an octopus
        return False
    code, out, _ = output(repository.git, "merge-base", *parents)
    base = out.decode("ascii", "replace").strip()
    if code or not base:
        return False
    commits = (base, *parents, oid)
    files = read_paths(repository, [(commit, path) for commit in commits])
    texts = [files[commit, path].splitlines(keepends=True) for commit in commits if (commit, path) in files]
    if len(texts) < len(commits):
        return False
    return merge(*texts[:3]) == texts[3]


def merge(base: list[bytes], ours: list[bytes], theirs: list[bytes]) -> list[bytes] | None:
    """The lines that two edits of one text make together; None where they meet, or are too long."""
    one, other = _edits(base, ours), _edits(base, theirs)
    both = sorted({*(one or ()), *(other or ())})
    if one is None or other is None or any(later.start <= earlier.end for earlier, later in pairwise(both)):
        return None
    lines, at = [], 0
    for edit in both:
        lines += [*base[at : edit.start], *edit.lines]
        at = edit.end
    return lines + base[at:]


def _edits(base: list[bytes], text: list[bytes]) -> list[_Edit] | None:
    found = edits(base, text)
    return (
        None
        if found is None
        else [_Edit(one.start, one.end, tuple(text[one.new_start : one.new_end])) for one in found]
    )
