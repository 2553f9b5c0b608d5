"""The style sheet and the script of the handbook: one file each, put together from the parts in `parts/`."""

from functools import cache
from hashlib import sha256
from pathlib import Path

_FOLDER = Path(__file__).parent / "parts"
STYLE = "assets/handbook.css"
SCRIPT = "assets/handbook.js"


@cache
def assets() -> dict[str, str]:
    """The text of each by its path in the site; the parts stand in the order of their names."""
    return {STYLE: _together("css"), SCRIPT: _together("js")}


@cache
def versions() -> dict[str, str]:
    """A few signs that change when the text of an asset does, so that browsers do not keep an old one."""
    return {path: sha256(text.encode()).hexdigest()[:8] for path, text in assets().items()}


def _together(kind: str) -> str:
    return "".join(file.read_text("utf-8") for file in sorted((_FOLDER / kind).glob(f"*.{kind}")))
