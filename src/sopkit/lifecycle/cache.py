"""Texts and authors by git object id, kept between runs: an id names one thing for ever."""

import sys
from collections.abc import Iterable, Mapping, Sequence
from importlib.metadata import version
from typing import Any

from sopkit.lifecycle.snapshot import Snapshot
from sopkit.lifecycle.store import Store
from sopkit.model.config import Config
from sopkit.text.digest import CANONICALISER, immaterial

_KIND = "snapshots"


class Cache:
    """What is known of texts under one configuration."""

    def __init__(self, store: Store, config: Config) -> None:
        self._store, self._rests_on = store, _rests_on(config)
        kept = store.read(_KIND, self._rests_on) or {"snapshots": {}, "authors": {}}
        self._snapshots: dict[str, Sequence[Any]] = kept["snapshots"]
        self._authors: dict[str, Sequence[str]] = kept["authors"]
        self._grown = False

    def snapshots(self, oids: Iterable[str]) -> dict[str, Snapshot]:
        """The known ones of the texts with these ids."""
        known = self._snapshots
        return {oid: Snapshot(*known[oid]) for oid in oids if oid in known}

    def authors(self, name: str) -> tuple[str, ...] | None:
        """Who wrote what is named by a commit and a path, or None when it is not known."""
        kept = self._authors.get(name)
        return None if kept is None else tuple(kept)

    def learn(self, snapshots: Mapping[str, Snapshot], authors: Mapping[str, tuple[str, ...]]) -> None:
        """Remember what was worked out."""
        self._grown = self._grown or bool(snapshots or authors)
        self._snapshots.update(snapshots)
        self._authors.update(authors)

    def save(self) -> None:
        """Write what was learnt."""
        if self._grown:
            self._store.write(_KIND, self._rests_on, {"snapshots": self._snapshots, "authors": self._authors})


def _rests_on(config: Config) -> list[object]:
    """What a snapshot depends on beside the bytes: programs, and the keys of the configuration it reads."""
    front = config.front_matter
    return [
        *(CANONICALISER, sorted(immaterial(config)), Snapshot._fields),
        *(sorted(front.aliases.items()), sorted(front.defaults.items()), sorted(front.claims.items())),
        *(version("pyromark"), version("pyyaml"), list(sys.version_info[:2])),
    ]
