"""Records entries: sign them, check what they would do at their landing, write and commit them; dispose of old ones."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path, PurePosixPath

from sopkit.git.blobs import read_blobs
from sopkit.git.commit import commit_files, is_changed_by_git, write_files
from sopkit.git.fast_import import trial_commit
from sopkit.git.history import compute_landings
from sopkit.git.repository import Repository
from sopkit.git.signatures import ENTRY_NAMESPACE, git_signing_key, git_signs_commits, same_key, sign
from sopkit.git.transaction import HeadMovedError
from sopkit.lifecycle.cache import CacheStore
from sopkit.lifecycle.evidence import CONTROLLER
from sopkit.lifecycle.history import History
from sopkit.lifecycle.ledger import PAYLOAD, EntryResult, Ledger, Reason, is_ledger
from sopkit.lifecycle.record.session import RecordingSession, rejection_error
from sopkit.lifecycle.sop_status import assess
from sopkit.lifecycle.status import StaleRow
from sopkit.lifecycle.tracked_sops import collect_from_history
from sopkit.model.commits import Commit, CommitLog, FileChange
from sopkit.model.entry import ENTRY_SCHEMA, LEDGER, Entry, EntryKind, EvidenceLevel
from sopkit.model.errors import SopkitError
from sopkit.parsing.entry import add_signature, entry_file_name, write_entry


def choose_signing_key(session: RecordingSession, by: str, key: str, *, sign: bool | None) -> tuple[str, str]:
    """The key with which `by` signs, or nothing when the entry stays unsigned, and a note for the user or nothing.

    `sign` is None when the user did not say: then as git signs commits, where the register knows that key.
    """
    if key:
        return key, ""
    if sign is False:
        return "", ""
    own = git_signing_key(session.repository)
    if sign:
        if own is None:
            raise SopkitError(
                "git is not set to sign with an ssh key, so it is not known with which",
                "name it: --key FILE; or run: git config gpg.format ssh; git config user.signingkey FILE",
            )
        return own, ""
    if own is None or by not in session.keys or not git_signs_commits(session.repository):
        return "", ""
    if _is_registered(session, by, own):
        return own, ""
    return "", (
        "not signed: registers/people.yaml, as it is committed, does not name the key with which git signs;"
        " add its public half to `signing_keys`"
    )


def _is_registered(session: RecordingSession, by: str, key: str) -> bool:
    """Whether the register says today that the key is that person's."""
    text = key
    for name in (key, f"{key}.pub"):
        try:
            read = Path(name).expanduser().read_text("utf-8", "replace")
        except (OSError, ValueError):
            continue
        if "PRIVATE KEY" not in read:
            text = read
            break
    text = text.strip().removeprefix("key::")
    keys = session.history.organisation.people[by].signing_keys
    return any(row.holds(session.today) and same_key(text, row.key) for row in keys)


_TRIES = 5


@dataclass(frozen=True)
class EntryDraft:
    """An entry that is to be recorded, with the files that go with it, by path."""

    entry: Entry
    payload: bytes | None = None
    documents: Mapping[str, bytes] = field(default_factory=dict)
    signature: str = ""

    @property
    def data(self) -> bytes:
        """The bytes of the entry's file."""
        data = write_entry(self.entry)
        return add_signature(data, self.signature) if self.signature else data

    @property
    def path(self) -> str:
        """The entry's file."""
        return f"{LEDGER}/{self.entry.id}/{entry_file_name(self.entry, self.data)}"

    @property
    def files(self) -> dict[str, bytes]:
        """All files by path; the entry last, so that it is never there without what it points to."""
        beside = {} if self.payload is None else {self.path.removesuffix(".yaml") + PAYLOAD: self.payload}
        return {**self.documents, **beside, self.path: self.data}


@dataclass(frozen=True)
class EntryPreview:
    """What the drafts would do if they landed now."""

    verdicts: tuple[EntryResult, ...]  # in the order of the drafts
    ledgers: Mapping[str, Ledger]
    rows: tuple[StaleRow, ...] = ()


@dataclass(frozen=True)
class RecordResult:
    """What is there now; `commit` is empty when the files only lie in the folder."""

    paths: tuple[str, ...]
    commit: str
    preview: EntryPreview
    warning: str = ""


