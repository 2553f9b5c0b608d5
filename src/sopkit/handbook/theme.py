"""The theme of a handbook: style sheets and scripts, colours and their contrast, own style sheet, logo, templates."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from hashlib import sha256
from html import unescape
from pathlib import Path

from sopkit.handbook.published_library import PublishedLibrary
from sopkit.handbook.translations import languages
from sopkit.library import CONFIG_NAME, Library
from sopkit.model.config import ColoursTable
from sopkit.model.errors import SopkitError
from sopkit.parsing.config import toml_line_of
from sopkit.parsing.lexicon import language_of
from sopkit.reading import explain_unread, list_files, read_file
from sopkit.render.document import read_styles

MIN_CONTRAST = 4.5
"""Least contrast of text, by WCAG 2.2 AA."""

Rgb = tuple[float, float, float]

_DEFAULT_COLOURS = {
    "text": ("#1b1f24", "#e6e8ea"),
    "ground": ("#ffffff", "#14171a"),
    "muted": ("#57606a", "#a0a8b0"),
    "accent": ("#0b5cad", "#7db7ff"),
    "line": ("#d8dee4", "#30363c"),
    "ok": ("#116329", "#6fdd8b"),
    "warn": ("#8a4b00", "#f0b35e"),
    "bad": ("#a40e26", "#ff9aa2"),
}
_TEXT_COLOURS = ("text", "muted", "accent", "ok", "warn", "bad")
_SCHEMES = ("light", "dark")
_TINTS = {
    "tint": ("text", 4),
    "tint-strong": ("accent", 9),
    "ok-tint": ("ok", 7),
    "warn-tint": ("warn", 7),
    "bad-tint": ("bad", 7),
}
_MAX_TINT = max(share for _, share in _TINTS.values())
_STEPS = 20
_LINEAR_LIMIT = 0.04045


def colour_properties(table: ColoursTable) -> dict[str, tuple[str, str]]:
    """What each colour that a library sets is in the light and in the dark.

    One that is given for the light alone is mixed with white for the dark until it can be read there.
    """
    ground = _light_and_dark(table, "ground", "")
    return {name: _light_and_dark(table, name, ground[1]) for name in _DEFAULT_COLOURS if getattr(table, name)}


def low_contrast_colours(table: ColoursTable) -> Iterator[tuple[str, str, float]]:
    """The colours of text that stand out too little from the ground and its tints: name, scheme, and the contrast."""
    chosen = _DEFAULT_COLOURS | colour_properties(table)
    for name in _TEXT_COLOURS:
        for place, scheme in enumerate(_SCHEMES):
            ours = not getattr(table, name) and not table.ground
            found = _min_contrast(chosen[name][place], chosen["ground"][place])
            if not ours and found < MIN_CONTRAST:
                yield name, scheme, found


def contrast(one: str, other: str) -> float:
    """How much two colours stand out from one another, from 1 to 21, as WCAG reckons it."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def tint_properties() -> dict[str, str]:
    """The grounds that are tinted with a colour, by their names, as values of custom properties."""
    return {name: f"color-mix(in srgb,var(--{of}) {share}%,var(--ground))" for name, (of, share) in _TINTS.items()}


def _min_contrast(colour: str, ground: str) -> float:
    """The contrast from the ground that is tinted most, with the colour itself."""
    return contrast(colour, _mix(colour, ground, 1 - _MAX_TINT / 100))


def _light_and_dark(table: ColoursTable, name: str, ground: str) -> tuple[str, str]:
    """The two colours of a name; one for the light alone is mixed with as little white as makes it readable."""
    colours: tuple[str, ...] = getattr(table, name)
    if not colours:
        return _DEFAULT_COLOURS[name]
    if colours[1:]:
        return colours[0], colours[1]
    if name not in _TEXT_COLOURS:
        return colours[0], _DEFAULT_COLOURS[name][1]
    mixed = (_mix(colours[0], "#ffffff", step / _STEPS) for step in range(_STEPS + 1))
    return colours[0], next((one for one in mixed if _min_contrast(one, ground) >= MIN_CONTRAST), "#ffffff")


