"""Checks of the history behind the ledger: lost entries, changed dates, altered objects, stray files and signatures."""

import os
from collections.abc import Iterable, Iterator, Mapping
from hashlib import new, sha256
from pathlib import Path
from stat import S_ISREG

from sopkit.git.blobs import read_blobs, read_commits, read_tree
from sopkit.git.history import resolve_commit
from sopkit.git.repository import blob_id
from sopkit.git.signatures import (
    ENTRY_NAMESPACE,
    CommitSignature,
    SignatureKind,
    commit_signatures,
    same_key,
    signing_key,
    verify_commit,
    verify_signature,
)
from sopkit.lifecycle.history import History
from sopkit.lifecycle.ledger import PAYLOAD, EntryResult, LedgerFile, is_ledger
from sopkit.lifecycle.verify_report import SignatureStatus, VerifyCode, VerifyFinding
from sopkit.model.commits import CommitFlag
from sopkit.model.entry import LEDGER


def find_lost_entries(history: History, anchor: str) -> tuple[str, ...]:
    """The files of the ledger that a kept commit held and that never landed on the line, whatever lies behind HEAD.

    Starts two git processes.
    """
    commit = resolve_commit(history.repository, anchor)
    if commit is None:
        return ()
    landed = {(change.path, change.blob) for one in history.log.commits for change in one.changes}
    held = read_tree(history.repository, commit).items()
    return tuple(sorted(path for path, (_, oid) in held if is_ledger(path) and (path, oid) not in landed))


def find_shifted_dates(history: History) -> Iterator[str]:
    """A sentence where commits are dated later than those after them: few wrong clocks do that, or many false dates."""
    odd = [index for index, one in enumerate(history.landings) if CommitFlag.FUTURE_DATED in one.flags]
    if odd:
        commit, landing = history.log.commits[odd[0]], history.landings[odd[0]]
        count = f"{len(odd)} commits are" if len(odd) > 1 else "1 commit is"
        yield (
            f"{count} dated later than today or than what landed after it; the first is {commit.oid[:12]} by "
            f"{commit.author_name}, which counts as landed on {landing.day}: find out whose clock was wrong"
        )


_MAX_OBJECT = 8_388_608
_FIX_HINT = "it was altered where it is stored; run: git fsck, and clone again"


def find_altered_objects(history: History) -> Iterator[VerifyFinding]:
    """The commits of the line, the entries and the texts they are about whose bytes do not have their id.

    Starts two git processes.
    """
    form = history.repository.object_format
    for oid, data in read_commits(history.repository, (commit.oid for commit in history.log.commits[: history.count])):
        if new(form, b"commit %d\0" % len(data) + data, usedforsecurity=False).hexdigest() != oid:
            yield VerifyFinding(VerifyCode.OBJECT_ALTERED, "", f"commit {oid}: {_FIX_HINT}")
    paths = dict(_ledger_blobs(history))
    for oid, content in read_blobs(history.repository, paths, _MAX_OBJECT, believing=True):
        if content is not None and blob_id(content, form) != oid:
            yield VerifyFinding(VerifyCode.OBJECT_ALTERED, paths[oid], f"git object {oid}: {_FIX_HINT}")


def _ledger_blobs(history: History) -> Iterator[tuple[str, str]]:
    """Object ids with the files that they are."""
    for name, ledger in history.ledgers.items():
        for verdict in ledger.verdicts:
            if verdict.file.reading.sha256:  # no file has none
                yield verdict.file.blob, verdict.file.path
        past = history.pasts.by_key.get((name, ""))
        for revision in past.revisions if past else ():
            yield revision.blob, revision.path


_LEDGER_ROOT = LEDGER.partition("/")[0]
_HARMLESS = {"README.md"}
_MAX_FILE = 8_388_608


def find_stray_files(history: History, entries: dict[str, LedgerFile]) -> Iterator[VerifyFinding]:
    """What lies below ledger/ beside the entries, in the judged commit and, when that is checked out, in the folder."""
    commit = history.log.commits[history.count - 1].oid
    there = {
        path: oid
        for path, (_, oid) in read_tree(history.repository, commit).items()
        if path.startswith(f"{_LEDGER_ROOT}/")
    }
    for path in there:
        fault = "" if path in entries or _is_harmless(path) else _stray_reason(path, entries)
        if fault:
            yield VerifyFinding(VerifyCode.STRAY_FILE, path, fault)
    if history.at_head:
        yield from _uncommitted_files(history, there)


def _is_harmless(path: str) -> bool:
    name = path.rpartition("/")[2]
    return name.startswith(".") or name in _HARMLESS


def _stray_reason(path: str, entries: dict[str, LedgerFile]) -> str:
    if not is_ledger(path):
        return f"it is read by nobody: entries lie in {LEDGER}/<id>/"
    if not path.endswith(PAYLOAD):
        return "it is no entry: these are <day>-<kind>-<by>-<hash>.yaml in a folder named as the SOP's id"
    stem = path.removesuffix(PAYLOAD)
    return "" if f"{stem}.yaml" in entries else "a payload without its entry"


