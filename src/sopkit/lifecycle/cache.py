"""Snapshots and authors by git object id, kept between runs; deleting the folder changes nothing."""

import json
import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Any

from sopkit import __version__
from sopkit.lifecycle.snapshot import Snapshot
from sopkit.model.config import Config
from sopkit.text.digest import CANONICALISER, immaterial


class Cache:
    """What is known of texts under one configuration; reading and writing never fail.

    The file lies in the repository's own folder, so that it is gone with the clone and never in a commit.
    An object id names one text for ever, so an entry cannot become wrong; two runs at a time each write a
    whole file, and the later one stays.
    """

    def __init__(self, folder: Path | None, config: Config) -> None:
        self._file = folder / f"snapshots-{_key(config)}.json" if folder is not None else None
        self._snapshots: dict[str, Sequence[Any]] = {}
        self._authors: dict[str, Sequence[str]] = {}
        self._grown = False
        if self._file is None:
            return
        with suppress(OSError):
            seal, _, text = self._file.read_bytes().partition(b"\n")
            if seal == _seal(text):
                kept = json.loads(text)
                self._snapshots, self._authors = kept["snapshots"], kept["authors"]

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
        """Write what was learnt, beside the file and then in its place."""
        if self._file is None or not self._grown:
            return
        beside = self._file.with_name(f"{self._file.name}.{os.getpid()}.tmp")
        try:
            text = json.dumps({"snapshots": self._snapshots, "authors": self._authors}).encode("ascii")
            self._file.parent.mkdir(exist_ok=True)
            beside.write_bytes(_seal(text) + b"\n" + text)
            beside.replace(self._file)
        except OSError:
            with suppress(OSError):
                beside.unlink()


def _seal(text: bytes) -> bytes:
    """What shows that a file is whole and nobody changed it by mistake."""
    return sha256(text).hexdigest().encode("ascii")


def _key(config: Config) -> str:
    """What a snapshot depends on beside the bytes: programs, and the keys of the configuration it reads."""
    front = config.front_matter
    told = [
        *(__version__, CANONICALISER, sorted(immaterial(config)), Snapshot._fields),
        *(sorted(front.aliases.items()), sorted(front.defaults.items()), sorted(front.claims.items())),
        *(version("pyromark"), version("pyyaml"), sys.version_info[:2]),
    ]
    return sha256(json.dumps(told).encode()).hexdigest()[:16]
