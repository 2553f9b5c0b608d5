"""What a user requests of a new SOP: template answers, title, owner, area; and its id and file path."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from sopkit.git.globs import compile_sop_globs
from sopkit.library import CONFIG_NAME, Library
from sopkit.model.areas import Area, unknown_area
from sopkit.model.errors import SopkitError
from sopkit.parsing.sections import make_slug
from sopkit.parsing.yaml import yaml_scalar
from sopkit.tables.escape import escape_controls

_MAX_LENGTH = 500


@dataclass(frozen=True)
class SopRequest:
    """What somebody asked for; what is empty comes from the template and the library."""

    id: str = ""
    title: str = ""
    owner: str = ""
    area: str = ""
    decided: Mapping[str, str] = field(default_factory=dict)


def format_head_lines(number: str, title: str, area: str, owner: str) -> list[str]:
    """The first lines of the front matter of a new SOP."""
    return [
        f"id: {yaml_scalar(number)}",
        f"title: {yaml_scalar(title)}",
        'version: "0.1"',
        "status: draft",
        f"area: {yaml_scalar(area)}",
        f"owner: {yaml_scalar(owner)}",
    ]


def check_line(name: str, value: str) -> None:
    """Raise SopkitError when a value is no line of plain text, or a very long one."""
    if escape_controls(value) != value or len(value) > _MAX_LENGTH:
        raise SopkitError(
            f"{name}: `{escape_controls(value[:60])}` is no line of plain text of at most {_MAX_LENGTH} characters",
            "write it on one line; more can be written in the SOP itself",
        )


def find_area(areas: Mapping[str, Area], name: str) -> str:
    """The key of the area that somebody names by key or title. Raises SopkitError when there is none."""
    if not name:
        raise SopkitError("the questionnaire names no area", f"say --area; known: {', '.join(areas)}")
    named = {area.title.casefold(): key for key, area in areas.items()}
    key = name if name in areas else named.get(name.casefold(), "")
    if not key:
        raise unknown_area(name, areas, "say --area; ")
    return key


_SOP_KEYS = ("requires", "related", "supersedes", "superseded_by")
_SEPARATORS = ("-", "", "_", ".")
_DIGITS = (3, 4, 2, 5, 6, 1)
_MAX_DIGITS = 9  # a longer number counts nothing
_MAX_NAME = 240  # bytes; file systems end at 255, and there must be room for a file beside it


def choose_id(library: Library, area: str, identity: str, reserved: frozenset[str] = frozenset()) -> str:
    """The id that somebody wants, else the next of the area. Raises SopkitError for one that cannot be had."""
    return check_free_id(library, identity, reserved) if identity else find_next_id(library, area, reserved)


def find_next_id(library: Library, area: str, reserved: frozenset[str] = frozenset()) -> str:
    """The next id of an area: behind every one that is, or was, there. Raises SopkitError when none fits."""
    prefix = library.config.all_areas[area].prefix
    if not prefix:
        raise SopkitError(
            f"the area {area} has no prefix from which an id can be made",
            f'give it one in {CONFIG_NAME}, [areas.{area}] prefix = "{area[:2].upper()}", or name the id: --id',
        )
    form = re.compile(rf"{re.escape(prefix)}([-_.]?)(\d{{1,{_MAX_DIGITS}}})", re.IGNORECASE)
    used = [match for name in (*_used_ids(library), *reserved) if (match := form.fullmatch(name))]
    number = max((int(match[2]) for match in used), default=0) + 1
    latest = max(used, key=lambda match: int(match[2]), default=None)
    shapes = [(latest[1], len(latest[2]))] if latest else []
    shapes += [(separator, digits) for separator in _SEPARATORS for digits in _DIGITS]
    for separator, digits in shapes:
        if library.config.library.is_id(found := f"{prefix}{separator}{number:0{digits}}"):
            return found
    raise SopkitError(
        f"{CONFIG_NAME}: library.id_pattern does not fit the prefix {prefix} of the area {area}:"
        f" {prefix}-{number:03} is no id for it",
        f"change the pattern, or the prefix in [areas.{area}], or name the id: --id",
    )


def check_free_id(library: Library, identity: str, reserved: frozenset[str] = frozenset()) -> str:
    """An id that somebody asked for, if it is free and fits the library. Raises SopkitError when not."""
    settings = library.config.library
    if not settings.is_id(identity):
        advice = f"ids match {settings.id_pattern} ({CONFIG_NAME}, id_pattern)"
        raise SopkitError(f"{identity!r} is no id of this library", advice)
    if identity.casefold() in {name.casefold() for name in (*_used_ids(library), *reserved)}:
        there = library.by_id.get(identity)
        where = f" by {there[0].path}" if there else " or was"
        raise SopkitError(
            f"the id {identity} is taken{where}; an id is never used again", "leave --id out for a free one"
        )
    return identity


def _used_ids(library: Library) -> Iterator[str]:
    """Every id that is or was in use: of SOPs, in the names of their files, in the ledger, and where one names it."""
    yield from library.ids
    for sop in library.sops:
        yield sop.text("id")
        if found := library.config.library.id_at_start(sop.path.rsplit("/", 1)[-1]):
            yield found.upper()
        yield from (name for key in _SOP_KEYS for name, _ in sop.texts(key))
    yield from (path.split("/")[-2] for path in library.entry_paths)


def fill_sop_path(library: Library, area: str, number: str, title: str) -> str:
    """The path of a new SOP, by the pattern of the library. Raises SopkitError when it is none for an SOP."""
    pattern = library.config.library.file
    path = fill_pattern(pattern, area, number, title)
    if wrong := pattern_error(library, pattern, path):
        raise SopkitError(f"{CONFIG_NAME}: library.file {wrong}", 'the default is "sops/{area}/{id}-{slug}.md"')
    return path


def choose_file(library: Library, area: str, number: str, title: str, reserved: frozenset[str] = frozenset()) -> str:
    """The path of an SOP that is to be made; `reserved` are others. Raises SopkitError when something is there."""
    path = fill_sop_path(library, area, number, title)
    if library.exists(path) or path in reserved:
        raise SopkitError(f"{path} is there already", "choose another --title or --id")
    return path


def fill_pattern(pattern: str, area: str, number: str, title: str) -> str:
    """The path that a pattern such as `sops/{area}/{id}-{slug}.md` gives."""
    for name, value in {"area": area, "id": number.lower(), "slug": make_slug(title) or "sop"}.items():
        pattern = pattern.replace(f"{{{name}}}", value)
    return pattern


def pattern_error(library: Library, pattern: str, path: str) -> str:
    """What is wrong with a pattern that gives a path, in words; empty when an SOP can be there."""
    wrong = ""
    if "{" in path or "}" in path:
        wrong = "knows {area}, {id} and {slug} only"
    elif path.startswith("/") or "\\" in path or {"", ".", ".."} & set(path.split("/")):
        wrong = "leads out of the library, or has a part without a name"
    elif escape_controls(path) != path:
        wrong = f"gives {path!r}, a name with a character that is not seen"
    elif max(len(part.encode()) for part in path.split("/")) > _MAX_NAME:
        wrong = f"gives a name of more than {_MAX_NAME} bytes"
    elif not compile_sop_globs(library.config.library.sops)(path):
        wrong = f"gives {path}, which library.sops does not take for an SOP"
    elif "{id}" not in pattern and "{slug}" not in pattern:
        wrong = "gives every SOP the same name; put {id} into it"
    elif not _is_inside(library.root, path):
        wrong = f"gives {path}, which a symbolic link leads out of the library"
    return wrong


def _is_inside(root: Path, path: str) -> bool:
    try:
        return (root / path).parent.resolve().is_relative_to(root.resolve())
    except (OSError, RuntimeError):  # a circle, or longer than a path may be
        return False
