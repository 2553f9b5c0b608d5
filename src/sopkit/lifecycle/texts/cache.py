"""What was worked out of git objects, kept between runs: an object's id names one thing for ever."""

import sys
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from importlib.metadata import version
from typing import Any

from sopkit.git.left_out import LeftOut
from sopkit.lifecycle.texts.snapshot import Snapshot
from sopkit.lifecycle.texts.store import Store
from sopkit.model.config import Config
from sopkit.model.entries import ENTRY_SCHEMA
from sopkit.text.digest import CANONICALISER, immaterial
from sopkit.text.entry import EntryReading, keep_reading, kept_reading

_KIND = "snapshots"
_PARTS = ("snapshots", "people", "entries", "signatures", "ledgers", "left")


class Cache:
    """What is known of texts under one configuration, of the people behind landings, of entries and signatures."""

    def __init__(self, store: Store, config: Config) -> None:
        self._store, self._rests_on = store, _rests_on(config)
        kept = {name: {} for name in _PARTS} | (store.read(_KIND, self._rests_on) or {})
        self._snapshots: dict[str, Sequence[Any]] = kept["snapshots"]
        self._people: dict[str, Sequence[Any]] = kept["people"]
        self._entries: dict[str, Sequence[Any]] = kept["entries"]
        self._signatures: dict[str, bool] = kept["signatures"]
        self._ledgers: dict[str, Sequence[Any]] = kept["ledgers"]
        self._left: dict[str, Sequence[Any]] = kept["left"]
        self._grown = False

    def snapshots(self, oids: Iterable[str]) -> dict[str, Snapshot]:
        """The known ones of the texts with these ids."""
        known = self._snapshots
        return {oid: Snapshot(*known[oid]) for oid in oids if oid in known}

    def learn(self, snapshots: Mapping[str, Snapshot]) -> None:
        """Remember texts."""
        self._grown = self._grown or bool(snapshots)
        self._snapshots.update(snapshots)

    def contributions(self, name: str) -> Sequence[Any] | None:
        """Who wrote what is named by a commit and a path, as it was kept, or None when it is not known."""
        return self._people.get(name)

    def keep(self, contributions: Mapping[str, Sequence[Any]]) -> None:
        """Remember who wrote what."""
        self._grown = self._grown or bool(contributions)
        self._people.update(contributions)

    def entries(self, oids: Iterable[str]) -> dict[str, EntryReading]:
        """The known ones of the entries with these ids."""
        known = self._entries
        return {oid: kept_reading(known[oid]) for oid in oids if oid in known}

    def learn_entries(self, readings: Mapping[str, EntryReading]) -> None:
        """Remember entries."""
        self._grown = self._grown or bool(readings)
        self._entries.update({oid: keep_reading(reading) for oid, reading in readings.items()})

    def signature(self, name: str, verify: Callable[[], bool]) -> bool:
        """Whether a signature is right; `name` is a hash of the bytes and the signature, and checked once for ever."""
        if name not in self._signatures:
            self._signatures[name] = verify()
            self._grown = True
        return self._signatures[name]

    def left_out(self, oids: Iterable[str], prefix: str) -> dict[str, LeftOut]:
        """What the known ones of these merges left out of the library in that folder of the repository."""
        known = {oid: self._left.get(f"{oid}:{prefix}") for oid in oids}
        return {oid: tuple((path, blob) for path, blob in left) for oid, left in known.items() if left is not None}

    def learn_left_out(self, left: Mapping[str, LeftOut], prefix: str) -> None:
        """Remember what merges left out."""
        self._grown = self._grown or bool(left)
        self._left.update({f"{oid}:{prefix}": files for oid, files in left.items()})

    def ledger(self, name: str) -> Sequence[Any] | None:
        """A judged ledger by a hash of what it follows from, as it was kept, or None when it is not known."""
        return self._ledgers.get(name)

    def keep_ledgers(self, fresh: Mapping[str, Sequence[Any]], used: Collection[str]) -> None:
        """Remember judged ledgers; those that nobody used go when they become the most."""
        self._grown = self._grown or bool(fresh)
        self._ledgers.update(fresh)
        if len(self._ledgers) > 2 * len(used):
            self._ledgers = {name: self._ledgers[name] for name in used}

    def save(self) -> None:
        """Write what was learnt."""
        if self._grown:
            kept = (self._snapshots, self._people, self._entries, self._signatures, self._ledgers, self._left)
            self._store.write(_KIND, self._rests_on, dict(zip(_PARTS, kept, strict=True)))


def _rests_on(config: Config) -> list[object]:
    """What a snapshot depends on beside the bytes: programs, and the keys of the configuration it reads."""
    front = config.front_matter
    return [
        *(CANONICALISER, ENTRY_SCHEMA, sorted(immaterial(config)), Snapshot._fields),
        *(sorted(front.aliases.items()), sorted(front.defaults.items()), sorted(front.claims.items())),
        *(version("pyromark"), version("pyyaml"), list(sys.version_info[:2])),
    ]
