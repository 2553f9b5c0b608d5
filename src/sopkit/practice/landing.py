"""Reads the practice records of a history and judges each once, at its landing."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import cached_property, lru_cache, partial
from hashlib import sha256

from sopkit.git.blobs import read_blobs, read_paths
from sopkit.git.commit import list_uncommitted
from sopkit.git.history import read_commit_log
from sopkit.git.repository import Repository, open_repository
from sopkit.lifecycle.entry_validation import role_id
from sopkit.lifecycle.evidence import CONTROLLER, LandingFacts, find_library_fault, prove
from sopkit.lifecycle.history import History
from sopkit.lifecycle.ledger import LandedFile, LandedFiles, Reason, Tampering, find_entry_blobs, read_ledger_files
from sopkit.lifecycle.ledger_reader import landing_of
from sopkit.lifecycle.library_status import LibraryStatus
from sopkit.lifecycle.people import Organisation
from sopkit.lifecycle.revisions import Authorship, Revision, RevisionHistory
from sopkit.lifecycle.snapshot import Snapshot
from sopkit.model.commits import Commit, CommitFlag, CommitLog, FileChange, Landing
from sopkit.model.config import Basis, Config
from sopkit.model.entry import EvidenceLevel
from sopkit.model.errors import SopkitError
from sopkit.model.practice import (
    AnyRecord,
    Decision,
    Exercise,
    ExerciseType,
    FeedbackRecord,
    Population,
    PracticeDisposal,
    Run,
)
from sopkit.model.practice_base import PEOPLE_RECORDS, is_practice, is_record
from sopkit.model.training import Attendance, TrainingExemption, TrainingResult, TrainingSession
from sopkit.parsing.entry import MAX_ENTRY_BYTES, read_record
from sopkit.practice.ledger import PracticeLedger, PracticeResult, RecordProof
from sopkit.practice.permission import explain_refusal, importers_of, is_brought_by_recorders

TABLE_SUFFIX = ".cases.csv"
"""Ending of the table beside the record of a population or of an import of results, in the place of `.yaml`."""

_ABOUT_ONE_SOP = Run | Population | FeedbackRecord | Decision | TrainingExemption
_IMPORTED = Population | FeedbackRecord | TrainingSession | TrainingResult
"""The records that a bot may land as well, when the configuration names it as an importer."""

_PROOFS = {
    EvidenceLevel.SIGNED: RecordProof.SIGNED,
    EvidenceLevel.DOCUMENT: RecordProof.DOCUMENT,
    EvidenceLevel.AUTHOR: RecordProof.OWN_COMMIT,
}


def keeps_records(config: Config) -> bool:
    """Whether a library can keep practice records: they name an SOP by its id and rest on approvals."""
    return config.review.basis is Basis.RECORDS and config.library.identity == "id"


def require_records(config: Config) -> None:
    """Raise SopkitError where a library cannot keep practice records."""
    if not keeps_records(config):
        raise SopkitError(
            "practice records name an SOP by its id and rest on approvals, and this library has neither or one of them",
            'set in sopkit.toml: [library] identity = "id" and [review] basis = "records"',
        )


@lru_cache(maxsize=2)
def practice_of(status: LibraryStatus) -> PracticeLedger:
    """The practice records of a library with its status; none where there is no history to judge them by."""
    return read_practice(status.judged) if status.judged is not None else PracticeLedger()


PeopleLine = tuple[Repository, CommitLog]
"""The other repository that holds the records about people, and its first-parent line."""


def read_practice(history: History, people: PeopleLine | None = None) -> PracticeLedger:
    """The practice records of a judged history. Reads nothing more where there are none.

    `people` is the other repository as it would be, in a trial; else it is read as it is.
    """
    if not keeps_records(history.config):
        return PracticeLedger()
    line = history.line
    own = _RecordReader(
        history, line.repository, line.commits, line.landings, lambda: history.authorship, history.organisation_before
    )
    own.read([[change for change in commit.changes if is_practice(change.path)] for commit in line.commits])
    found = PracticeLedger(tuple(own.results), tuple(own.altered), own.tables)
    if history.config.practice.people != PEOPLE_RECORDS:
        found = _add_people_records(history, own, found, people)
    return found


def read_people_line(history: History) -> PeopleLine:
    """The other repository with its line. Raises SopkitError where that cannot be known."""
    repository = open_people_repository(history)
    wanted = f"{PEOPLE_RECORDS}/"
    return repository, read_commit_log(repository, lambda path: is_practice(wanted + path), history.zone, history.today)


def _add_people_records(
    history: History, own: "_RecordReader", found: PracticeLedger, people: PeopleLine | None
) -> PracticeLedger:
    """Add the records of the other repository that the configuration names; landing there is landing."""
    try:
        repository, log = people or read_people_line(history)
    except SopkitError as error:
        return replace(found, unknown_people=error.message)
    wanted = f"{PEOPLE_RECORDS}/"
    count = len(log.commits) if history.at_head else log.count_at(history.landings[-1].day)
    commits, landings = log.commits[:count], log.landings[:count]

    def organisation_before(index: int) -> Organisation:
        last = history.log.count_at(landings[index].day - timedelta(days=1))
        return history.organisation_before(min(last, history.count))

    authorship = Authorship(repository, commits, history.cache, lambda _: False, lambda _: {})
    reader = _RecordReader(history, repository, commits, landings, lambda: authorship, organisation_before, own.known)
    reader.read([[replace(one, path=wanted + one.path) for one in commit.changes] for commit in commits])
    return replace(
        found,
        results=(*found.results, *reader.results),
        altered=(*found.altered, *reader.altered),
        tables={**found.tables, **reader.tables},
        people_head=repository.head or "",
    )


def open_people_repository(history: History) -> Repository:
    """The other repository. Raises SopkitError where it is missing, shallow or dirty, so that nothing is known."""
    folder = history.config.practice.people
    place = history.repository.root / folder
    if not place.is_dir():
        raise SopkitError(f"{folder}, the folder of the records about people, is not there")
    repository = open_repository(place)
    if repository is None or repository.head is None or repository.common_dir == history.repository.common_dir:
        raise SopkitError(f"{folder}, the folder of the records about people, is in no repository of its own")
    if repository.shallow or repository.grafted:
        raise SopkitError(f"the clone that {folder} is in has no complete history")
    if list_uncommitted(repository):
        raise SopkitError(f"{folder} holds files that are not as they were committed")
    return repository


@dataclass
class _RecordReader:
    """Reads and judges the records of one first-parent line.

    `known` are the records by folder and name that had landed when a record is judged; of the other repository, with
    those of the library.
    """

    history: History
    repository: Repository
    commits: Sequence[Commit]
    landings: Sequence[Landing]
    authorship_of: Callable[[], Authorship]
    organisation_before: Callable[[int], Organisation]
    known: dict[tuple[str, str], AnyRecord] = field(default_factory=dict)
    results: list[PracticeResult] = field(default_factory=list)
    altered: list[Tampering] = field(default_factory=list)
    tables: dict[str, str] = field(default_factory=dict)
    counted: dict[bytes, str] = field(default_factory=dict)

    @cached_property
    def authorship(self) -> Authorship:
        return self.authorship_of()

    @property
    def _in_other(self) -> bool:
        return self.repository is not self.history.line.repository

    def read(self, changes: Sequence[Sequence[FileChange]]) -> None:
        """Read and judge all records of the line, and note what was done to their files later."""
        blobs = find_entry_blobs(changes, is_record)
        if not blobs:
            return
        readings = {
            oid: read_record(data if data is not None else b"\0" * (MAX_ENTRY_BYTES + 1))
            for oid, data in read_blobs(self.repository, sorted(blobs), MAX_ENTRY_BYTES)
        }
        found = read_ledger_files(changes, readings, self._hashes, is_record, TABLE_SUFFIX)
        files = sorted((one for some in found.by_id.values() for one in some), key=lambda one: (one.commit, one.path))
        self.authorship.prepare({one.commit for one in files if len(self.commits[one.commit].parents) > 1})
        self._documents = read_paths(
            self.repository, {(self.commits[one.commit].oid, path) for one in files for path in _document_paths(one)}
        )
        for file in files:
            result = self._judge(file, found)
            self.results.append(result)
            if file.reading.entry is not None:
                self.known[result.folder, file.name] = file.reading.entry
            if result.counts:
                self.counted.setdefault(_content(file), file.name)
        altered = [one for some in found.altered.values() for one in some]
        counting = (one.record for one in self.results if one.counts)
        allowed = {name for one in counting if isinstance(one, PracticeDisposal) for name in one.removed}
        disposed = {one.path for one in altered if f"sha256:{one.removed}" in allowed}
        self.results = [one for one in self.results if one.file.path not in disposed]
        self.altered = [one for one in altered if one.path not in disposed]

    def _hashes(self, oids: Iterable[str]) -> dict[str, str]:
        return {oid: sha256(data or b"").hexdigest() for oid, data in read_blobs(self.repository, sorted(oids))}

    def _judge(self, file: LandedFile[AnyRecord], found: LandedFiles[AnyRecord]) -> PracticeResult:
        result, record = PracticeResult(file, self.landings[file.commit].day), file.reading.entry
        result = replace(result, in_other=self._in_other)
        if record is None or record.folder != result.folder:
            belongs = record.folder if record else ""
            fault = file.reading.fault or f"it lies in {result.folder}, and belongs in {belongs}"
            return replace(result, reason=Reason.SCHEMA, detail=fault)
        if CommitFlag.FUTURE_DATED in self.landings[file.commit].flags:
            return replace(result, reason=Reason.COMMIT_FUTURE_DATED, detail="its commit is dated in the future")
        if late := next((day for day in _days(record) if day > result.landed + timedelta(days=1)), None):
            detail = f"it tells of {late} and landed on {result.landed}"
            return replace(result, reason=Reason.DATE_IN_FUTURE, detail=detail)
        if twin := self.counted.get(_content(file)):
            return replace(result, reason=Reason.REPEATED, detail=f"it is a copy of {twin}, which counts already")
        if unbound := self._unbound(record, file, found):
            return replace(result, reason=unbound[0], detail=unbound[1])
        return self._proved(result, record)

    def _unbound(
        self, record: AnyRecord, file: LandedFile[AnyRecord], found: LandedFiles[AnyRecord]
    ) -> tuple[Reason, str] | None:
        """What a record names that had not landed by then."""
        if isinstance(record, _ABOUT_ONE_SOP) and not self._landed(record.id, file):
            return Reason.ID_NOT_LANDED, f"no SOP with the id {record.id} had landed by then"
        digest = record.digest if isinstance(record, Run | FeedbackRecord) else None
        if digest and isinstance(record, Run | FeedbackRecord) and self._revision(record.id, digest, file) is None:
            return Reason.DIGEST_NOT_LANDED, "no text with its digest had landed by then"
        if isinstance(record, Population | TrainingResult) and record.table:
            self.tables[file.path] = found.payload(file)
            if not self.tables[file.path]:
                return Reason.TABLE_MISSING, f"its table, {file.stem}{TABLE_SUFFIX}, is not beside it"
        if isinstance(record, Decision) and not isinstance(
            self.known.get((record.folder, record.about)), FeedbackRecord
        ):
            return Reason.ABOUT_MISSING, f"no feedback {record.about} is in {record.folder}"
        if isinstance(record, Attendance) and not any(
            name == record.about and isinstance(one, Run | Exercise) for (_, name), one in self.known.items()
        ):
            return Reason.ABOUT_MISSING, f"no run or exercise is called {record.about}"
        if isinstance(record, TrainingSession) and record.makes_up:
            missed = self.known.get((record.folder, record.makes_up))
            if not isinstance(missed, TrainingSession):
                return Reason.ABOUT_MISSING, f"no session is called {record.makes_up}"
        return None

    def _proved(self, result: PracticeResult, record: AnyRecord) -> PracticeResult:
        landed = self._facts(result.file)
        organisation, importers = landed.organisation, importers_of(landed.organisation)
        person = organisation.people.get(record.by)
        is_importer = record.by in importers and isinstance(record, _IMPORTED)
        if person is not None and person.bot and not is_importer:
            return replace(result, reason=Reason.BOT, detail=f"{record.by} is a bot")
        if fault := find_library_fault(record, organisation):
            return replace(result, reason=Reason.OTHER_LIBRARY, detail=fault)
        proof = prove(record, result.file.reading.signed, landed, self.history.cache.signature)
        if proof.level is not None:
            words = _PROOFS.get(proof.level, RecordProof.OWN_COMMIT)
            if record.source and words is RecordProof.OWN_COMMIT:
                words = RecordProof.IMPORTED
        elif person is not None and not record.signature and is_brought_by_recorders(landed):
            words = RecordProof.REPORTED
        else:
            return replace(result, reason=Reason.AUTHOR_UNPROVED, detail=proof.fault)
        if fault := self._refuse(record, result, organisation):
            return replace(result, reason=Reason.ROLE_MISSING, detail=fault)
        if record.corrects:
            other = self.known.get((result.folder, record.corrects))
            may = other is not None and (
                other.by == record.by or organisation.holds(record.by, CONTROLLER, result.landed)
            )
            if other is None or other.kind != record.kind or not may:
                detail = f"{record.corrects} is no {record.kind} by {record.by} in this folder"
                return replace(result, reason=Reason.CORRECTS, detail=detail)
        result = replace(result, proof=words)
        if isinstance(record, Exercise | TrainingSession | TrainingResult) and record.sops:
            return self._with_texts(result, record, organisation)
        return result

    def _facts(self, file: LandedFile[AnyRecord]) -> LandingFacts:
        commit = self.commits[file.commit]
        document = next((self._documents.get((commit.oid, path)) for path in _document_paths(file)), None)
        path = file.path.removeprefix(f"{PEOPLE_RECORDS}/") if self._in_other else file.path
        return LandingFacts(
            self.landings[file.commit].day,
            self.authorship.introducers(file.commit, path, file.blob),
            self.organisation_before(file.commit) if commit.parents else Organisation(None),  # nobody is known yet
            document=document,
        )

    def _refuse(self, record: AnyRecord, result: PracticeResult, organisation: Organisation) -> str:
        """Why somebody may not land a record; empty when they may."""
        sop_id = getattr(record, "id", "")
        snapshot = self._snapshot(sop_id, self._last_commit(result.file) + self._in_other) if sop_id else None
        return explain_refusal(record, snapshot, organisation, self.history.config, result.landed)

    def _with_texts(
        self, result: PracticeResult, record: Exercise | TrainingSession | TrainingResult, organisation: Organisation
    ) -> PracticeResult:
        """With the texts that do not count, and whether auditors are independent; with no text it does not count."""
        faults, reasons = {}, list[str]()
        auditors = record.auditors if isinstance(record, Exercise) else ()
        is_audit = isinstance(record, Exercise) and record.type is ExerciseType.INTERNAL_AUDIT
        for text in record.sops:
            revision = self._revision(text.id, text.digest, result.file)
            if revision is None:
                faults[text.id] = f"no text of {text.id} with that digest had landed by then"
            elif is_audit:
                involved = partial(self._is_involved, text.id, revision, result, organisation)
                own = list(filter(involved, auditors))
                reasons += [f"{', '.join(own)} owns or wrote {text.id}"] if own else []
        if len(faults) == len(record.sops):
            return replace(result, reason=Reason.DIGEST_NOT_LANDED, detail="; ".join(faults.values()))
        unknown = [key for key in auditors if key not in organisation.people]
        reasons += [f"the people register does not know {', '.join(unknown)}"] if unknown else []
        return replace(result, faults=faults, not_independent="; ".join(reasons))

    def _is_involved(
        self, sop_id: str, revision: Revision, result: PracticeResult, organisation: Organisation, key: str
    ) -> bool:
        """Whether a person owns an SOP, stands in for its owner, or wrote one of its texts."""
        snapshot = self.history.snapshots[revision.blob]
        owner = role_id(snapshot.owner, organisation)
        return organisation.holds(key, owner, result.landed) or key in find_authors(
            self.history, (key,), sop_id, revision.number, organisation
        )

    def _past(self, sop_id: str) -> RevisionHistory | None:
        return self.history.pasts.by_key.get((sop_id, ""))

    def _last_commit(self, file: LandedFile[AnyRecord]) -> int:
        """Index on the library's line of the last commit whose texts a record may name."""
        if not self._in_other:
            return file.commit
        return self.history.log.count_at(self.landings[file.commit].day) - 1

    def _landed(self, sop_id: str, file: LandedFile[AnyRecord]) -> bool:
        past = self._past(sop_id)
        return past is not None and any(one.commit <= self._last_commit(file) for one in past.revisions)

    def _revision(self, sop_id: str, digest: str, file: LandedFile[AnyRecord]) -> Revision | None:
        """The latest revision of an SOP with a digest that had landed by then."""
        past, last = self._past(sop_id), self._last_commit(file)
        fitting = [one for one in past.revisions if one.digest == digest and one.commit <= last] if past else []
        return fitting[-1] if fitting else None

    def _snapshot(self, sop_id: str, commit: int) -> Snapshot | None:
        """The text of an SOP before a commit, or by it where the SOP landed with it."""
        past = self._past(sop_id)
        earlier = [one for one in past.revisions if one.commit < commit] if past else []
        revisions = earlier[-1:] or (past.revisions[:1] if past else [])
        return self.history.snapshots[revisions[0].blob] if revisions else None


