"""Recording entries: judged first as they would be at their landing, then written and committed, or not at all."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from sopkit.authoring.desk import Desk
from sopkit.authoring.refusal import refusal
from sopkit.git.commit import HeadMovedError, commit_files, write_files
from sopkit.git.landing import land
from sopkit.git.rehearsal import rehearsed
from sopkit.git.signature import ENTRY_NAMESPACE, sign
from sopkit.git.users_git import changed_by_git
from sopkit.lifecycle.judged import Judged
from sopkit.lifecycle.ledger.ledger import Ledger, Reason, Verdict
from sopkit.lifecycle.ledger.ledger_files import PAYLOAD
from sopkit.lifecycle.staleness.assess import assess
from sopkit.lifecycle.staleness.report import StaleRow
from sopkit.lifecycle.staleness.subjects import from_history
from sopkit.lifecycle.texts.store import Store
from sopkit.model.entries import LEDGER, Entry, Level
from sopkit.model.errors import SopkitError
from sopkit.model.history import Commit, History
from sopkit.text.entry import entry_name, with_signature, write_entry

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
        return with_signature(data, self.signature) if self.signature else data

    @property
    def path(self) -> str:
        """The entry's file."""
        return f"{LEDGER}/{self.entry.id}/{entry_name(self.entry, self.data)}"

    @property
    def files(self) -> dict[str, bytes]:
        """All files by path; the entry last, so that it is never there without what it points to."""
        beside = {} if self.payload is None else {self.path.removesuffix(".yaml") + PAYLOAD: self.payload}
        return {**self.documents, **beside, self.path: self.data}


@dataclass(frozen=True)
class Foreseen:
    """What the drafts would do if they landed now."""

    verdicts: tuple[Verdict, ...]  # in the order of the drafts
    ledgers: Mapping[str, Ledger]
    rows: tuple[StaleRow, ...] = ()


@dataclass(frozen=True)
class Recorded:
    """What is there now; `commit` is empty when the files only lie in the folder."""

    paths: tuple[str, ...]
    commit: str
    foreseen: Foreseen
    warning: str = ""


def foresee(desk: Desk, drafts: Sequence[EntryDraft], removed: Iterable[str] = (), *, rows: bool = False) -> Foreseen:
    """Judge drafts by the rules of the ledger, as if they were committed now as the user; writes nothing."""
    files = {path: data for draft in drafts for path, data in draft.files.items()}
    with rehearsed(desk.repository, files, removed) as (repository, changes):
        commits = desk.judged.history.commits
        last = Commit(
            repository.head_or_error(),
            (commits[-1].oid,),
            *(desk.author.name, desk.author.email, desk.author.time, desk.author.zone),
            *(desk.committer.name, desk.committer.email, desk.committer.time, desk.committer.zone),
            changes,
        )
        line = (*commits, last)
        judged = replace(
            desk.judged,
            repository=repository,
            history=History(line, land(line, desk.zone, desk.today)),
            count=len(line),
            store=Store(None),
        )
        ledgers = {draft.entry.id: judged.ledger(draft.entry.id) for draft in drafts}
        return Foreseen(
            tuple(_verdict(ledgers[draft.entry.id], draft, len(commits)) for draft in drafts),
            ledgers,
            _rows(judged, set(ledgers), desk) if rows else (),
        )


def signed(drafts: Iterable[EntryDraft], key: str) -> tuple[EntryDraft, ...]:
    """The drafts with a signature by a key: a file, or a public key that the agent holds."""
    return tuple(replace(draft, signature=sign(write_entry(draft.entry), key, ENTRY_NAMESPACE)) for draft in drafts)


def check(
    desk: Desk, drafts: Sequence[EntryDraft], removed: Iterable[str] = (), *, unsigned: bool = False, rows: bool = False
) -> Foreseen:
    """What the drafts would do. Raises SopkitError, with the reason and what to do, when one would not count.

    With `unsigned` a signature is still to come, so that what only a signature mends is no reason.
    """
    foreseen = foresee(desk, drafts, removed, rows=rows)
    for verdict in foreseen.verdicts:
        mendable = unsigned and verdict.reason in {Reason.EVIDENCE_TOO_LOW, Reason.AUTHOR_UNPROVED}
        if not verdict.counts and not mendable:
            raise refusal(desk, verdict)
    for draft, verdict in zip(drafts, foreseen.verdicts, strict=True):
        if draft.signature and verdict.level.rank < (2 if draft.payload is not None else Level.SIGNED.rank):
            raise SopkitError(
                f"{draft.entry.by} has no such key on {desk.today}, so the signature would prove nothing",
                "add its public half to `signing_keys` in registers/people.yaml, and commit that first;"
                " or leave the signature out: --no-sign",
            )
    return foreseen


def record(
    opened: Callable[[], Desk],
    drafts: Sequence[EntryDraft],
    message: str,
    *,
    commit: bool = True,
    removed: Sequence[str] = (),
) -> Recorded:
    """Write drafts, remove files, and commit that alone, when it counts at the very moment.

    `opened` gives the desk anew, and raises SopkitError when what the drafts are about has changed. Without `commit`
    the files only lie in the folder.
    """
    files = {path: data for draft in drafts for path, data in draft.files.items()}
    for attempt in range(1, _TRIES + 1):
        desk = opened()
        foreseen = check(desk, drafts, removed, rows=True)
        for path, data in files.items():
            if changed_by_git(desk.repository, path, data):
                raise SopkitError(
                    f"git would keep other bytes of {path} than these, because of an attribute or core.autocrlf",
                    "add this line to .gitattributes:\nledger/** -text -filter",
                )
        if not commit:
            write_files(desk.repository, files)
            return Recorded(tuple(files), "", foreseen)
        try:
            oid, warning = commit_files(desk.repository, message, files, removed)
        except HeadMovedError:
            if attempt == _TRIES:
                raise
            continue
        return Recorded(tuple(files), oid, foreseen, warning)
    raise AssertionError


def _verdict(ledger: Ledger, draft: EntryDraft, commit: int) -> Verdict:
    found = [one for one in ledger.verdicts if one.file.path == draft.path and one.file.commit == commit]
    if not found:
        raise SopkitError(f"the same entry is there already: {draft.path}", "say something else in the note")
    return found[0]


def _rows(judged: Judged, ids: set[str], desk: Desk) -> tuple[StaleRow, ...]:
    return tuple(assess(subject, judged.config, desk.today) for subject in from_history(judged) if subject.id in ids)
