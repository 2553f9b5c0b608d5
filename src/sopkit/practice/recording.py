"""Records practice: check what a record would count for at its landing, sign it, write and commit it."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from hashlib import sha256

from sopkit.git.blobs import read_blobs, read_tree
from sopkit.git.commit import commit_files, read_identity
from sopkit.git.fast_import import trial_commit
from sopkit.git.signatures import ENTRY_NAMESPACE, sign
from sopkit.lifecycle.evidence import CONTROLLER
from sopkit.lifecycle.ledger import Reason
from sopkit.lifecycle.record.entries import extend_log, trial_history, write_checked
from sopkit.lifecycle.record.session import RecordingSession, list_holders
from sopkit.model.durations import quarter_name, quarter_of
from sopkit.model.errors import SopkitError
from sopkit.model.practice import AnyRecord, PracticeDisposal
from sopkit.model.practice_base import PEOPLE_RECORDS, PRACTICE_SCHEMA, PracticeKind, is_practice
from sopkit.model.training import SMALLEST_GROUP, TrainingSums
from sopkit.parsing.entry import add_signature, entry_file_name, write_record
from sopkit.practice.landing import (
    TABLE_SUFFIX,
    open_people_repository,
    read_people_line,
    read_practice,
    require_records,
)
from sopkit.practice.ledger import PracticeResult
from sopkit.practice.training_records import read_training

_HINTS = {
    Reason.AUTHOR_UNPROVED: "sign it with your own key (--key FILE), or let a recorder or the person record it",
    Reason.DATE_IN_FUTURE: "name the day on which it was: --date YYYY-MM-DD",
    Reason.CORRECTS: "name one of your own records of the same kind",
    Reason.ID_NOT_LANDED: "commit the SOP first; see: sopkit status",
    Reason.DIGEST_NOT_LANDED: "commit the text first; see: sopkit history ID",
    Reason.ABOUT_MISSING: "name the file of a record that is committed",
    Reason.BOT: "let a person do it, or name the bot in `[practice] importers` of sopkit.toml",
}


@dataclass(frozen=True)
class RecordDraft:
    """A record that is to be made; `table` are the bytes of a population's cases."""

    record: AnyRecord
    table: bytes | None = None
    signature: str = ""

    @property
    def data(self) -> bytes:
        """The bytes of the record's file."""
        data = write_record(self.record)
        return add_signature(data, self.signature) if self.signature else data

    @property
    def path(self) -> str:
        """The record's file."""
        return f"{self.record.folder}/{entry_file_name(self.record, self.data)}"

    @property
    def files(self) -> dict[str, bytes]:
        """All files by path; the record last, so that it is never there without its table."""
        table = {} if self.table is None else {self.path.removesuffix(".yaml") + TABLE_SUFFIX: self.table}
        return {**table, self.path: self.data}


@dataclass(frozen=True)
class Recorded:
    """What is there now; `commit` is empty when the files only lie in the folder."""

    paths: tuple[str, ...]
    commit: str
    results: tuple[PracticeResult, ...]
    warning: str = ""


def sign_records(drafts: Iterable[RecordDraft], key: str) -> tuple[RecordDraft, ...]:
    """The drafts with a signature by a key: a file, or a public key that the agent holds."""
    return tuple(replace(one, signature=sign(write_record(one.record), key, ENTRY_NAMESPACE)) for one in drafts)


def check_records(session: RecordingSession, drafts: Sequence[RecordDraft]) -> tuple[PracticeResult, ...]:
    """How the drafts would count if they landed now. Raises SopkitError, with what to do, when one would not."""
    require_records(session.history.config)
    # a table is looked at for its presence alone, so a trial needs none of its bytes
    files = {path: b"" if path.endswith(TABLE_SUFFIX) else data for one in drafts for path, data in one.files.items()}
    with _rehearse(session, files) as results:
        landed = {one.file.path: one for one in results}
        for draft in drafts:
            result = landed.get(draft.path)
            if result is None:
                raise SopkitError(f"the same record is there already: {draft.path}", "there is nothing new to record")
            if not result.counts:
                raise _rejection(session, draft, result)
        return tuple(landed[draft.path] for draft in drafts)