def find_authors(
    history: History, keys: Iterable[str], sop_id: str, number: int, organisation: Organisation
) -> frozenset[str]:
    """Those of some people who wrote one of the first `number` revisions of an SOP; in doubt, by an equal name."""
    past = history.pasts.by_key.get((sop_id, ""))
    if past is None:
        return frozenset()
    texts = history.authorship.of_texts([landing_of(past, one) for one in past.revisions[:number]])
    authors = {author for people in texts.values() for part in people for author in part.authors}
    return frozenset(key for key in keys if any(organisation.same(author, key) for author in authors))


def _content(file: LandedFile[AnyRecord]) -> bytes:
    """What makes two files one record: the bytes that were signed, since a signature can be written in many ways."""
    return file.reading.signed or file.reading.sha256.encode()


def _document_paths(file: LandedFile[AnyRecord]) -> tuple[str, ...]:
    evidence = file.reading.entry.evidence if file.reading.entry else None
    return (evidence.path,) if evidence is not None else ()


def _days(record: AnyRecord) -> Iterator[date]:
    """The days that a record tells of as past."""
    moments: tuple[date | None, ...] = ()
    if isinstance(record, Run):
        moments = (record.started, record.finished)
    elif isinstance(record, Population):
        moments = (record.exported,)
    yield from (one.date() if isinstance(one, datetime) else one for one in (record.date, *moments) if one)
