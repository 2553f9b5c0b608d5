"""The pictures of a library: which files are some, and small ones as `data:` addresses for a page without others."""

import base64
from pathlib import Path

from sopkit.model.source import PICTURE_TYPES

MOST_BYTES = 512 * 1024
"""Largest picture that is put into a page, in bytes."""


def embedded(root: Path, path: str) -> str | None:
    """A picture of the library as a `data:` address; None when it is no small picture inside the library."""
    data = picture(root, path, MOST_BYTES)
    return (
        f"data:{PICTURE_TYPES[Path(path).suffix.lower()][0]};base64,{base64.b64encode(data).decode()}" if data else None
    )


def picture(root: Path, path: str, most: int) -> bytes | None:
    """The bytes of a picture of the library; None when it is none of at most so many bytes inside the library."""
    kind, magic = PICTURE_TYPES.get(Path(path).suffix.lower(), ("", b""))
    if not kind:
        return None
    try:
        file = (root / path).resolve()
        if not file.is_relative_to(root.resolve()) or not file.is_file() or file.stat().st_size > most:
            return None
        data = file.read_bytes()
    except (OSError, ValueError, RuntimeError):
        return None
    return data if data.startswith(magic) else None
