"""A folder of things worked out before: losing it changes nothing, and using it never fails."""

import json
import os
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import Any

from sopkit import __version__

KEPT = 4
"""So many files of a kind stay, those last used: a few configurations have theirs, and no version stays for ever."""

_LEFT_BEHIND = 3_600 * 10**9  # an hour, in nanoseconds: no run takes so long to write a file


class Store:
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
                if seal == _seal(text):
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
            beside.write_bytes(_seal(text) + b"\n" + text)
            beside.replace(file)
            _prune(self._folder, kind)
        except OSError:
            with suppress(OSError):
                beside.unlink()

    @staticmethod
    def _file(folder: Path, kind: str, rests_on: object) -> Path:
        key = json.dumps([__version__, rests_on]).encode("ascii")
        return folder / f"{kind}-{sha256(key).hexdigest()[:16]}.json"


def _prune(folder: Path, kind: str) -> None:
    """Remove the files of a kind that nobody used for longest, and what a run that was ended left beside them."""
    aged = sorted((file.stat().st_mtime_ns, file.name, file) for file in folder.glob(f"{kind}-*"))
    whole = [file for _, _, file in aged if file.suffix == ".json"]
    left = [file for time, _, file in aged if file.suffix == ".tmp" and aged[-1][0] - time > _LEFT_BEHIND]
    for file in (*whole[:-KEPT], *left):
        with suppress(OSError):
            file.unlink()


def _seal(text: bytes) -> bytes:
    """What shows that a file is whole and that nobody changed it by mistake."""
    return sha256(text).hexdigest().encode("ascii")