@contextmanager
def _rehearse(session: RecordingSession, files: Mapping[str, bytes]) -> Iterator[list[PracticeResult]]:
    """How files would be judged if they were committed now, each in the repository in which it belongs."""
    wanted = f"{PEOPLE_RECORDS}/"
    in_other = session.history.config.practice.people != PEOPLE_RECORDS
    others = {path.removeprefix(wanted): data for path, data in files.items() if in_other and path.startswith(wanted)}
    own = {path: data for path, data in files.items() if path.removeprefix(wanted) not in others}
    with ExitStack() as stack:
        history, people, last = session.history, None, -1
        if own:
            history = stack.enter_context(trial_history(session, own))
        if others:
            repository, log = read_people_line(session.history)
            trial, changes = stack.enter_context(trial_commit(repository, others))
            people = trial, extend_log(session, log, trial, changes)
            last = len(people[1].commits) - 1
        results = read_practice(history, people).results
        yield [one for one in results if one.file.commit == (last if one.in_other else history.count - 1)]


def _rejection(session: RecordingSession, draft: RecordDraft, result: PracticeResult) -> SopkitError:
    hint = _HINTS.get(result.reason, "correct that first") if result.reason else ""
    if result.reason is Reason.ROLE_MISSING:
        hint = list_holders(session, (_owner(session, draft.record) or CONTROLLER,))
        if result.in_other:
            hint += "\n  of roles and settings counts what was committed here before today"
    return SopkitError(f"this {draft.record.kind} would not count ({result.reason}): {result.detail}", hint)


def _owner(session: RecordingSession, record: AnyRecord) -> str:
    """The role that owns the SOP of a record; empty of one that is about no single SOP."""
    past = session.history.pasts.by_key.get((getattr(record, "id", ""), ""))
    return session.history.snapshots[past.revisions[-1].blob].owner if past and past.revisions else ""


def dispose_records(
    reopen: Callable[[], RecordingSession],
    paths: Iterable[str],
    note: str,
    *,
    by: str = "",
    key: str = "",
    commit: bool = True,
) -> Recorded:
    """Remove practice records, with the tables beside them, and record that, in one commit.

    Of records of training remain sums: how many people were trained on each version, by quarter.

    `by` is the person, else the one whom git names, and holds the role document-controller; `key` signs. Raises
    SopkitError for what is no practice record that is committed.
    """
    session = reopen()
    person = session.person(by).key
    tree = read_tree(session.repository, session.repository.head_or_error())
    wanted = {path: tree[path][1] for path in dict.fromkeys(paths) if path in tree and is_practice(path)}
    if missing := [path for path in paths if path not in wanted]:
        raise SopkitError(f"{missing[0]} is no practice record that is committed", "see: sopkit verify --all")
    tables = (path.removesuffix(".yaml") + TABLE_SUFFIX for path in wanted)
    wanted |= {path: tree[path][1] for path in tables if path in tree}
    data = dict(read_blobs(session.repository, set(wanted.values())))
    hashes = {path: f"sha256:{sha256(data[oid] or b'').hexdigest()}" for path, oid in wanted.items()}
    folders = sorted({path.rpartition("/")[0] for path in wanted})
    common = {
        "schema": PRACTICE_SCHEMA,
        "kind": PracticeKind.DISPOSAL,
        "by": person,
        "date": session.today,
        "note": note,
    }
    common["library"] = session.history.config.library.uuid
    drafts = [
        RecordDraft(
            PracticeDisposal.model_validate(
                {**common, "of": folder, "removed": [hashes[one] for one in wanted if one.rpartition("/")[0] == folder]}
            )
        )
        for folder in folders
    ]
    drafts += sum_training(session, person, frozenset(wanted))
    signed = sign_records(drafts, key) if key else drafts
    message = f"Dispose of {len(wanted)} practice {'file' if len(wanted) == 1 else 'files'}\n\n{note}\n"
    return record_practice(reopen, signed, message, commit=commit, removed=sorted(wanted) if commit else ())


