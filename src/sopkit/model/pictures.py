"""Which files can be pictures of an SOP, and how each kind begins."""

PICTURES = {
    ".png": ("image/png", b"\x89PNG\r\n"),
    ".jpg": ("image/jpeg", b"\xff\xd8\xff"),
    ".jpeg": ("image/jpeg", b"\xff\xd8\xff"),
    ".gif": ("image/gif", b"GIF8"),
    ".webp": ("image/webp", b"RIFF"),
}
"""Ending of the name to the media type and the first bytes. SVG is left out: it can hold script and styles."""