@contextmanager
def trial_history(
    session: RecordingSession, files: Mapping[str, bytes], removed: Iterable[str] = ()
) -> Iterator[History]:
    """The history as if these files were committed now as the user, to be read until the end; writes nothing."""
    with trial_commit(session.repository, files, removed) as (repository, changes):
        log = extend_log(session, session.history.log, repository, changes)
        yield replace(session.history, repository=repository, log=log, count=len(log.commits), store=CacheStore(None))


def extend_log(
    session: RecordingSession, log: CommitLog, trial: Repository, changes: tuple[FileChange, ...]
) -> CommitLog:
    """A log with one commit more: the head of a trial, as if the user had committed it now."""
    last = Commit(
        trial.head_or_error(),
        (log.commits[-1].oid,),
        *(session.author.name, session.author.email, session.author.time, session.author.zone),
        *(session.committer.name, session.committer.email, session.committer.time, session.committer.zone),
        changes,
    )
    line = (*log.commits, last)
    return CommitLog(line, compute_landings(line, session.zone, session.today))


def preview_entries(
    session: RecordingSession, drafts: Sequence[EntryDraft], removed: Iterable[str] = (), *, rows: bool = False
) -> EntryPreview:
    """Judge drafts by the rules of the ledger, as if they were committed now as the user; writes nothing."""
    files = {path: data for draft in drafts for path, data in draft.files.items()}
    with trial_history(session, files, removed) as history:
        ledgers = {draft.entry.id: history.ledger(draft.entry.id) for draft in drafts}
        results = []
        for draft in drafts:
            landed = [one for one in ledgers[draft.entry.id].verdicts if one.file.commit == history.count - 1]
            found = next((one for one in landed if one.file.path == draft.path), None)
            if found is None:
                raise SopkitError(f"the same entry is there already: {draft.path}", "say something else in the note")
            results.append(found)
        subjects = [one for one in collect_from_history(history) if one.id in ledgers] if rows else []
        assessed = [assess(subject, history.config, session.today).row for subject in subjects]
        return EntryPreview(tuple(results), ledgers, tuple(row for row in assessed if row))


def sign_drafts(drafts: Iterable[EntryDraft], key: str) -> tuple[EntryDraft, ...]:
    """The drafts with a signature by a key: a file, or a public key that the agent holds."""
    return tuple(replace(draft, signature=sign(write_entry(draft.entry), key, ENTRY_NAMESPACE)) for draft in drafts)


def check_drafts(
    session: RecordingSession,
    drafts: Sequence[EntryDraft],
    removed: Iterable[str] = (),
    *,
    unsigned: bool = False,
    rows: bool = False,
) -> EntryPreview:
    """What the drafts would do. Raises SopkitError, with the reason and what to do, when one would not count.

    With `unsigned` a signature is still to come, so that what only a signature mends is no reason.
    """
    preview = preview_entries(session, drafts, removed, rows=rows)
    for result in preview.verdicts:
        fixable = unsigned and result.reason in {Reason.EVIDENCE_TOO_LOW, Reason.AUTHOR_UNPROVED}
        if not result.counts and not fixable:
            raise rejection_error(session, result)
    for draft, result in zip(drafts, preview.verdicts, strict=True):
        if draft.signature and result.level.rank < (2 if draft.payload is not None else EvidenceLevel.SIGNED.rank):
            raise SopkitError(
                f"{draft.entry.by} has no such key on {session.today}, so the signature would prove nothing",
                "add its public half to `signing_keys` in registers/people.yaml, and commit that first;"
                " or leave the signature out: --no-sign",
            )
    return preview


def record_drafts(
    reopen: Callable[[], RecordingSession],
    drafts: Sequence[EntryDraft],
    message: str,
    *,
    commit: bool = True,
    removed: Sequence[str] = (),
) -> RecordResult:
    """Write drafts, remove files, and commit that alone, when it counts at the very moment.

    `reopen` opens a session anew, and raises SopkitError when what the drafts are about has changed. Without `commit`
    the files only lie in the folder.
    """
    files = {path: data for draft in drafts for path, data in draft.files.items()}
    previews: list[EntryPreview] = []

    def check(session: RecordingSession) -> None:
        previews.append(check_drafts(session, drafts, removed, rows=True))

    oid, warning = write_checked(reopen, check, files, message, commit=commit, removed=removed)
    return RecordResult(tuple(files), oid, previews[-1], warning)


