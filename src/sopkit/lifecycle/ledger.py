"""The ledger of one SOP: its entries, which count and why others do not, and what they approve."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Generic

from sopkit.model.commits import REGULAR_MODES, FileChange
from sopkit.model.entry import LEDGER, Entry, EntryKind, EvidenceLevel, Outcome
from sopkit.parsing.entry import Content, DocumentReading, entry_file_name_of

PAYLOAD = ".payload.json"
_ENTRY = ".yaml"
_PREFIX = f"{LEDGER}/"
_NO_FILE = "a symbolic link or a submodule, not a file"


def is_entry(path: str) -> bool:
    """Whether a path of the library is that of an entry."""
    return path.startswith(_PREFIX) and path.endswith(_ENTRY) and path.count("/") == LEDGER.count("/") + 2


@dataclass(frozen=True)  # a generic class with slots cannot be called by another name
class LandedFile(Generic[Content]):
    """One file of the ledger as it first landed; `commit` is an index on the line."""

    path: str
    commit: int
    blob: str
    reading: DocumentReading[Content]

    @property
    def id(self) -> str:
        """The folder: the id of the SOP that the entry is about."""
        return self.path.split("/")[-2]

    @property
    def name(self) -> str:
        """The file's own name."""
        return self.path.rpartition("/")[2]

    @property
    def proper_name(self) -> str:
        """The name that fits the bytes; of what is no entry, its own."""
        entry = self.reading.entry
        return entry_file_name_of(entry, self.reading.sha256) if entry is not None else self.name

    @property
    def stem(self) -> str:
        """The path without its suffix."""
        return self.path.removesuffix(_ENTRY)


@dataclass(frozen=True, slots=True)
class Tampering:
    """A file of the ledger that was changed or taken away after it had landed."""

    path: str
    commit: int
    what: str
    removed: str = ""  # SHA-256 of a file that was taken away, which a disposal may have allowed
    lost: bool = False  # it lies behind HEAD and never landed, since a merge left it out

    def describe(self, effect: str) -> str:
        """What was done, as the end of a sentence; `effect` says what follows for a file that had landed."""
        return self.what if self.lost else f"{self.what} after it had landed; {effect}"


@dataclass
class LandedFiles(Generic[Content]):
    """All entries by the id of their folder, oldest landing first, and what was done to files later."""

    by_id: dict[str, list[LandedFile[Content]]] = field(default_factory=dict)
    altered: dict[str, list[Tampering]] = field(default_factory=dict)
    payloads: dict[str, tuple[int, str]] = field(default_factory=dict)  # by path: where it landed first, and its blob
    suffix: str = PAYLOAD  # of the files beside entries

    def payload(self, file: LandedFile[Content]) -> str:
        """The blob beside an entry when it landed, or nothing."""
        commit, blob = self.payloads.get(f"{file.stem}{self.suffix}", (0, ""))
        return blob if commit <= file.commit else ""


LedgerFile = LandedFile[Entry]
LedgerFiles = LandedFiles[Entry]


def is_ledger(path: str) -> bool:
    """Whether a path of the library belongs to the ledger of SOPs."""
    return path.startswith(_PREFIX)


def find_entry_blobs(
    changes: Sequence[Sequence[FileChange]], is_document: Callable[[str], bool] = is_entry
) -> set[str]:
    """The blobs of everything that is or was an entry, or another document of the ledger."""
    return {
        change.blob
        for changed in changes
        for change in changed
        if change.mode in REGULAR_MODES and is_document(change.path)
    }


def read_ledger_files(
    changes: Sequence[Sequence[FileChange]],
    readings: Mapping[str, DocumentReading[Content]],
    sha256_of: Callable[[Iterable[str]], Mapping[str, str]],
    is_document: Callable[[str], bool] = is_entry,
    suffix: str = PAYLOAD,
) -> LandedFiles[Content]:
    """The documents of the ledger over a first-parent line, and the files with that suffix beside them.

    `sha256_of` gives the hash of other blobs, which are payloads.
    """
    found: LandedFiles[Content] = LandedFiles(suffix=suffix)
    first: dict[str, LandedFile[Content]] = {}
    later: list[tuple[str, int, FileChange]] = []
    for index, change in ((index, change) for index, changed in enumerate(changes) for change in changed):
        path = change.path
        if path in first or path in found.payloads:
            later.append((path, index, change))
        elif not change.mode:
            continue
        elif is_document(path):
            reading = readings[change.blob] if change.is_file else DocumentReading("", fault=_NO_FILE)
            first[path] = file = LandedFile(path, index, change.blob, reading)
            found.by_id.setdefault(file.id, []).append(file)
        elif path.endswith(suffix) and is_document(f"{path.removesuffix(suffix)}{_ENTRY}"):
            found.payloads[path] = index, change.blob
    payloads = {found.payloads[path][1] for path, _, _ in later if path in found.payloads}
    hashes = dict(sha256_of(payloads)) if payloads else {}
    for path, index, change in later:
        own = first[path].reading.sha256 if path in first else hashes.get(found.payloads[path][1], "")
        removed = not change.mode
        what = "removed" if removed else "changed or put back"
        found.altered.setdefault(path.split("/")[-2], []).append(Tampering(path, index, what, own if removed else ""))
    for files in found.by_id.values():
        files.sort(key=lambda file: (file.commit, file.name))
    return found


