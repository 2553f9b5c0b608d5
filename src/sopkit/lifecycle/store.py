"""A folder of things worked out before: losing it changes nothing, and using it never fails."""

import json
import os
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import Any

from sopkit import __version__


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
                seal, _, text = self._file(self._folder, kind, rests_on).read_bytes().partition(b"\n")
                if seal == _seal(text):
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
        except OSError:
            with suppress(OSError):
                beside.unlink()

    @staticmethod
    def _file(folder: Path, kind: str, rests_on: object) -> Path:
        key = json.dumps([__version__, rests_on]).encode("ascii")
        return folder / f"{kind}-{sha256(key).hexdigest()[:16]}.json"


def _seal(text: bytes) -> bytes:
    """What shows that a file is whole and that nobody changed it by mistake."""
    return sha256(text).hexdigest().encode("ascii")