def write_checked(
    reopen: Callable[[], RecordingSession],
    check: Callable[[RecordingSession], None],
    files: Mapping[str, bytes],
    message: str,
    *,
    commit: bool = True,
    removed: Sequence[str] = (),
) -> tuple[str, str]:
    """Write files and commit them alone, after a check at the very moment; the commit's id, and a warning if any.

    When somebody else commits in between, all begins anew. Without `commit` the files only lie in the folder. Raises
    SopkitError when the check does, and when git would keep other bytes.
    """
    for attempt in range(1, _TRIES + 1):
        session = reopen()
        check(session)
        for path, data in files.items():
            if is_changed_by_git(session.repository, path, data):
                raise SopkitError(
                    f"git would keep other bytes of {path} than these, because of an attribute or core.autocrlf",
                    "add this line to .gitattributes:\nledger/** -text -filter",
                )
        if not commit:
            write_files(session.repository, files)
            return "", ""
        try:
            return commit_files(session.repository, message, files, removed)
        except HeadMovedError:
            if attempt == _TRIES:
                raise
    raise AssertionError


def dispose(
    reopen: Callable[[], RecordingSession],
    paths: Iterable[str],
    note: str,
    *,
    by: str = "",
    key: str = "",
    commit: bool = True,
) -> RecordResult:
    """Remove files of the ledger and record that, in one commit; `paths` are relative to the library.

    `reopen` opens a session (`open_session`); `by` is the person, else the one whom git names, and holds the role
    document-controller; `key` signs. Without `commit` the entry is written and the files stay.
    """
    session = reopen()
    person = session.person(by).key
    wanted = sorted(dict.fromkeys(str(PurePosixPath(path)) for path in paths))
    hashes = _landed_hashes(session, wanted)
    about = {"schema": ENTRY_SCHEMA, "kind": EntryKind.DISPOSAL, "library": session.history.config.library.uuid}
    common = {**about, "by": person, "role": CONTROLLER}
    drafts: tuple[EntryDraft, ...] = ()
    for sop_id in sorted({path.split("/")[-2] for path in wanted}):
        gone = [hashes[path] for path in wanted if path.split("/")[-2] == sop_id]
        values = {**common, "id": sop_id, "date": session.today, "note": note, "removed": gone}
        drafts = (*drafts, EntryDraft(Entry.model_validate(values)))
    if key:
        drafts = sign_drafts(drafts, key)
    ids = ", ".join(draft.entry.id for draft in drafts)
    message = f"Dispose of {len(wanted)} {'file' if len(wanted) == 1 else 'files'} of the ledger of {ids}\n\n{note}\n"
    return record_drafts(reopen, drafts, message, commit=commit, removed=wanted if commit else ())


def _landed_hashes(session: RecordingSession, paths: list[str]) -> dict[str, str]:
    """`sha256:` of the bytes with which each file landed. Raises SopkitError for what is no file of the ledger."""
    first: dict[str, str] = {}
    present: set[str] = set()
    for commit in session.history.log.commits:
        for change in commit.changes:
            if change.is_file and is_ledger(change.path):
                first.setdefault(change.path, change.blob)
                present.add(change.path)
            elif not change.mode:
                present.discard(change.path)
    if not paths:
        raise SopkitError("nothing to dispose of", "name files of the ledger")
    for path in paths:
        if path not in present or path.count("/") != LEDGER.count("/") + 2:
            raise SopkitError(f"{path} is no file of the ledger that is committed", f"name one below {LEDGER}/")
        if not (session.repository.root / path).is_file():
            raise SopkitError(f"{path} is gone from the folder, but not from the commit", f"run: git restore {path}")
    hashes = {
        oid: f"sha256:{sha256(data or b'').hexdigest()}"
        for oid, data in read_blobs(session.repository, {first[path] for path in paths})
    }
    return {path: hashes[first[path]] for path in paths}
