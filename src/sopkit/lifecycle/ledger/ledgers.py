"""The ledgers of all SOPs, read from the history of a library."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

from sopkit.git.blobs import read_blobs, read_paths
from sopkit.git.left_out import are_related, left_out
from sopkit.git.repository import Repository
from sopkit.lifecycle.ledger.authorship import Authorship, Contribution, Place
from sopkit.lifecycle.ledger.counting import Surroundings, judge_ledger
from sopkit.lifecycle.ledger.kept_ledgers import Case, KeptLedgers
from sopkit.lifecycle.ledger.ledger import Ledger
from sopkit.lifecycle.ledger.ledger_files import LedgerFile, LedgerFiles, entry_blobs, note_left_out, read_files
from sopkit.lifecycle.ledger.organisation import Organisation, Organisations
from sopkit.lifecycle.ledger.proof import Circumstances
from sopkit.lifecycle.texts.cache import Cache
from sopkit.lifecycle.texts.revisions import Past, Pasts, Revision
from sopkit.lifecycle.texts.snapshot import Snapshot, SnapshotReader
from sopkit.model.config import Config
from sopkit.model.entries import LEDGER, Kind, Outcome
from sopkit.model.history import Change, Commit, Landing
from sopkit.text.entry import MOST_BYTES, EntryReading, read_entry

_MOST_PAYLOAD = 8_388_608


@dataclass(frozen=True)
class Line:
    """What is read of a first-parent line up to the judged commit."""

    repository: Repository
    config: Config
    commits: Sequence[Commit]
    landings: Sequence[Landing]
    pasts: Pasts
    snapshots: Mapping[str, Snapshot]
    reader: SnapshotReader
    cache: Cache
    is_sop: Callable[[str], bool]

    @property
    def changes(self) -> list[Sequence[Change]]:
        """What each commit changed."""
        return [commit.changes for commit in self.commits]

    def authorship(self) -> Authorship:
        """Who wrote what on this line."""
        return Authorship(self.repository, self.commits, self.cache, self.is_sop, self._ids_of)

    def _ids_of(self, blobs: Collection[str]) -> dict[str, str]:
        known = {blob: self.snapshots[blob].id for blob in blobs if blob in self.snapshots}
        wanted = sorted(blob for blob in blobs if blob not in known and set(blob) != {"0"})
        read = read_blobs(self.repository, wanted, MOST_BYTES) if wanted else ()
        return known | {blob: self.reader.id_of(data or b"") for blob, data in read}


def place_of(past: Past, revision: Revision) -> Place:
    """Where a revision of an SOP landed."""
    return Place(revision.commit, past.key[0], revision.path, revision.before, revision.blob)


def read_ledgers(line: Line, authorship: Authorship) -> tuple[dict[str, Ledger], Organisations]:
    """The ledger of each id that has one, and who was who. Reads nothing more where there is no entry."""
    changes = line.changes
    organisations = Organisations(changes, lambda oids: _bytes(line.repository, oids))
    blobs = entry_blobs(changes)
    if not blobs:
        return {}, organisations
    readings = _readings(line, sorted(blobs))
    files = read_files(changes, readings, lambda oids: _hashes(line.repository, oids))
    _note_left_out(line, files)
    pasts = {past.key[0]: past for past in line.pasts.by_key.values() if past.key[0]}
    cases = {
        name: Case(files.by_id.get(name, ()), files.altered.get(name, ()), pasts.get(name))
        for name in sorted(files.by_id.keys() | files.altered.keys())
    }
    kept = KeptLedgers(line, organisations.blobs_before(len(line.commits)))
    ledgers = {name: kept.get(name, case) for name, case in cases.items()}
    new = {name: cases[name] for name, ledger in ledgers.items() if ledger is None}
    if new:
        around = _Around(line, authorship, organisations, readings, files, new).surroundings(pasts)
        fresh = {name: judge_ledger(case.files, case.altered, case.past, around) for name, case in new.items()}
        kept.keep(new, fresh)
        ledgers |= fresh
    return {name: ledger for name, ledger in ledgers.items() if ledger is not None}, organisations


def _note_left_out(line: Line, files: LedgerFiles) -> None:
    """A fast-forward may make a side branch the line, and its merge then hide what it did not take over."""
    merges = {index: commit for index, commit in enumerate(line.commits) if len(commit.parents) > 1}
    known = line.cache.left_out((commit.oid for commit in merges.values()), line.repository.prefix)
    fresh = left_out(line.repository, (commit for commit in merges.values() if commit.oid not in known), LEDGER)
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
        note_left_out(files, left, _hashes(line.repository, {blob for _, _, blob in left}))


def _readings(line: Line, blobs: Sequence[str]) -> dict[str, EntryReading]:
    known = line.cache.entries(blobs)
    fresh = {
        oid: read_entry(data if data is not None else b"\0" * (MOST_BYTES + 1))
        for oid, data in read_blobs(line.repository, (oid for oid in blobs if oid not in known), MOST_BYTES)
    }
    line.cache.learn_entries(fresh)
    return known | fresh


class _Around:
    """Reads at once, for all entries of the cases, what they are judged against."""

    def __init__(
        self,
        line: Line,
        authorship: Authorship,
        organisations: Organisations,
        readings: Mapping[str, EntryReading],
        files: LedgerFiles,
        cases: Mapping[str, Case],
    ) -> None:
        self.line, self.authorship, self.organisations = line, authorship, organisations
        self.readings, self.files = readings, files
        self.all = [file for case in cases.values() for file in case.files]
        self.texts: dict[str, tuple[Mapping[str, object], str]] = {}

    def surroundings(self, pasts: Mapping[str, Past]) -> Surroundings:
        line = self.line
        self.authorship.prepare({file.commit for file in self.all if len(line.commits[file.commit].parents) > 1})
        self.payloads = _bytes(line.repository, {self.files.payload(file) for file in self.all} - {""})
        self.documents = read_paths(
            line.repository,
            {(line.commits[file.commit].oid, path) for file in self.all for path in _documents(file)},
        )
        approved = {file.id for file in self.all if _kind(file) in {Kind.APPROVAL, Kind.WITHDRAWAL}}
        told = [pasts[name] for name in sorted(approved & pasts.keys())]
        places = [place_of(past, one) for past in told for one in past.revisions]
        self.people = self.authorship.of_texts(places)
        self.texts = self._editorial_texts(pasts)
        return Surroundings(
            config=line.config,
            landings=line.landings,
            snapshots=line.snapshots,
            organisation=self.organisations.before,
            landed=self._landed,
            authors=self._authors,
            reading=self.readings.get,
            body=lambda blob: self.texts[blob][1],
            front=lambda blob: self.texts[blob][0],
            check=line.cache.signature,
        )

    def _landed(self, file: LedgerFile) -> Circumstances:
        commit = self.line.commits[file.commit]
        document = next((self.documents.get((commit.oid, path)) for path in _documents(file)), None)
        root = not commit.parents  # nobody had said who is who before it
        return Circumstances(
            self.line.landings[file.commit].day,
            self.authorship.introducers(file.commit, file.path, file.blob),
            Organisation(None) if root else self.organisations.before(file.commit),
            self.payloads.get(self.files.payload(file)),
            document,
        )

    def _authors(self, past: Past, revision: Revision) -> tuple[Contribution, ...]:
        place = place_of(past, revision)
        if place not in self.people:
            self.people |= self.authorship.of_texts([place])
        return self.people[place]

    def _editorial_texts(self, pasts: Mapping[str, Past]) -> dict[str, tuple[Mapping[str, object], str]]:
        wanted = set()
        for file in self.all:
            entry = file.reading.entry
            if entry is not None and entry.outcome is Outcome.EDITORIAL and file.id in pasts:
                digests = {entry.digest, entry.from_digest}
                wanted |= {one.blob for one in pasts[file.id].revisions if one.digest in digests}
        return {oid: self.line.reader.halves(data) for oid, data in _bytes(self.line.repository, wanted).items()}


def _kind(file: LedgerFile) -> Kind | None:
    return file.reading.entry.kind if file.reading.entry else None


def _documents(file: LedgerFile) -> tuple[str, ...]:
    evidence = file.reading.entry.evidence if file.reading.entry else None
    return (evidence.path,) if evidence is not None and evidence.type == "document" else ()


def _bytes(repository: Repository, oids: Collection[str] | Iterable[str]) -> dict[str, bytes]:
    return {oid: data or b"" for oid, data in read_blobs(repository, sorted(oids), _MOST_PAYLOAD)}


def _hashes(repository: Repository, oids: Iterable[str]) -> dict[str, str]:
    return {oid: sha256(data).hexdigest() for oid, data in _bytes(repository, oids).items()}
