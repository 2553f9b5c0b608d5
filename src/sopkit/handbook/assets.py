"""The style sheets and scripts of the handbook, put together from the parts in `parts/`.

The pages of SOPs, which are opened most, have a style sheet and a script of their own, without what only lists need.
"""

import re
from functools import cache, lru_cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from sopkit.handbook.look.paper import paper
from sopkit.handbook.look.theme import theme_of
from sopkit.render.pages import style

if TYPE_CHECKING:
    from sopkit.handbook.ground import Ground

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
def assets(ground: "Ground") -> dict[str, bytes]:
    """Each by its path in the site; the parts of style sheet and script stand in the order of their names."""
    theme = theme_of(ground)
    last = paper(ground) + theme.style
    texts = {
        STYLE: _style("css", "css/lists") + last,
        SCRIPT: _script("js", "js/lists"),
        SOP_STYLE: _style("css") + last,
        SOP_SCRIPT: _script("js"),
        SEARCH_STYLE: _style("search"),
        SEARCH_SCRIPT: _script("search"),
    }
    made = {path: text.encode() for path, text in texts.items()} | {ICON: (_FOLDER / "icon.svg").read_bytes()}
    return made if theme.logo is None else made | dict([theme.logo])


@lru_cache(4)
def versions(ground: "Ground") -> dict[str, str]:
    """A few signs that change when an asset does, so that browsers do not keep an old one."""
    return {path: sha256(data).hexdigest()[:8] for path, data in assets(ground).items()}


@cache
def _style(*folders: str) -> str:
    """Without comments and without the space that means nothing; what stands in quotes is left as it is."""
    kept: list[str] = []

    def shorter(match: re.Match[str]) -> str:
        if match[1]:
            kept.append(match[1])
            return "\0"
        return " "

    colours = style("colours.css") if "css" in folders else ""
    text = _CSS_TOKEN.sub(shorter, colours + _together(folders, "css"))
    text = _CSS_SPACE.sub(lambda match: match[1] or ":", re.sub(" +", " ", text)).replace(";}", "}")
    text = _CSS_ZERO.sub(".", text)
    return re.sub("\0", lambda _: kept.pop(0), text).strip() + "\n"


@cache
def _script(*folders: str) -> str:
    """Without the lines that are comments, and without indentation; no part has a text that goes over lines."""
    return _LINE_START.sub("\n", _COMMENT_LINE.sub("", _together(folders, "js"))).lstrip()


def _together(folders: tuple[str, ...], kind: str) -> str:
    files = (file for folder in folders for file in (_FOLDER / folder).glob(f"*.{kind}"))
    return "\n".join(file.read_text("utf-8") for file in sorted(files, key=lambda file: file.name))
