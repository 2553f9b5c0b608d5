"""Whether the objects that the ledger rests on are those that their ids name: git does not look when it reads."""

from collections.abc import Iterator
from hashlib import new

from sopkit.git.blobs import read_blobs, read_commits
from sopkit.git.repository import blob_id
from sopkit.lifecycle.judged import Judged
from sopkit.lifecycle.verification.report import Code, Found

_MOST = 8_388_608
_MEND = "it was altered where it is stored; run: git fsck, and clone again"


def altered(judged: Judged) -> Iterator[Found]:
    """The commits of the line, the entries and the texts they are about whose bytes do not have their id.

    Starts two git processes.
    """
    form = judged.repository.object_format
    for oid, data in read_commits(judged.repository, (commit.oid for commit in judged.history.commits[: judged.count])):
        if new(form, b"commit %d\0" % len(data) + data, usedforsecurity=False).hexdigest() != oid:
            yield Found(Code.OBJECT_ALTERED, "", f"commit {oid}: {_MEND}")
    paths = dict(_blobs(judged))
    for oid, content in read_blobs(judged.repository, paths, _MOST, believing=True):
        if content is not None and blob_id(content, form) != oid:
            yield Found(Code.OBJECT_ALTERED, paths[oid], f"git object {oid}: {_MEND}")


def _blobs(judged: Judged) -> Iterator[tuple[str, str]]:
    """Object ids with the files that they are."""
    for name, ledger in judged.ledgers.items():
        for verdict in ledger.verdicts:
            if verdict.file.reading.sha256:  # no file has none
                yield verdict.file.blob, verdict.file.path
        past = judged.pasts.by_key.get((name, ""))
        for revision in past.revisions if past else ():
            yield revision.blob, revision.path
