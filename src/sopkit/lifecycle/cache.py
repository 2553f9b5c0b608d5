"""Results that are kept between runs, by the ids of the git objects from which they were computed."""

import json
import os
import sys
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Any

from sopkit import __version__
from sopkit.git.merges import OmittedFiles
from sopkit.lifecycle.snapshot import Snapshot
from sopkit.model.config import Config
from sopkit.model.entry import ENTRY_SCHEMA, Entry
from sopkit.parsing.digest import CANONICALISER, immaterial_keys
from sopkit.parsing.entry import EntryReading, reading_from_json, reading_to_json

MAX_KEPT = 4
"""So many files of a kind stay, those last used: a few configurations have theirs, and no version stays for ever."""

_MAX_LEFTOVER_AGE = 3_600 * 10**9  # an hour, in nanoseconds: no run takes so long to write a file


class CacheStore:
    """Values by the kind of thing and by everything that they depend on beside what names them.

    The files lie in the repository's own folder, so that they are gone with the clone and never in a commit. Two
    runs at a time each write a whole file, and the later one stays. Without a folder nothing is kept.
    """

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder

    def read(self, kind: str, rests_on: object) -> Any:  # noqa: ANN401 - what JSON can hold
        """What was written last, or None when it is not there or not whole."""
        if self._folder is not None:
            with suppress(OSError):
                file = self._file(self._folder, kind, rests_on)
                seal, _, text = file.read_bytes().partition(b"\n")
                if seal == _checksum(text):
                    with suppress(OSError):  # of somebody else's clone it may be read only
                        os.utime(file)
                    return json.loads(text)
        return None

    def write(self, kind: str, rests_on: object, value: object) -> None:
        """Keep a value: written beside the file and then put in its place."""
        if self._folder is None:
            return
        file = self._file(self._folder, kind, rests_on)
        beside = file.with_name(f"{file.name}.{os.getpid()}.tmp")
        try:
            text = json.dumps(value, separators=(",", ":")).encode("ascii")
            self._folder.mkdir(exist_ok=True)
            beside.write_bytes(_checksum(text) + b"\n" + text)
            beside.replace(file)
            _prune(self._folder, kind)
        except OSError:
            with suppress(OSError):
                beside.unlink()

    @staticmethod
    def _file(folder: Path, kind: str, rests_on: object) -> Path:
        key = json.dumps([__version__, rests_on]).encode("ascii")
        return folder / f"{kind}-{sha256(key).hexdigest()[:16]}.json"