def add_omitted_entries(found: LedgerFiles, left: Iterable[tuple[int, str, str]], hashes: Mapping[str, str]) -> None:
    """Add the entries that a merge left out (its index, path and blob) and that never landed."""
    for index, path, blob in left:
        if is_entry(path):
            what = "left out of a merge and counts for nothing; bring it back from the side that was merged"
            one = Tampering(path, index, what, hashes.get(blob, ""), lost=True)
            found.altered.setdefault(path.split("/")[-2], []).append(one)


class Reason(StrEnum):
    """Why an entry does not count."""

    SCHEMA = "schema"
    COMMIT_FUTURE_DATED = "commit-future-dated"
    DATE_IN_FUTURE = "date-in-future"
    BOT = "bot"
    OTHER_LIBRARY = "other-library"
    AUTHOR_UNPROVED = "author-unproved"
    DIGEST_NOT_LANDED = "digest-not-landed"
    ROLE_MISSING = "role-missing"
    SELF_APPROVAL = "self-approval"
    UNKNOWN_AUTHOR = "unknown-author"
    EVIDENCE_TOO_LOW = "evidence-too-low"
    NOT_EDITORIAL = "not-editorial"
    CORRECTS = "corrects"
    UPDATE_REQUIRED = "update-required"
    REPEATED = "repeated"
    ID_NOT_LANDED = "id-not-landed"
    TABLE_MISSING = "table-missing"
    ABOUT_MISSING = "about-missing"


@dataclass(frozen=True, slots=True)
class EntryResult:
    """One entry as it was judged at its landing; `reason` is None when it counts."""

    file: LedgerFile
    landed: date
    time: int  # of the landing, seconds since 1970
    reason: Reason | None = None
    detail: str = ""
    level: EvidenceLevel = EvidenceLevel.CLAIM
    revision: int | None = None  # to which its digest binds
    roles: tuple[str, ...] = ()  # in which it was done, by id
    late: bool = False  # recorded later than the configuration allows; counts all the same

    @property
    def entry(self) -> Entry:
        """The entry; only of a verdict that counts."""
        if self.file.reading.entry is None:
            raise ValueError(self.file.path)
        return self.file.reading.entry

    @property
    def counts(self) -> bool:
        """Whether it counted when it landed; a later correction may have taken its place."""
        return self.reason is None

    @property
    def day(self) -> date:
        """The day from which it counts: that of the entry, or that of its landing when it is earlier."""
        return min(self.entry.date, self.landed)

    @property
    def order(self) -> tuple[date, int, str]:
        """By which the latest of several is found."""
        return self.day, self.file.commit, self.file.name


@dataclass(frozen=True, slots=True)
class Approval:
    """A revision as it was approved: by which entries, under which label, since which landing.

    `blob` has the very bytes that were approved, else the first text of the revision. They are in force from `starts`
    on: the later of their `effective` day and the landing of the approval.
    """

    revision: int
    commit: int
    landed: date
    label: str
    verdicts: tuple[EntryResult, ...]
    blob: str
    starts: date

    @property
    def level(self) -> EvidenceLevel:
        """The weakest evidence among its entries."""
        return min((verdict.level for verdict in self.verdicts), key=lambda level: level.rank)

    @property
    def editorial(self) -> Entry | None:
        """An entry that says from which text this one follows, when all who approved called the edit editorial."""
        entries = [verdict.entry for verdict in self.verdicts]
        return entries[-1] if all(entry.outcome is Outcome.EDITORIAL for entry in entries) else None

    @property
    def by(self) -> tuple[str, ...]:
        """Keys of the people who approved."""
        return tuple(dict.fromkeys(verdict.entry.by for verdict in self.verdicts))


@dataclass(frozen=True, slots=True)
class RegisterWindow:
    """Registers or settings that were changed for an entry and changed back: under those before and now it fails."""

    what: str  # what was changed, in words
    opened: int  # index of the commit that changed it, by which the entry counts
    closed: int  # of the one that changed it back