def sum_training(session: RecordingSession, by: str, paths: Collection[str]) -> list[RecordDraft]:
    """What remains of records of training in some files; groups of fewer than five people are put together."""
    people: dict[str, dict[tuple[str, str], set[str]]] = defaultdict(lambda: defaultdict(set))
    for one in read_training(session.history, read_practice(session.history), []):
        if one.record in paths and one.passed is not False:
            people[quarter_name(*quarter_of(one.day))][one.sop_id, one.version].add(one.person)
    common = {"schema": PRACTICE_SCHEMA, "kind": PracticeKind.SUMS, "by": by, "date": session.today}
    common["library"] = session.history.config.library.uuid
    drafts = []
    for quarter, groups in sorted(people.items()):
        kept = {group: len(who) for group, who in sorted(groups.items()) if len(who) >= SMALLEST_GROUP}
        others = set().union(*(who for who in groups.values() if len(who) < SMALLEST_GROUP))
        if len(others) >= SMALLEST_GROUP:
            kept["", ""] = len(others)
        counts = [{"id": sop_id, "version": version, "people": n} for (sop_id, version), n in kept.items()]
        if counts:
            drafts.append(RecordDraft(TrainingSums.model_validate({**common, "quarter": quarter, "counts": counts})))
    return drafts


def record_practice(
    reopen: Callable[[], RecordingSession],
    drafts: Sequence[RecordDraft],
    message: str,
    *,
    commit: bool = True,
    removed: Sequence[str] = (),
) -> Recorded:
    """Write the drafts and commit them alone, when they count at the very moment; remove the `removed` with them.

    `reopen` opens a session anew. Without `commit` the files only lie in the folder.
    """
    files = {path: data for one in drafts for path, data in one.files.items()}
    results: list[tuple[PracticeResult, ...]] = []
    oid, warning = write_checked(
        reopen,
        lambda session: results.append(check_records(session, drafts)),
        files,
        message,
        commit=commit,
        removed=removed,
    )
    return Recorded(tuple(files), oid, results[-1], warning)


def record_with_people(
    reopen: Callable[[], RecordingSession], drafts: Sequence[RecordDraft], message: str, *, commit: bool = True
) -> Recorded:
    """The same of records of which some are about people; these may belong in another repository, as configured.

    Then they are committed there, after the others. Raises SopkitError before anything is written when that repository
    is missing or not clean, or when git would commit there as somebody else.
    """
    session = reopen()
    own = [one for one in drafts if one.record.folder != PEOPLE_RECORDS]
    about_people = [one for one in drafts if one.record.folder == PEOPLE_RECORDS]
    folder = session.history.config.practice.people
    if folder == PEOPLE_RECORDS or not about_people:
        return record_practice(reopen, drafts, message, commit=commit)
    if not commit:
        raise SopkitError(
            f"records about people are committed in the repository of {folder} when they are made",
            "leave --no-commit out",
        )
    check_records(session, drafts)
    other = open_people_repository(session.history)
    if read_identity(other).email != session.author.email:
        raise SopkitError(
            f"in {folder} git commits as {read_identity(other).email}, and here as {session.author.email}",
            "set one address in both: git config user.email ADDRESS",
        )
    recorded = record_practice(reopen, own, message) if own else Recorded((), "", ())
    files = {path.removeprefix(f"{PEOPLE_RECORDS}/"): data for one in about_people for path, data in one.files.items()}
    oid, warning = commit_files(other, message, files)
    warning = "; ".join(filter(None, (recorded.warning, warning)))
    paths = (*recorded.paths, *(f"{folder}/{path}" for path in files))
    return replace(recorded, paths=paths, commit=recorded.commit or oid, warning=warning)


def find_recorded(session: RecordingSession, record: AnyRecord) -> PracticeResult | None:
    """The counting record that states the same, whoever recorded it; None where there is none."""

    def content(one: AnyRecord) -> AnyRecord:
        return one.model_copy(update={"by": "", "library": "", "note": "", "corrects": "", "signature": ""})

    wanted, practice = content(record), read_practice(session.history)
    same = (one for one, other in practice.counting(type(record)) if content(other) == wanted)
    return next(same, None)