def _mix(colour: str, other: str, share: float) -> str:
    pairs = zip(_parse_rgb(colour), _parse_rgb(other), strict=True)
    return "#" + "".join(f"{round(255 * (one + (two - one) * share)):02x}" for one, two in pairs)


def _luminance(colour: str) -> float:
    red, green, blue = (
        part / 12.92 if part <= _LINEAR_LIMIT else ((part + 0.055) / 1.055) ** 2.4 for part in _parse_rgb(colour)
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _parse_rgb(colour: str) -> Rgb:
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return red, green, blue


_MAX_BYTES = 1 << 20
_PICTURE_SIGNATURES = {  # by the suffixes that the configuration allows
    ".svg": b"",
    ".png": b"\x89PNG\r\n",
    ".jpg": b"\xff\xd8\xff",
    ".jpeg": b"\xff\xd8\xff",
    ".gif": b"GIF8",
    ".webp": b"RIFF",
}
_ACTIVE_CONTENT = re.compile(
    r"<\s*(?:[^\s<>/:]+:)?(?:script|foreignobject|iframe|handler)\b|<!doctype|<!entity|<\?xml-stylesheet"
    r"|[\s\"'/]on\w+\s*=|javascript:|\bencoding\s*=\s*[\"'](?!utf-8[\"'])",
    re.IGNORECASE,
)
_EXTERNAL_LOAD = re.compile(
    r"@import|@namespace|image-set\s*\(|\bimage\s*\(|\b(?:url|src)\s*\((?!\s*[\"']?#[\w-]+[\"']?\s*\))", re.IGNORECASE
)
_ESCAPE = re.compile(r"\\(?:([0-9A-Fa-f]{1,6})\s?|(.))", re.DOTALL)
_COMMENT = re.compile(r"""\\.|"(?:[^"\\\n]|\\.)*"?|'(?:[^'\\\n]|\\.)*'?|(/\*.*?(?:\*/|\Z))""", re.DOTALL)
"""A comment is the group; escapes and strings are read over, since what looks like a comment in them is none."""


def style_sheet(library: Library) -> str:
    """The library's own style sheet. Raises SopkitError for one that loads another file."""
    path = library.config.handbook.css
    try:
        text = _read_file(library, "css").decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise SopkitError(f"{path}: is not UTF-8 at byte {error.start}", "save the file as UTF-8") from error
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\f", "\n")
    plain = _COMMENT.sub(lambda at: " " + "\n" * at[1].count("\n") if at[1] else at[0], lines)
    plain = _ESCAPE.sub(lambda at: chr(min(int(at[1], 16), 0x10FFFF)) if at[1] else at[2], plain)
    if found := _EXTERNAL_LOAD.search(plain):
        line = plain.count("\n", 0, found.start()) + 1
        raise SopkitError(
            f"{path}:{line}: {found[0].rstrip('( ')} loads another file, which the handbook does not have",
            "draw it with CSS alone; pages of the handbook load nothing but their own files",
        )
    return text.rstrip("\n") + "\n"


def logo(library: Library) -> tuple[str, bytes]:
    """The logo: its path in the site, and its bytes. Raises SopkitError for one that could do more than be seen."""
    path = library.config.handbook.logo
    suffix = Path(path).suffix.lower()
    data = _read_file(library, "logo")
    if not data.startswith(_PICTURE_SIGNATURES[suffix]) or (suffix == ".svg" and b"\0" in data):
        raise SopkitError(
            f"{config_location(library, 'logo')}: {path} is no picture", "use SVG, PNG, JPEG, GIF or WebP"
        )
    if suffix == ".svg" and (found := _ACTIVE_CONTENT.search(unescape(data.decode("utf-8", "replace")))):
        raise SopkitError(
            f"{config_location(library, 'logo')}: {path} holds {found[0].strip()!r}",
            "export it as plain SVG, without scripts",
        )
    return f"assets/logo{suffix}", data


@dataclass(frozen=True, slots=True)
class LibraryTemplate:
    """A template of a library: its path there, and its text."""

    path: str
    text: str


def library_templates(library: Library) -> dict[str, LibraryTemplate]:
    """The templates of the library by their names, which are their paths in its folder of templates."""
    folder, where = library.config.handbook.templates, config_location(library, "templates")
    if not (library.root / folder).is_dir():
        raise SopkitError(f"{where}: no folder {folder}", "add the folder, correct the path, or delete the line")
    try:
        paths = [path for path in list_files(library.root, folder, deep=True) if path.endswith(".j2")]
    except OSError as error:
        what, advice = explain_unread(error)
        raise SopkitError(f"{where}: {folder} {what}", advice) from error
    found = {}
    for path in paths:
        try:
            text = read_file(library.root, path).decode("utf-8-sig")
        except OSError as error:
            what, advice = explain_unread(error)
            raise SopkitError(f"{path}: {what}", advice) from error
        except UnicodeDecodeError as error:
            raise SopkitError(
                f"{path}: is not UTF-8 at byte {error.start}", "save it as UTF-8, or delete it"
            ) from error
        if len(text) > _MAX_BYTES:
            raise SopkitError(f"{path}: is larger than 1 MB", "make it smaller")
        found[path.removeprefix(f"{folder}/")] = LibraryTemplate(path, text)
    return found


def _read_file(library: Library, key: str) -> bytes:
    """The bytes of a file that the configuration names. Raises SopkitError with its line."""
    path, where = str(getattr(library.config.handbook, key)), config_location(library, key)
    try:
        data = read_file(library.root, path, _MAX_BYTES + 1)
    except (FileNotFoundError, NotADirectoryError) as error:
        raise SopkitError(f"{where}: no file {path}", "add the file, correct the path, or delete the line") from error
    except OSError as error:
        what, advice = explain_unread(error)
        raise SopkitError(f"{where}: {path} {what}", advice) from error
    if len(data) > _MAX_BYTES:
        raise SopkitError(f"{where}: {path} is larger than 1 MB", "make it smaller")
    return data


def config_location(library: Library, *keys: str) -> str:
    """File and line of a key of `[handbook]`."""
    try:
        text = read_file(library.root, CONFIG_NAME).decode("utf-8-sig")
    except OSError:
        return CONFIG_NAME
    return f"{CONFIG_NAME}:{toml_line_of(text, ('handbook', *keys))}"


@dataclass(frozen=True, eq=False)
class Theme:
    """What a library adds: the text behind our style sheet, and its logo, as path in the site and bytes, if any.

    `templates` are its own by name. `warnings` tell what is hard to read.
    """

    style: str
    logo: tuple[str, bytes] | None
    templates: Mapping[str, LibraryTemplate]
    warnings: tuple[str, ...]


@lru_cache(4)
def theme_of(handbook: PublishedLibrary) -> Theme:
    """The theme of a handbook. Raises SopkitError for a file that is not there or must not be used."""
    library = handbook.library
    config = library.config.handbook
    if config.language and language_of(config.language) not in languages():
        raise SopkitError(
            f"{config_location(library, 'language')}: the interface does not know {config.language!r}",
            f"known: {', '.join(languages())}",
        )
    return Theme(
        style=_colour_rule(library) + (style_sheet(library) if config.css else ""),
        logo=logo(library) if config.logo else None,
        templates=library_templates(library) if config.templates else {},
        warnings=tuple(
            f"{config_location(library, 'colours', name)}: {name} stands out too little from a tinted ground "
            f"in the {scheme}: "
            f"{int(found * 10) / 10} to 1, and text asks for {MIN_CONTRAST} to 1"
            for name, scheme, found in low_contrast_colours(config.colours)
        ),
    )


def _colour_rule(library: Library) -> str:
    """The rule that sets the colours of a library, and the tints of them; paper stays black on white."""
    pairs = colour_properties(library.config.handbook.colours).items()
    if not pairs:
        return ""
    values = {name: f"light-dark({light},{dark})" for name, (light, dark) in pairs} | tint_properties()
    return f"@media not print{{:root{{{';'.join(f'--{name}:{value}' for name, value in values.items())}}}}}\n"


_PAGE_COUNTERS = {"{page}": "counter(page)", "{pages}": "counter(pages)"}


def print_footer(handbook: PublishedLibrary) -> str:
    """The rule of the style sheet that says it."""
    say, edition = handbook.words, handbook.edition
    parts = [say("base.edition", name=edition.name) if edition.name else say("base.as_of"), str(edition.as_of)]
    if edition.commit:
        parts += ["·", say("base.commit"), edition.commit[:7]]
    left = css_string(f"{' '.join(parts)} · {say('base.uncontrolled')}")
    right = "".join(
        _PAGE_COUNTERS.get(part, css_string(part))
        for part in re.split(r"(\{\w+\})", str(say.texts["base.page"]))
        if part
    )
    font = "font:8.5pt system-ui,sans-serif;color:#444"
    return f"@page{{@bottom-left{{{font};content:{left}}}@bottom-right{{{font};content:{right}}}}}\n"


def css_string(text: str) -> str:
    """A text as a string of CSS."""
    return '"' + re.sub(r'[^ -~]|["\\]', lambda match: f"\\{ord(match[0]):x} ", text) + '"'


_FOLDER = Path(__file__).parent / "parts"
STYLE = "assets/handbook.css"
SCRIPT = "assets/handbook.js"
SOP_STYLE = "assets/sop.css"
SOP_SCRIPT = "assets/sop.js"
SEARCH_STYLE = "assets/search.css"
SEARCH_SCRIPT = "assets/search.js"
ICON = "assets/icon.svg"

_CSS_TOKEN = re.compile(r"""("(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')|/\*.*?\*/|\s+""", re.DOTALL)
_CSS_SPACE = re.compile(r" ?([{};,>]) ?|: ")
_CSS_ZERO = re.compile(r"(?<![\w.])0\.(?=\d)")
_COMMENT_LINE = re.compile(r"^\s*//.*", re.MULTILINE)
_LINE_START = re.compile(r"\n\s*")


@lru_cache(4)
def asset_files(handbook: PublishedLibrary) -> dict[str, bytes]:
    """Each by its path in the site; the parts of style sheet and script stand in the order of their names."""
    theme = theme_of(handbook)
    last = print_footer(handbook) + theme.style
    texts = {
        STYLE: _minify_style("css", "css/lists") + last,
        SCRIPT: _minify_script("js", "js/lists"),
        SOP_STYLE: _minify_style("css") + last,
        SOP_SCRIPT: _minify_script("js"),
        SEARCH_STYLE: _minify_style("search"),
        SEARCH_SCRIPT: _minify_script("search"),
    }
    made = {path: text.encode() for path, text in texts.items()} | {ICON: (_FOLDER / "icon.svg").read_bytes()}
    return made if theme.logo is None else made | dict([theme.logo])


@lru_cache(4)
def asset_versions(handbook: PublishedLibrary) -> dict[str, str]:
    """A few signs that change when an asset does, so that browsers do not keep an old one."""
    return {path: sha256(data).hexdigest()[:8] for path, data in asset_files(handbook).items()}


@cache
def _minify_style(*folders: str) -> str:
    """Without comments and without the space that means nothing; what stands in quotes is left as it is."""
    quoted: list[str] = []

    def shorter(match: re.Match[str]) -> str:
        if match[1]:
            quoted.append(match[1])
            return "\0"
        return " "

    colours = read_styles("colours.css") if "css" in folders else ""
    text = _CSS_TOKEN.sub(shorter, colours + _join_parts(folders, "css"))
    text = _CSS_SPACE.sub(lambda match: match[1] or ":", re.sub(" +", " ", text)).replace(";}", "}")
    text = _CSS_ZERO.sub(".", text)
    return re.sub("\0", lambda _: quoted.pop(0), text).strip() + "\n"


@cache
def _minify_script(*folders: str) -> str:
    """Without the lines that are comments, and without indentation; no part has a text that goes over lines."""
    return _LINE_START.sub("\n", _COMMENT_LINE.sub("", _join_parts(folders, "js"))).lstrip()


def _join_parts(folders: tuple[str, ...], kind: str) -> str:
    files = (file for folder in folders for file in (_FOLDER / folder).glob(f"*.{kind}"))
    return "\n".join(file.read_text("utf-8") for file in sorted(files, key=lambda file: file.name))