class CacheComparison(CacheStore):
    """Gives nothing back; compares what would be kept with what the files of a folder contain."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.differences: list[tuple[Path, str]] = []
        """Each file that contains another result than was computed now, and where in it."""

    def read(self, kind: str, rests_on: object) -> None:
        """Nothing."""

    def write(self, kind: str, rests_on: object, value: object) -> None:
        """Compare a value with the one that is kept; nothing is written."""
        kept, fresh = super().read(kind, rests_on), json.loads(json.dumps(value))
        place = _find_difference(kept, fresh)
        if place and self._folder is not None:
            self.differences.append((self._file(self._folder, kind, rests_on), place.lstrip("/")))


def _find_difference(kept: object, fresh: object) -> str:
    """Where two results contradict each other; empty where they do not, or are about different things."""
    if kept is None or kept == fresh:
        return ""
    if not isinstance(kept, dict) or not isinstance(fresh, dict):
        return "/"
    if kept.get("head") != fresh.get("head"):  # another line of commits
        return ""
    places = ((name, _find_difference(kept[name], fresh[name])) for name in sorted(kept.keys() & fresh.keys()))
    return next((f"/{name}{place.rstrip('/')}" for name, place in places if place), "")


def _prune(folder: Path, kind: str) -> None:
    """Remove the files of a kind that nobody used for longest, and what a run that was ended left beside them."""
    aged = sorted((file.stat().st_mtime_ns, file.name, file) for file in folder.glob(f"{kind}-*"))
    whole = [file for _, _, file in aged if file.suffix == ".json"]
    left = [file for time, _, file in aged if file.suffix == ".tmp" and aged[-1][0] - time > _MAX_LEFTOVER_AGE]
    for file in (*whole[:-MAX_KEPT], *left):
        with suppress(OSError):
            file.unlink()


def _checksum(text: bytes) -> bytes:
    """What shows that a file is whole and that nobody changed it by mistake."""
    return sha256(text).hexdigest().encode("ascii")


_KIND = "snapshots"
_PARTS = ("snapshots", "people", "entries", "signatures", "ledgers", "left")


class HistoryCache:
    """What is known of texts under one configuration, of the people behind landings, of entries and signatures."""

    def __init__(self, store: CacheStore, config: Config) -> None:
        front = config.front_matter
        # programs, and the keys of the configuration that a snapshot reads
        self._rests_on: list[object] = [
            *(CANONICALISER, sorted(immaterial_keys(config)), Snapshot._fields),
            *(ENTRY_SCHEMA, sorted(Entry.model_fields)),
            *(sorted(front.aliases.items()), sorted(front.defaults.items()), sorted(front.claims.items())),
            *(version("pyromark"), version("pyyaml"), list(sys.version_info[:2])),
        ]
        self._store = store
        self._parts: dict[str, dict[str, Any]] = {name: {} for name in _PARTS}
        self._parts |= store.read(_KIND, self._rests_on) or {}
        self._grown = False

    def snapshots(self, oids: Iterable[str]) -> dict[str, Snapshot]:
        """The known ones of the texts with these ids."""
        known = self._parts["snapshots"]
        return {oid: Snapshot(*known[oid]) for oid in oids if oid in known}

    def learn(self, snapshots: Mapping[str, Snapshot]) -> None:
        """Remember texts."""
        self._grown = self._grown or bool(snapshots)
        self._parts["snapshots"].update(snapshots)

    def contributions(self, name: str) -> Sequence[Any] | None:
        """Who wrote what is named by a commit and a path, as it was kept, or None when it is not known."""
        return self._parts["people"].get(name)

    def keep(self, contributions: Mapping[str, Sequence[Any]]) -> None:
        """Remember who wrote what."""
        self._grown = self._grown or bool(contributions)
        self._parts["people"].update(contributions)

    def entries(self, oids: Iterable[str]) -> dict[str, EntryReading]:
        """The known ones of the entries with these ids."""
        known = self._parts["entries"]
        return {oid: reading_from_json(known[oid]) for oid in oids if oid in known}

    def learn_entries(self, readings: Mapping[str, EntryReading]) -> None:
        """Remember entries."""
        self._grown = self._grown or bool(readings)
        self._parts["entries"].update({oid: reading_to_json(reading) for oid, reading in readings.items()})

    def signature(self, name: str, verify: Callable[[], bool]) -> bool:
        """Whether a signature is right; `name` is a hash of the bytes and the signature, and checked once for ever."""
        signatures: dict[str, bool] = self._parts["signatures"]
        if name not in signatures:
            signatures[name] = verify()
            self._grown = True
        return signatures[name]

    def left_out(self, oids: Iterable[str], prefix: str) -> dict[str, OmittedFiles]:
        """What the known ones of these merges left out of the library in that folder of the repository."""
        known = {oid: self._parts["left"].get(f"{oid}:{prefix}") for oid in oids}
        return {oid: tuple((path, blob) for path, blob in left) for oid, left in known.items() if left is not None}

    def learn_left_out(self, left: Mapping[str, OmittedFiles], prefix: str) -> None:
        """Remember what merges left out."""
        self._grown = self._grown or bool(left)
        self._parts["left"].update({f"{oid}:{prefix}": files for oid, files in left.items()})

    def ledger(self, name: str) -> Sequence[Any] | None:
        """A judged ledger by a hash of what it follows from, as it was kept, or None when it is not known."""
        return self._parts["ledgers"].get(name)

    def keep_ledgers(self, fresh: Mapping[str, Sequence[Any]], used: Collection[str]) -> None:
        """Remember judged ledgers; those that nobody used go when they become the most."""
        self._grown = self._grown or bool(fresh)
        ledgers = self._parts["ledgers"]
        ledgers.update(fresh)
        if len(ledgers) > 2 * len(used):
            self._parts["ledgers"] = {name: ledgers[name] for name in used}

    def save(self) -> None:
        """Write what was learnt."""
        if self._grown:
            self._store.write(_KIND, self._rests_on, self._parts)