def _uncommitted_files(history: History, there: dict[str, str]) -> Iterator[VerifyFinding]:
    """Files of the folder that the commit does not hold, or holds otherwise."""
    root = history.repository.root
    for path in sorted(_list_files(root)):
        data = _read_file(os.path.join(root, path))  # noqa: PTH118 - a Path per file is slow
        if data is None:
            yield VerifyFinding(VerifyCode.UNCOMMITTED, path, "it is no plain file, too large, or cannot be read")
        elif path not in there:
            yield VerifyFinding(VerifyCode.UNCOMMITTED, path, "it is not committed, so nothing of it counts; commit it")
        else:
            forms = (data, data.replace(b"\r\n", b"\n"))  # git may write other line ends into the folder
            if there[path] not in {blob_id(form, history.repository.object_format) for form in forms}:
                yield VerifyFinding(
                    VerifyCode.UNCOMMITTED, path, f"it is not as it was committed; put it back: git restore {path}"
                )


def _list_files(root: Path) -> Iterator[str]:
    """The files below the ledger's folder; of a link to a folder the link itself."""
    top = os.path.join(root, "")  # noqa: PTH118 - a Path per file costs more than reading the file
    if os.path.islink(f"{top}{LEDGER}"):  # noqa: PTH114 - as above
        yield LEDGER
        return
    for folder, folders, names in os.walk(f"{top}{LEDGER}"):
        links = (name for name in folders if os.path.islink(f"{folder}/{name}"))  # noqa: PTH114 - as above
        for name in (*links, *names):
            if not _is_harmless(name):
                yield f"{folder}/{name}".removeprefix(top).replace(os.sep, "/")


def _read_file(file: str) -> bytes | None:
    """The bytes of a plain file; None of what is none, cannot be read, or is too large for an entry or a payload."""
    try:
        about = os.lstat(file)
        if not S_ISREG(about.st_mode) or about.st_size > _MAX_FILE:
            return None
        with open(file, "rb") as stream:  # noqa: PTH123 - as above
            return stream.read()
    except OSError:
        return None


SignatureResult = tuple[SignatureStatus, tuple[str, ...]]
"""What a signature is worth, and the keys of the people who had its key."""


class SignatureChecker:
    """Looks at the signatures of a ledger; each is checked once and remembered, and all commits are read at once."""

    def __init__(self, history: History, files: Iterable[LedgerFile]) -> None:
        self._history = history
        files = tuple(files)
        history.authorship.prepare({file.commit for file in files})
        self._bringing = {file.path: history.authorship.bringing(file.commit, file.path, file.blob) for file in files}
        wanted = {oid for oids in self._bringing.values() for oid in oids}
        self._commits: Mapping[str, CommitSignature] = commit_signatures(history.repository, sorted(wanted))

    def of_entry(self, verdict: EntryResult) -> SignatureResult:
        """The signature in an entry."""
        reading = verdict.file.reading
        if reading.entry is None or not reading.entry.signature:
            return SignatureStatus.NONE, ()
        text = reading.entry.signature
        key = signing_key(text)
        name = sha256(reading.signed + b"\0" + text.encode()).hexdigest()
        if key is None or not self._history.cache.signature(
            name, lambda: verify_signature(reading.signed, text, ENTRY_NAMESPACE)
        ):
            return SignatureStatus.BAD, ()
        return self._known(key, verdict)

    def of_commits(self, verdict: EntryResult) -> SignatureResult:
        """The signatures of the commits that brought an entry; of several the worst."""
        sealed = [self._of_commit(oid, verdict) for oid in self._bringing[verdict.file.path]]
        worst = min(sealed, key=lambda one: _STATUS_ORDER.index(one[0]))[0]
        return worst, tuple(dict.fromkeys(person for _, people in sealed for person in people))

    def bad_commits(self, verdict: EntryResult) -> tuple[str, ...]:
        """The commits that brought an entry and whose signatures do not fit them."""
        oids = self._bringing[verdict.file.path]
        return tuple(oid for oid in oids if self._of_commit(oid, verdict)[0] is SignatureStatus.BAD)

    def _of_commit(self, oid: str, verdict: EntryResult) -> SignatureResult:
        signature = self._commits[oid]
        if signature.kind is SignatureKind.NONE:
            return SignatureStatus.NONE, ()
        if signature.kind is not SignatureKind.SSH:
            return SignatureStatus.NOT_VERIFIED, ()
        name = sha256(b"commit\0" + signature.payload + b"\0" + signature.text.encode("utf-8", "replace")).hexdigest()
        if signature.key is None or not self._history.cache.signature(name, lambda: verify_commit(signature) is True):
            return SignatureStatus.BAD, ()
        return self._known(signature.key, verdict)

    def _known(self, key: str, verdict: EntryResult) -> SignatureResult:
        """Whose key it was when the entry landed, by the register before it."""
        people = self._history.organisation_before(verdict.file.commit).people
        owners = tuple(
            name
            for name, person in people.items()
            if any(same_key(key, row.key) and row.holds(verdict.landed) for row in person.signing_keys)
        )
        return (SignatureStatus.GOOD, owners) if owners else (SignatureStatus.UNKNOWN_KEY, ())


_STATUS_ORDER = (
    SignatureStatus.BAD,
    SignatureStatus.UNKNOWN_KEY,
    SignatureStatus.NONE,
    SignatureStatus.NOT_VERIFIED,
    SignatureStatus.GOOD,
)
