"""A cache of the libraries that contain open documents: reread when files change, overlaid with unsaved text."""

import logging
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache
from pathlib import Path

from sopkit.library import (
    CONFIG_NAME,
    Library,
    load,
    load_config,
    path_checker,
    register_path,
    root_at_or_above,
    watch_checker,
)
from sopkit.model.errors import SopkitError
from sopkit.model.registers import REGISTERS
from sopkit.parsing.sop import MAX_SOP_BYTES
from sopkit.reading import read_file

_log = logging.getLogger(__name__)
_MAX_READINGS = 256  # texts whose reading is remembered: those that are open, and their last few versions
_REGISTER_PATHS = frozenset(map(register_path, REGISTERS))


@dataclass
class _CachedLibrary:
    """One library as it is on disk, or why it cannot be read, and with the texts of open documents that came last."""

    stamp: tuple[int, int, int] | None = None
    library: Library | None = None
    error: SopkitError | None = None
    overlay: tuple[Library, dict[str, bytes], Library] | None = None
    fresh: bool = False
    lock: threading.Lock = field(default_factory=threading.Lock)


class LibraryCache:
    """The libraries by folder. Every method may be called from any thread."""

    def __init__(self, today: Callable[[str], date]) -> None:
        self._today = today
        self._libraries: dict[Path, _CachedLibrary] = {}

    def locate(self, path: Path) -> tuple[Path, str] | None:
        """The folder of the library that a file lies in, and its path there; None outside of any library."""
        try:
            root = root_at_or_above(path.parent)
        except (OSError, ValueError):  # too long a name, a NUL in it
            return None
        return (root, path.relative_to(root).as_posix()) if root is not None else None

    def library(self, root: Path, texts: Mapping[str, bytes]) -> Library | None:
        """The library in a folder with the texts of open documents; None when it cannot be read at all.

        With a broken configuration it goes on as it was with the last good one, and `error` tells why.
        """
        cached = self._libraries.setdefault(root, _CachedLibrary())
        with cached.lock:
            try:
                status = (root / CONFIG_NAME).stat()
                stamp = (status.st_mtime_ns, status.st_size, status.st_ino)
            except OSError:
                stamp = None
            if not cached.fresh or cached.stamp != stamp:
                self._read(cached, root)
                cached.stamp, cached.fresh = stamp, True
            if (library := cached.library) is None:
                return None
            day = self._today(library.config.library.timezone)
            if day != library.as_of:
                library = cached.library = replace(library, as_of=day)
            if cached.overlay is not None and cached.overlay[0] is library:
                before = cached.overlay[1]
                # Bytes are compared by identity, so that no text is read for it.
                if before.keys() == texts.keys() and all(before[path] is texts[path] for path in texts):
                    return cached.overlay[2]
            overlaid = library.with_texts(texts) if texts else library
            cached.overlay = (library, dict(texts), overlaid)
            return overlaid

    def error(self, root: Path) -> SopkitError | None:
        """Why the configuration of the library in a folder, as it is on disk, cannot be used."""
        cached = self._libraries.get(root)
        return cached.error if cached is not None else None

    def reread(self, root: Path, path: str) -> None:
        """Read a written file again; the whole library when the file is new or the configuration."""
        cached = self._libraries.get(root)
        if cached is None:
            return
        with cached.lock:
            library = cached.library
            known = library is not None and (path in library.by_path or path in _REGISTER_PATHS)
            data = _read_bytes(root, path) if known else None
            if library is None or data is None:
                cached.fresh = False
            else:
                cached.library = replace(
                    library.with_texts({path: data}), exists=path_checker(root), watched=watch_checker(root)
                )

    def invalidate(self, root: Path) -> None:
        """Read the whole library when it is needed next, because files were added or removed."""
        if (cached := self._libraries.get(root)) is not None:
            cached.fresh = False

    def forget(self, roots: Iterable[Path]) -> None:
        """Keep only these libraries, because no document of the others is open."""
        used = set(roots)
        for root in [root for root in self._libraries if root not in used]:
            self._libraries.pop(root, None)

    def _read(self, cached: _CachedLibrary, root: Path) -> None:
        try:
            config = load_config(root)
            fresh = load(root, self._today(config.library.timezone), config)
        except SopkitError as error:
            cached.error = error
        except (OSError, ValueError) as error:
            cached.error = SopkitError(f"{CONFIG_NAME}: library cannot be read: {error}")
        else:
            cached.error = None
            cached.library = replace(fresh, read=lru_cache(maxsize=_MAX_READINGS)(fresh.read))
        if cached.error is not None:
            _log.warning("%s: %s", root, cached.error.message)


def _read_bytes(root: Path, path: str) -> bytes | None:
    """The first bytes of a regular file, one more than the limit for an SOP; None when it is missing."""
    try:
        return read_file(root, path, MAX_SOP_BYTES + 1)
    except OSError:
        return None
