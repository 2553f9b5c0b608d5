"""Checks for `sopkit verify` that git's objects have their ids, and that git and the cache report what they contain."""

import os
from collections.abc import Iterator

from sopkit.git.blobs import ALTERED_HINT, AlteredObjectError, list_present_blobs, read_blobs
from sopkit.git.objects import AlteredObject, Changes, RawCommit, RawHistory, RawPerson
from sopkit.git.repository import Repository
from sopkit.library import CONFIG_NAME
from sopkit.lifecycle.cache import CacheComparison
from sopkit.lifecycle.history import History
from sopkit.lifecycle.ledger import is_ledger
from sopkit.lifecycle.people import PEOPLE, ROLES
from sopkit.lifecycle.verify_report import VerifyCode, VerifyFinding
from sopkit.model.commits import REGULAR_MODES, Commit
from sopkit.parsing.sop import MAX_SOP_BYTES


def describe_altered(repository: Repository, altered: AlteredObject) -> VerifyFinding:
    """The finding for a commit or a tree whose bytes are not those that its id names."""
    inside = altered.path.startswith(repository.prefix)
    path = altered.path.removeprefix(repository.prefix).rstrip("/") if inside else ""
    where = f" (folder {altered.path})" if altered.path else " (the top folder)" if altered.kind == "tree" else ""
    message = f"{altered.kind} {altered.oid}{where}: {altered.fault}; {ALTERED_HINT}"
    return VerifyFinding(VerifyCode.OBJECT_ALTERED, path, message)


def find_altered_blobs(repository: Repository, raw: RawHistory, first: AlteredObjectError) -> Iterator[VerifyFinding]:
    """After one object of a file was found to be altered: all of them, each with a path that it has had.

    Starts a git process for each.
    """
    paths = {
        oid: path
        for changes in (*raw.changes.values(), *raw.own.values())
        for path, (mode, oid) in changes.items()
        if mode in REGULAR_MODES
    }
    paths.setdefault(first.oid, "")
    pending = sorted(paths)
    while pending:
        last = ""
        try:
            for oid, _ in read_blobs(repository, pending, 0):
                last = oid
        except AlteredObjectError as error:
            last = error.oid
            message = f"blob {last}: the bytes stored for it have another id; {ALTERED_HINT}"
            yield VerifyFinding(VerifyCode.OBJECT_ALTERED, paths[last], message)
        pending = pending[pending.index(last) + 1 :]


def find_misreported_commits(history: History, raw: RawHistory) -> Iterator[VerifyFinding]:
    """The commits of which git has reported other parents, people, dates or files than their bytes have."""
    before = ""
    for commit in history.log.commits:
        own = raw.commits.get(commit.oid)
        fault = "HEAD does not have it behind it" if own is None else _find_difference(commit, own)
        if not fault and next(iter(commit.parents), "") != before:
            fault = f"git reports it after {before or 'no other commit'}, which is not its first parent"
        path = ""
        if not fault:
            reported = {change.path: (change.mode, change.blob) for change in commit.changes}
            path = _first_difference(history, reported, raw.changes[commit.oid])
            fault = _OTHER_CHANGE if path else ""
        if fault:
            yield _misreported(commit.oid, path, fault)
        before = commit.oid
    for work in history.authorship.merged_work():
        own = raw.commits.get(work.oid)
        if own is None or own.parents != work.parents:
            yield _misreported(work.oid, "", "git reports other parents than it has")
        elif own.author is not None and tuple(map(_replace_odd_bytes, own.author[:2])) != work.author:
            yield _misreported(work.oid, "", "git reports another author than it has")
        else:
            none = {"0" * len(work.oid): ""}  # a removed file
            left = {(path, none.get(blob, blob)) for path, blob in work.files.items()}
            actual = {(path, blob) for path, (_, blob) in raw.own[work.oid].items()}
            if left != actual:
                path = min(path for path, _ in left ^ actual)
                yield _misreported(work.oid, path, _OTHER_CHANGE)


_OTHER_CHANGE = "git reports another change of this file than its trees contain"


def _replace_odd_bytes(text: str) -> str:
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _misreported(oid: str, path: str, fault: str) -> VerifyFinding:
    return VerifyFinding(VerifyCode.OBJECT_ALTERED, path, f"commit {oid}: {fault}; {ALTERED_HINT}")


def _find_difference(commit: Commit, own: RawCommit) -> str:
    if commit.parents != own.parents:
        parents, others = (" ".join(oids) or "none" for oids in (commit.parents, own.parents))
        return f"git reports the parents {parents}, and its bytes name {others}"
    author = RawPerson(commit.author_name, commit.author_email, commit.author_time, commit.author_zone)
    committer = RawPerson(commit.committer_name, commit.committer_email, commit.committer_time, commit.committer_zone)
    for role, reported, actual in (("author", author, own.author), ("committer", committer, own.committer)):
        if actual is not None and reported != actual:
            return f"git reports another {role} or date than its bytes name"
    return ""


def _first_difference(history: History, reported: Changes, actual: Changes) -> str:
    """The first file of the library that two lists of changes do not have alike."""
    paths = sorted(path for path in reported.keys() | actual.keys() if reported.get(path) != actual.get(path))
    own = {CONFIG_NAME, PEOPLE, ROLES}
    return next((path for path in paths if history.globs(path) or path in own or is_ledger(path)), "")


def find_mismatched_blobs(history: History) -> Iterator[VerifyFinding]:
    """The counting entries whose `blob` is a text, in the repository, that does not have the digest of the entry.

    A text of the line is compared where the entry is validated; here are those of branches. Starts at most two git
    processes.
    """
    entries = [
        (one.file.path, one.entry.blob, one.entry.digest)
        for ledger in history.ledgers.values()
        for one in ledger.verdicts
        if one.counts and one.entry.digest and one.entry.blob not in history.snapshots
    ]
    there = list_present_blobs(history.repository, (blob for _, blob, _ in entries))
    texts = {oid: data for oid, data in read_blobs(history.repository, there, MAX_SOP_BYTES) if data is not None}
    for path, blob, digest in entries:
        if blob in texts and history.reader.read(texts[blob]).digest != digest:
            message = (
                f"`blob` names object {blob}, a text without the `digest` of the entry: find out what was approved"
            )
            yield VerifyFinding(VerifyCode.BLOB_MISMATCH, path, message)


def find_edited_cache(history: History, cache: CacheComparison) -> Iterator[VerifyFinding]:
    """The files that sopkit keeps between runs and that contradict what was computed now without them."""
    history.cache.save()
    for file, place in cache.differences:
        name = os.path.relpath(file, history.repository.root)
        message = (
            f"the cache of sopkit, {name}, was edited: {place} is not what the repository gives; verify does not "
            f"use it, but other commands do: delete {os.path.dirname(name)}, and find out who can write to it"  # noqa: PTH120
        )
        yield VerifyFinding(VerifyCode.OBJECT_ALTERED, "", message)
