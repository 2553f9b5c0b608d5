"""The files of the ledger as they landed: the first bytes of each, and what was done to them afterwards."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from sopkit.model.entries import LEDGER
from sopkit.model.history import REGULAR, Change
from sopkit.text.entry import EntryReading, name_of

PAYLOAD = ".payload.json"
_ENTRY = ".yaml"
_PREFIX = f"{LEDGER}/"
_NO_FILE = EntryReading("", fault="a symbolic link or a submodule, not a file")


@dataclass(frozen=True, slots=True)
class LedgerFile:
    """One entry's file as it first landed; `commit` is an index on the line."""

    path: str
    commit: int
    blob: str
    reading: EntryReading

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
        return name_of(entry, self.reading.sha256) if entry is not None else self.name

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

    def told(self, effect: str) -> str:
        """What was done, as the end of a sentence; `effect` says what follows for a file that had landed."""
        return self.what if self.lost else f"{self.what} after it had landed; {effect}"


@dataclass
class LedgerFiles:
    """All entries by the id of their folder, oldest landing first, and what was done to files later."""

    by_id: dict[str, list[LedgerFile]] = field(default_factory=dict)
    altered: dict[str, list[Tampering]] = field(default_factory=dict)
    payloads: dict[str, tuple[int, str]] = field(default_factory=dict)  # by path: where it landed first, and its blob

    def payload(self, file: LedgerFile) -> str:
        """The blob beside an entry when it landed, or nothing."""
        commit, blob = self.payloads.get(f"{file.stem}{PAYLOAD}", (0, ""))
        return blob if commit <= file.commit else ""


def is_ledger(path: str) -> bool:
    """Whether a path of the library belongs to the ledger of SOPs."""
    return path.startswith(_PREFIX)


def entry_blobs(changes: Sequence[Sequence[Change]]) -> set[str]:
    """The blobs of everything that is or was an entry."""
    return {
        change.blob for changed in changes for change in changed if change.mode in REGULAR and _is_entry(change.path)
    }


def read_files(
    changes: Sequence[Sequence[Change]],
    readings: Mapping[str, EntryReading],
    sha256_of: Callable[[Iterable[str]], Mapping[str, str]],
) -> LedgerFiles:
    """The ledger over a first-parent line; `sha256_of` gives the hash of other blobs, which are payloads."""
    found = LedgerFiles()
    first: dict[str, LedgerFile] = {}
    later: list[tuple[str, int, Change]] = []
    all_changes = ((index, change) for index, changed in enumerate(changes) for change in changed)
    for index, change in all_changes:
        path = change.path
        if path in first or path in found.payloads:
            later.append((path, index, change))
        elif not change.mode:
            continue
        elif _is_entry(path):
            reading = readings[change.blob] if change.is_file else _NO_FILE
            first[path] = file = LedgerFile(path, index, change.blob, reading)
            found.by_id.setdefault(file.id, []).append(file)
        elif is_ledger(path) and path.endswith(PAYLOAD):
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


def note_left_out(found: LedgerFiles, left: Iterable[tuple[int, str, str]], hashes: Mapping[str, str]) -> None:
    """Add the entries that a merge left out (its index, path and blob) and that never landed."""
    for index, path, blob in left:
        if _is_entry(path):
            what = "left out of a merge and counts for nothing; bring it back from the side that was merged"
            one = Tampering(path, index, what, hashes.get(blob, ""), lost=True)
            found.altered.setdefault(path.split("/")[-2], []).append(one)


def _is_entry(path: str) -> bool:
    return path.startswith(_PREFIX) and path.endswith(_ENTRY) and path.count("/") == LEDGER.count("/") + 2
