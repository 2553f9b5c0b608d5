"""Files of a commit written into a folder, to be read as a library is."""

from collections.abc import Mapping
from pathlib import Path, PurePosixPath

from sopkit.text.parse import MOST_BYTES


def lay_out(folder: Path, files: Mapping[str, bytes | None]) -> None:
    """Write files by path; of one that was too large to be read (None), as many bytes as show that.

    A path that leads out of the folder, which only a forged tree can hold, is left out.
    """
    for path, data in files.items():
        if path.startswith("/") or ".." in PurePosixPath(path).parts:
            continue
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(bytes(MOST_BYTES + 1) if data is None else data)
