"""Whether a merge holds what its parents' edits make by themselves, so that whoever merged wrote nothing."""

from collections.abc import Sequence
from difflib import SequenceMatcher
from itertools import pairwise
from typing import NamedTuple

from sopkit.git.blobs import read_paths
from sopkit.git.process import output
from sopkit.git.repository import Repository

_MOST_LINES = 5_000  # comparing takes their square


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
    if len(texts) < len(commits) or max(map(len, texts)) > _MOST_LINES:
        return False
    return merge(*texts[:3]) == texts[3]


def merge(base: list[bytes], ours: list[bytes], theirs: list[bytes]) -> list[bytes] | None:
    """The lines that two edits of one text make together; None where they meet."""
    edits = sorted({*_edits(base, ours), *_edits(base, theirs)})
    if any(later.start <= earlier.end for earlier, later in pairwise(edits)):
        return None
    lines, at = [], 0
    for edit in edits:
        lines += [*base[at : edit.start], *edit.lines]
        at = edit.end
    return lines + base[at:]


def _edits(base: list[bytes], text: list[bytes]) -> list[_Edit]:
    codes = SequenceMatcher(None, base, text, autojunk=False).get_opcodes()
    return [_Edit(first, last, tuple(text[start:end])) for kind, first, last, start, end in codes if kind != "equal"]
