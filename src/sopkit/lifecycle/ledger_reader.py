"""Reads the ledgers of all SOPs: from history, from the cache, or unproved from the files of a folder."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sopkit.git.blobs import read_blobs, read_paths
from sopkit.git.merges import are_related, find_omitted_files
from sopkit.git.repository import Repository
from sopkit.lifecycle.cache import HistoryCache
from sopkit.lifecycle.entry_validation import validate_ledger
from sopkit.lifecycle.evidence import LandingFacts
from sopkit.lifecycle.ledger import (
    Approval,
    EntryResult,
    Ledger,
    LedgerFile,
    LedgerFiles,
    Reason,
    RegisterWindow,
    add_omitted_entries,
    find_entry_blobs,
    read_ledger_files,
)
from sopkit.lifecycle.ledger_context import LedgerContext
from sopkit.lifecycle.people import Organisation, OrganisationHistory
from sopkit.lifecycle.revisions import (
    Authorship,
    Contribution,
    Revision,
    RevisionHistories,
    RevisionHistory,
    TextLanding,
)
from sopkit.lifecycle.snapshot import Snapshot, SnapshotReader
from sopkit.model.commits import Commit, FileChange, Landing
from sopkit.model.config import Config
from sopkit.model.entry import LEDGER, EntryKind, EvidenceLevel, Outcome
from sopkit.parsing.entry import MAX_ENTRY_BYTES, EntryReading, read_entry
from sopkit.reading import list_files, read_file

if TYPE_CHECKING:
    from sopkit.lifecycle.ledger import Tampering

VALIDATION_VERSION = 5
"""Raised by one whenever the same entries may come to another ledger than before."""


@dataclass(frozen=True)
class LedgerInput:
    """What one ledger is made of: its files as they landed, what was done to them later, and the texts."""

    files: Sequence["LedgerFile"]
    altered: Sequence["Tampering"]
    past: "RevisionHistory | None"


class LedgerCache:
    """The ledgers that are known, by a hash of all that they follow from."""

    def __init__(self, line: "FirstParentLine", organisation: Sequence[str]) -> None:
        """`organisation` names the commits that changed who is who."""
        self._line = line
        rests_on = (VALIDATION_VERSION, line.repository.prefix, line.config.model_dump_json(), tuple(organisation))
        self._common = sha256(repr(rests_on).encode("utf-8", "surrogateescape")).hexdigest()
        self._names: dict[str, str] = {}

    def get(self, sop_id: str, case: LedgerInput) -> Ledger | None:
        """The ledger of an id as it was judged before, or None when it was not."""
        name = self._names[sop_id] = self._name(case)
        row = self._line.cache.ledger(name)
        return None if row is None else self._unpack(row, case)

    def keep(self, cases: Mapping[str, LedgerInput], ledgers: Mapping[str, Ledger]) -> None:
        """Remember ledgers that were asked for and have been judged since."""
        fresh = {self._names[sop_id]: _pack_ledger(ledger, cases[sop_id]) for sop_id, ledger in ledgers.items()}
        self._line.cache.keep_ledgers(fresh, self._names.values())

    def _name(self, case: LedgerInput) -> str:
        """A commit id stands for its whole past: who was who, who wrote what, and the files beside an entry."""
        commits, landings, snapshots = self._line.commits, self._line.landings, self._line.snapshots
        inputs: list[object] = [self._common]
        for file in case.files:
            commit, landing, entry = commits[file.commit], landings[file.commit], file.reading.entry
            inputs += (file.path, file.blob, file.commit, commit.oid)
            inputs += (commit.author_name, commit.author_email)  # of a rehearsal they are not those of the object
            inputs += (landing.day.toordinal(), landing.time, *map(str, landing.flags))
            inputs.append(entry is not None and entry.blob in snapshots)
        inputs += [(one.path, commits[one.commit].oid, one.what, one.removed) for one in case.altered]
        for revision in case.past.revisions if case.past else ():
            inputs += (revision.number, revision.digest, revision.commit, commits[revision.commit].oid)
            inputs += (revision.path, revision.before, revision.blob)
        return sha256(repr(inputs).encode("utf-8", "surrogateescape")).hexdigest()

    def _unpack(self, row: Sequence[Any], case: LedgerInput) -> Ledger:
        results, corrected, approved, ended, tampered, required, windows = row
        landings = self._line.landings
        verdicts = []
        for file, (reason, detail, level, revision, roles, late) in zip(case.files, results, strict=True):
            day, time, code = landings[file.commit].day, landings[file.commit].time, Reason(reason) if reason else None
            result = EntryResult(file, day, time, code, detail, EvidenceLevel(level), revision, tuple(roles), late)
            verdicts.append(result)

        def approval(row: Sequence[Any]) -> Approval:
            number, commit, label, at, blob, starts = row
            entries = tuple(verdicts[place] for place in at)
            day = landings[commit].day
            return Approval(number, commit, day, label, entries, blob, date.fromisoformat(starts))

        return Ledger(
            verdicts=verdicts,
            corrected=set(corrected),
            approved={row[0]: approval(row) for row in approved},
            ended=[(approval(row), verdicts[at]) for row, at in ended],
            tampered=[case.altered[at] for at in tampered],
            required=tuple(required),
            windows={name: tuple(RegisterWindow(*window) for window in found) for name, found in windows},
        )


def _pack_ledger(ledger: Ledger, case: LedgerInput) -> list[object]:
    places = {verdict.file.path: at for at, verdict in enumerate(ledger.verdicts)}

    def row(approval: Approval) -> list[object]:
        at = [places[verdict.file.path] for verdict in approval.verdicts]
        return [approval.revision, approval.commit, approval.label, at, approval.blob, approval.starts.isoformat()]

    return [
        [(one.reason, one.detail, one.level, one.revision, one.roles, one.late) for one in ledger.verdicts],
        sorted(ledger.corrected),
        [row(approval) for approval in ledger.approved.values()],
        [(row(approval), places[verdict.file.path]) for approval, verdict in ledger.ended],
        [at for at, one in enumerate(case.altered) if one in ledger.tampered],
        ledger.required,
        [(name, [astuple(window) for window in found]) for name, found in ledger.windows.items()],
    ]


_MAX_PAYLOAD = 8_388_608


@dataclass(frozen=True)
class FirstParentLine:
    """What is read of a first-parent line up to the judged commit."""

    repository: Repository
    config: Config
    commits: Sequence[Commit]
    landings: Sequence[Landing]
    pasts: RevisionHistories
    snapshots: Mapping[str, Snapshot]
    reader: SnapshotReader
    cache: HistoryCache
    is_sop: Callable[[str], bool]

    @property
    def changes(self) -> list[Sequence[FileChange]]:
        """What each commit changed."""
        return [commit.changes for commit in self.commits]

    def authorship(self) -> Authorship:
        """Who wrote what on this line."""
        return Authorship(self.repository, self.commits, self.cache, self.is_sop, self._ids_of)

    def _ids_of(self, blobs: Collection[str]) -> dict[str, str]:
        known = {blob: self.snapshots[blob].id for blob in blobs if blob in self.snapshots}
        wanted = sorted(blob for blob in blobs if blob not in known and set(blob) != {"0"})
        read = read_blobs(self.repository, wanted, MAX_ENTRY_BYTES) if wanted else ()
        return known | {blob: self.reader.id_of(data or b"") for blob, data in read}


def landing_of(past: RevisionHistory, revision: Revision) -> TextLanding:
    """Where a revision of an SOP landed."""
    return TextLanding(revision.commit, past.key[0], revision.path, revision.before, revision.blob)


def read_ledgers(line: FirstParentLine, authorship: Authorship) -> tuple[dict[str, Ledger], OrganisationHistory]:
    """The ledger of each id that has one, and who was who. Reads nothing more where there is no entry."""
    changes = line.changes
    organisations = OrganisationHistory(changes, lambda oids: _read_bytes(line.repository, oids))
    blobs = find_entry_blobs(changes)
    if not blobs:
        return {}, organisations
    readings = _read_entries(line, sorted(blobs))
    files = read_ledger_files(changes, readings, lambda oids: _read_hashes(line.repository, oids))
    _add_omitted(line, files)
    pasts = {past.key[0]: past for past in line.pasts.by_key.values() if past.key[0]}
    cases = {
        name: LedgerInput(files.by_id.get(name, ()), files.altered.get(name, ()), pasts.get(name))
        for name in sorted(files.by_id.keys() | files.altered.keys())
    }
    cache = LedgerCache(line, [line.commits[index].oid for index in organisations.changed])
    ledgers = {name: cache.get(name, case) for name, case in cases.items()}
    new = {name: cases[name] for name, ledger in ledgers.items() if ledger is None}
    if new:
        context = _ContextReader(line, authorship, organisations, readings, files, new).read(pasts)
        fresh = {name: validate_ledger(case.files, case.altered, case.past, context) for name, case in new.items()}
        cache.keep(new, fresh)
        ledgers |= fresh
    return {name: ledger for name, ledger in ledgers.items() if ledger is not None}, organisations


def _add_omitted(line: FirstParentLine, files: LedgerFiles) -> None:
    """A fast-forward may make a side branch the line, and its merge then hide what it did not take over."""
    merges = {index: commit for index, commit in enumerate(line.commits) if len(commit.parents) > 1}
    known = line.cache.left_out((commit.oid for commit in merges.values()), line.repository.prefix)
    unknown = (commit for commit in merges.values() if commit.oid not in known)
    fresh = find_omitted_files(line.repository, unknown, LEDGER)
    line.cache.learn_left_out(fresh, line.repository.prefix)
    known |= fresh
    landed = {(file.path, file.blob) for found in files.by_id.values() for file in found}
    lost = {index: set(known[commit.oid]) - landed for index, commit in merges.items()}
    left = [
        (index, path, blob)
        for index, gone in lost.items()
        if gone and are_related(line.repository, merges[index].parents)
        for path, blob in sorted(gone)
    ]
    if left:
        add_omitted_entries(files, left, _read_hashes(line.repository, {blob for _, _, blob in left}))


def _read_entries(line: FirstParentLine, blobs: Sequence[str]) -> dict[str, EntryReading]:
    known = line.cache.entries(blobs)
    fresh = {
        oid: read_entry(data if data is not None else b"\0" * (MAX_ENTRY_BYTES + 1))
        for oid, data in read_blobs(line.repository, (oid for oid in blobs if oid not in known), MAX_ENTRY_BYTES)
    }
    line.cache.learn_entries(fresh)
    return known | fresh


class _ContextReader:
    """Reads at once, for all entries of the cases, what they are judged against."""

    def __init__(
        self,
        line: FirstParentLine,
        authorship: Authorship,
        organisations: OrganisationHistory,
        readings: Mapping[str, EntryReading],
        files: LedgerFiles,
        cases: Mapping[str, LedgerInput],
    ) -> None:
        self.line, self.authorship, self.organisations = line, authorship, organisations
        self.readings, self.files = readings, files
        self.all = [file for case in cases.values() for file in case.files]

    def read(self, pasts: Mapping[str, RevisionHistory]) -> LedgerContext:
        line = self.line
        self.authorship.prepare({file.commit for file in self.all if len(line.commits[file.commit].parents) > 1})
        self.payloads = _read_bytes(line.repository, {self.files.payload(file) for file in self.all} - {""})
        self.documents = read_paths(
            line.repository,
            {(line.commits[file.commit].oid, path) for file in self.all for path in _document_paths(file)},
        )
        deciding = {EntryKind.APPROVAL, EntryKind.WITHDRAWAL}
        ids = {file.id for file in self.all if file.reading.entry and file.reading.entry.kind in deciding}
        places = [landing_of(pasts[name], one) for name in sorted(ids & pasts.keys()) for one in pasts[name].revisions]
        self.people = self.authorship.of_texts(places)
        wanted = set()
        for file in self.all:
            entry = file.reading.entry
            if entry is not None and entry.outcome is Outcome.EDITORIAL and file.id in pasts:
                digests = {entry.digest, entry.from_digest}
                wanted |= {one.blob for one in pasts[file.id].revisions if one.digest in digests}
        texts = {oid: line.reader.halves(data) for oid, data in _read_bytes(line.repository, wanted).items()}
        return LedgerContext(
            config=line.config,
            landings=line.landings,
            pasts=line.pasts.by_key,
            snapshots=line.snapshots,
            organisation=self.organisations.before,
            organisation_changes=self.organisations.changed,
            landed=self._landed,
            authors=self._authors,
            reading=self.readings.get,
            body=lambda blob: texts[blob][1],
            front=lambda blob: texts[blob][0],
            check=line.cache.signature,
        )

    def _landed(self, file: LedgerFile) -> LandingFacts:
        commit = self.line.commits[file.commit]
        document = next((self.documents.get((commit.oid, path)) for path in _document_paths(file)), None)
        return LandingFacts(
            self.line.landings[file.commit].day,
            self.authorship.introducers(file.commit, file.path, file.blob),
            self.organisations.before(file.commit) if commit.parents else Organisation(None),  # nobody is known yet
            self.payloads.get(self.files.payload(file)),
            document,
        )

    def _authors(self, past: RevisionHistory, revision: Revision) -> tuple[Contribution, ...]:
        place = landing_of(past, revision)
        if place not in self.people:
            self.people |= self.authorship.of_texts([place])
        return self.people[place]


def _document_paths(file: LedgerFile) -> tuple[str, ...]:
    evidence = file.reading.entry.evidence if file.reading.entry else None
    return (evidence.path,) if evidence is not None and evidence.type == "document" else ()


def _read_bytes(repository: Repository, oids: Collection[str] | Iterable[str]) -> dict[str, bytes]:
    return {oid: data or b"" for oid, data in read_blobs(repository, sorted(oids), _MAX_PAYLOAD)}


def _read_hashes(repository: Repository, oids: Iterable[str]) -> dict[str, str]:
    return {oid: sha256(data).hexdigest() for oid, data in _read_bytes(repository, oids).items()}


def read_folder_ledgers(root: Path, as_of: date) -> dict[str, Ledger]:
    """The entries in a folder by id, each believed as it is written; one dated after the day is not there yet."""
    found: dict[str, Ledger] = {}
    try:
        paths = list_files(root, LEDGER, deep=True)
    except OSError:
        return found
    for path in paths:
        if not path.endswith(".yaml") or path.count("/") != LEDGER.count("/") + 2:
            continue
        try:
            data = read_file(root, path, MAX_ENTRY_BYTES + 1)
        except OSError:
            continue
        reading = read_entry(data)
        entry = reading.entry
        landed = LedgerFile(path, 0, "", reading)
        if entry is None or entry.id != landed.id:
            fault = reading.fault or f"its id is not that of its folder, {landed.id}"
            verdict = EntryResult(landed, date.min, 0, Reason.SCHEMA, fault)
        else:
            verdict = EntryResult(landed, entry.date, 0)
        if verdict.landed <= as_of:
            found.setdefault(landed.id, Ledger()).verdicts.append(verdict)
    for ledger in found.values():
        counting = {verdict.file.name: verdict.entry for verdict in ledger.verdicts if verdict.counts}
        ledger.corrected = {
            entry.corrects
            for entry in counting.values()
            if (other := counting.get(entry.corrects)) is not None and (other.by, other.kind) == (entry.by, entry.kind)
        }
    return found
