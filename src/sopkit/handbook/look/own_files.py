"""Files of a library that the handbook is made with: its style sheet and logo. Each is told by its line when wrong."""

import re
from dataclasses import dataclass
from html import unescape
from pathlib import Path

from sopkit.library import CONFIG_NAME, Library
from sopkit.model.errors import SopkitError
from sopkit.parsing.config import toml_line_of

_MOST = 1 << 20
_KINDS = {
    ".svg": b"",
    ".png": b"\x89PNG\r\n",
    ".jpg": b"\xff\xd8\xff",
    ".jpeg": b"\xff\xd8\xff",
    ".gif": b"GIF8",
    ".webp": b"RIFF",
}
_ACTIVE = re.compile(
    r"<\s*(?:[^\s<>/:]+:)?(?:script|foreignobject|iframe|handler)\b|<!doctype|<!entity|<\?xml-stylesheet"
    r"|[\s\"'/]on\w+\s*=|javascript:|\bencoding\s*=\s*[\"'](?!utf-8[\"'])",
    re.IGNORECASE,
)
_LOADING = re.compile(
    r"@import|@namespace|image-set\s*\(|\bimage\s*\(|\b(?:url|src)\s*\((?!\s*[\"']?#[\w-]+[\"']?\s*\))", re.IGNORECASE
)
_ESCAPE = re.compile(r"\\(?:([0-9A-Fa-f]{1,6})\s?|(.))", re.DOTALL)
_COMMENT = re.compile(r"""\\.|"(?:[^"\\\n]|\\.)*"?|'(?:[^'\\\n]|\\.)*'?|(/\*.*?(?:\*/|\Z))""", re.DOTALL)
"""A comment is the group; escapes and strings are read over, since what looks like a comment in them is none."""


def style_sheet(library: Library) -> str:
    """The library's own style sheet. Raises SopkitError for one that loads another file."""
    path = library.config.handbook.css
    try:
        text = _read(library, "css").decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise SopkitError(f"{path}: is not UTF-8 at byte {error.start}", "save the file as UTF-8") from error
    if found := _LOADING.search(plain := _as_browsers_read(text)):
        line = plain.count("\n", 0, found.start()) + 1
        raise SopkitError(
            f"{path}:{line}: {found[0].rstrip('( ')} loads another file, which the handbook does not have",
            "draw it with CSS alone; pages of the handbook load nothing but their own files",
        )
    return text.rstrip("\n") + "\n"


def _as_browsers_read(text: str) -> str:
    """A style sheet without its comments, and with each sign that is escaped in it as it is."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\f", "\n")
    plain = _COMMENT.sub(lambda at: " " + "\n" * at[1].count("\n") if at[1] else at[0], lines)
    return _ESCAPE.sub(lambda at: chr(min(int(at[1], 16), 0x10FFFF)) if at[1] else at[2], plain)


def logo(library: Library) -> tuple[str, bytes]:
    """The logo: its path in the site, and its bytes. Raises SopkitError for one that could do more than be seen."""
    path = library.config.handbook.logo
    suffix = Path(path).suffix.lower()
    data = _read(library, "logo")
    if suffix not in _KINDS or not data.startswith(_KINDS[suffix]) or (suffix == ".svg" and b"\0" in data):
        raise SopkitError(f"{place_of(library, 'logo')}: {path} is no picture", "use SVG, PNG, JPEG, GIF or WebP")
    if suffix == ".svg" and (found := _ACTIVE.search(unescape(data.decode("utf-8", "replace")))):
        said = found[0].strip()
        raise SopkitError(
            f"{place_of(library, 'logo')}: {path} holds {said!r}", "export it as plain SVG, without scripts"
        )
    return f"assets/logo{suffix}", data


@dataclass(frozen=True, slots=True)
class OwnTemplate:
    """A template of a library: its path there, and its text."""

    path: str
    text: str


def own_templates(library: Library) -> dict[str, OwnTemplate]:
    """The templates of the library by their names, which are their paths in its folder of templates."""
    folder, top = file_of(library, "templates", folder=True), library.root.resolve()
    found = {}
    for file in sorted(folder.rglob("*.j2")):
        path = file.relative_to(top).as_posix()
        if not file.resolve().is_relative_to(top):
            raise SopkitError(f"{path}: leads out of the library", "put the template itself there")
        try:
            text = file.read_text("utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            raise SopkitError(f"{path}: cannot be read: {error}", "save it as UTF-8 text, or delete it") from error
        found[file.relative_to(folder).as_posix()] = OwnTemplate(path, text)
    return found


def _read(library: Library, key: str) -> bytes:
    file = file_of(library, key)
    try:
        with file.open("rb") as opened:
            data = opened.read(_MOST + 1)
    except OSError as error:
        raise SopkitError(
            f"{place_of(library, key)}: {_written(library, key)} cannot be read: {error.strerror}"
        ) from error
    if len(data) > _MOST:
        raise SopkitError(f"{place_of(library, key)}: {_written(library, key)} is larger than 1 MB", "make it smaller")
    return data


def file_of(library: Library, key: str, *, folder: bool = False) -> Path:
    """A file or folder that the configuration names, inside the library. Raises SopkitError with its line."""
    written, kind = _written(library, key), "folder" if folder else "file"
    try:
        found = (library.root / written).resolve()
        there = found.is_dir() if folder else found.is_file()
    except (OSError, ValueError, RuntimeError) as error:
        raise SopkitError(
            f"{place_of(library, key)}: {written!r} is no path of a {kind}", "correct the line"
        ) from error
    if not found.is_relative_to(library.root.resolve()):
        raise SopkitError(
            f"{place_of(library, key)}: {written} leads out of the library", f"put the {kind} into the library"
        )
    if not there:
        raise SopkitError(
            f"{place_of(library, key)}: no {kind} {written}", f"add the {kind}, correct the path, or delete the line"
        )
    return found


def _written(library: Library, key: str) -> str:
    return str(getattr(library.config.handbook, key))


def place_of(library: Library, *keys: str) -> str:
    """File and line of a key of `[handbook]`."""
    try:
        text = (library.root / CONFIG_NAME).read_text("utf-8-sig")
    except OSError:
        return CONFIG_NAME
    return f"{CONFIG_NAME}:{toml_line_of(text, ('handbook', *keys))}"