@dataclass
class Ledger:
    """All that the ledger says of one SOP, up to the judged commit."""

    verdicts: list[EntryResult] = field(default_factory=list)  # in the order of landing
    corrected: set[str] = field(default_factory=set)  # file names of entries whose place another took
    approved: dict[int, Approval] = field(default_factory=dict)  # the standing approvals, by revision
    ended: list[tuple[Approval, EntryResult]] = field(default_factory=list)  # approvals, and the entry that ended each
    tampered: list[Tampering] = field(default_factory=list)
    required: tuple[str, ...] = ()  # roles that must approve the present text
    name_of: Callable[[str], str] = field(default=str, compare=False, repr=False)  # what the person of a key is called
    windows: dict[str, tuple[RegisterWindow, ...]] = field(default_factory=dict)  # by file name of the entry

    def counting(self, kind: EntryKind) -> list[EntryResult]:
        """The entries of a kind that count now."""
        return [
            verdict
            for verdict in self.verdicts
            if verdict.counts and verdict.entry.kind is kind and verdict.file.name not in self.corrected
        ]

    @property
    def reviews(self) -> list[EntryResult]:
        """The counting reviews of the text."""
        return [verdict for verdict in self.counting(EntryKind.REVIEW) if verdict.entry.scope == "text"]

    @property
    def latest_review(self) -> EntryResult | None:
        """The counting review of the text with the greatest day."""
        return max(self.reviews, key=lambda verdict: verdict.order, default=None)

    @property
    def latest_watch(self) -> EntryResult | None:
        """The counting review, of whatever scope, with the greatest day: it saw the watched files last."""
        return max(self.counting(EntryKind.REVIEW), key=lambda verdict: verdict.order, default=None)

    @property
    def newest_approval(self) -> Approval | None:
        """The approval of the newest approved revision, whether it is in force yet or not."""
        return self.approved[max(self.approved)] if self.approved else None

    def in_force(self, day: date) -> Approval | None:
        """The approval of the newest approved revision whose text is in force on a day, or None."""
        started = (one for one in self.approved.values() if one.starts <= day)
        return max(started, key=lambda one: one.revision, default=None)

    @property
    def withdrawn(self) -> dict[int | None, int]:
        """By revision: the landing of the last withdrawal of its approval."""
        return {verdict.revision: verdict.file.commit for verdict in self.counting(EntryKind.WITHDRAWAL)}

    @property
    def void(self) -> set[str]:
        """File names of the approvals that a withdrawal ended."""
        pending = {verdict.file.name for verdict in self.pending}
        return {verdict.file.name for verdict in self.counting(EntryKind.APPROVAL)} - pending

    @property
    def pending(self) -> list[EntryResult]:
        """Counting approvals that no withdrawal has ended."""
        ended = self.withdrawn
        return [one for one in self.counting(EntryKind.APPROVAL) if one.file.commit > ended.get(one.revision, -1)]

    @property
    def invalid(self) -> list[EntryResult]:
        """The entries that do not count."""
        return [verdict for verdict in self.verdicts if not verdict.counts]

    @property
    def retired(self) -> bool:
        """Whether the people who approve or own it have let it go since they last approved it otherwise."""
        approvals, reviews = self.counting(EntryKind.APPROVAL), self.counting(EntryKind.REVIEW)
        last = max((one.file.commit for one in approvals if one.entry.result is not Outcome.RETIRE), default=-1)
        return any(one.entry.result is Outcome.RETIRE and one.file.commit > last for one in (*approvals, *reviews))

    @property
    def was_approved(self) -> bool:
        """Whether an approval counts; one that was withdrawn later is one all the same."""
        return bool(self.counting(EntryKind.APPROVAL))


class EntryStatus(StrEnum):
    """Whether an entry counts, or why it does not any more."""

    COUNTS = "counts"
    INVALID = "invalid"
    CORRECTED = "corrected"
    WITHDRAWN = "withdrawn"


def entry_status(ledger: Ledger, verdict: EntryResult) -> EntryStatus:
    """How one of the ledger's entries stands."""
    if not verdict.counts:
        return EntryStatus.INVALID
    if verdict.file.name in ledger.corrected:
        return EntryStatus.CORRECTED
    return EntryStatus.WITHDRAWN if verdict.file.name in ledger.void else EntryStatus.COUNTS


def explain_status(ledger: Ledger, verdict: EntryResult) -> str:
    """What speaks against an entry, in words; nothing when it counts."""
    state = entry_status(ledger, verdict)
    if state is EntryStatus.INVALID:
        return verdict.detail
    if state is EntryStatus.CORRECTED:
        takers = [one for one in ledger.verdicts if one.counts and one.entry.corrects == verdict.file.name]
        return f"on {takers[-1].landed} by {takers[-1].file.name}"
    if state is EntryStatus.WITHDRAWN:
        later = [
            one
            for one in ledger.counting(EntryKind.WITHDRAWAL)
            if one.revision == verdict.revision and one.file.commit >= verdict.file.commit
        ]
        return f"on {later[0].landed} by {ledger.name_of(later[0].entry.by)}" if later else ""
    return ""
