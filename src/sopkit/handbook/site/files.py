"""Where the files of a site are kept while it is made: in memory, or at once in a folder."""

import os
from collections.abc import Iterator, MutableMapping
from pathlib import Path


class Files(dict[str, bytes]):
    """The files of a site in memory, by path."""

    def put(self, path: str, data: bytes) -> bytes:
        """Keep a file in a process that shares the work; gives what that process must hand over."""
        del path
        return data

    def take(self, path: str, handed: bytes) -> None:
        """Know a file that a process has put, by what it handed over."""
        self[path] = handed


class FilesOnDisk(MutableMapping[str, bytes]):
    """The files of a site in a folder: none of them is held in memory."""

    def __init__(self, folder: Path) -> None:
        self._top = str(folder)
        self._paths: dict[str, None] = {}
        self._made = {""}

    def put(self, path: str, data: bytes) -> bytes:
        """Write a file in a process that shares the work; nothing is handed over."""
        parent = path.rpartition("/")[0]
        if parent not in self._made:
            os.makedirs(os.path.join(self._top, parent), exist_ok=True)  # noqa: PTH103, PTH118 - thousands of them
            self._made.add(parent)
        with open(os.path.join(self._top, path), "wb") as file:  # noqa: PTH118, PTH123 - as above
            file.write(data)
        return b""

    def take(self, path: str, handed: bytes) -> None:
        """Know a file that a process has put."""
        del handed
        self._paths[path] = None

    def __getitem__(self, path: str) -> bytes:
        if path not in self._paths:
            raise KeyError(path)
        return Path(self._top, path).read_bytes()

    def __setitem__(self, path: str, data: bytes) -> None:
        self.take(path, self.put(path, data))

    def __delitem__(self, path: str) -> None:
        del self._paths[path]
        Path(self._top, path).unlink()

    def __iter__(self) -> Iterator[str]:
        return iter(sorted(self._paths))

    def __len__(self) -> int:
        return len(self._paths)
