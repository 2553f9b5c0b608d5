"""Small pictures of a library as `data:` addresses, so that a page needs no other file."""

import base64
from pathlib import Path

MOST_BYTES = 512 * 1024
"""Largest picture that is put into a page, in bytes."""

_KINDS = {
    ".png": ("image/png", b"\x89PNG\r\n"),
    ".jpg": ("image/jpeg", b"\xff\xd8\xff"),
    ".jpeg": ("image/jpeg", b"\xff\xd8\xff"),
    ".gif": ("image/gif", b"GIF8"),
    ".webp": ("image/webp", b"RIFF"),
}


def embedded(root: Path, path: str) -> str | None:
    """A picture of the library as a `data:` address; None when it is no small picture inside the library.

    SVG is left out: it can hold script and styles.
    """
    kind, magic = _KINDS.get(Path(path).suffix.lower(), ("", b""))
    if not kind:
        return None
    try:
        file = (root / path).resolve()
        if not file.is_relative_to(root.resolve()) or not file.is_file() or file.stat().st_size > MOST_BYTES:
            return None
        data = file.read_bytes()
    except (OSError, ValueError, RuntimeError):
        return None
    return f"data:{kind};base64,{base64.b64encode(data).decode()}" if data.startswith(magic) else None
