"""The style sheets and scripts of the handbook, built from the files in `parts/`."""

import re
from functools import cache, lru_cache
from hashlib import sha256
from pathlib import Path

from sopkit.handbook.published_library import PublishedLibrary
from sopkit.handbook.theme import theme_of
from sopkit.render.html import read_styles

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
    kept: list[str] = []

    def shorter(match: re.Match[str]) -> str:
        if match[1]:
            kept.append(match[1])
            return "\0"
        return " "

    colours = read_styles("colours.css") if "css" in folders else ""
    text = _CSS_TOKEN.sub(shorter, colours + _join_parts(folders, "css"))
    text = _CSS_SPACE.sub(lambda match: match[1] or ":", re.sub(" +", " ", text)).replace(";}", "}")
    text = _CSS_ZERO.sub(".", text)
    return re.sub("\0", lambda _: kept.pop(0), text).strip() + "\n"


@cache
def _minify_script(*folders: str) -> str:
    """Without the lines that are comments, and without indentation; no part has a text that goes over lines."""
    return _LINE_START.sub("\n", _COMMENT_LINE.sub("", _join_parts(folders, "js"))).lstrip()


def _join_parts(folders: tuple[str, ...], kind: str) -> str:
    files = (file for folder in folders for file in (_FOLDER / folder).glob(f"*.{kind}"))
    return "\n".join(file.read_text("utf-8") for file in sorted(files, key=lambda file: file.name))
