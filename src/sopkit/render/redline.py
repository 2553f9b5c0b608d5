"""A comparison of two texts as one HTML file that needs no other file, no script and no network."""

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from sopkit.redline.model import Comparison, shown_blocks
from sopkit.redline.told import (
    NO_CHANGE,
    STRUCTURE,
    block_note,
    place_of,
    section_words,
    short,
    spoken,
    step_words,
    target_of,
)

if TYPE_CHECKING:
    from jinja2 import Template

_FOLDER = Path(__file__).parent / "templates"


def render_redline(comparison: Comparison, context: int | None = None) -> str:
    """The page of a comparison: the whole text, or so many blocks around each change."""
    page = _template().render(
        comparison=comparison,
        redline=comparison.redline,
        blocks=list(shown_blocks(comparison.redline, context)),
        css=_css(),
        note=block_note,
        place=place_of,
        section_words=section_words,
        step_words=step_words,
        target=target_of,
        no_change=NO_CHANGE,
        structure=STRUCTURE,
        short=short,
        spoken=spoken,
    )
    return page.rstrip("\n") + "\n"


@cache
def _css() -> str:
    return "".join((_FOLDER / name).read_text(encoding="utf-8") for name in ("sop.css", "redline.css"))


@cache
def _template() -> "Template":
    from jinja2 import Environment, FileSystemLoader, StrictUndefined  # noqa: PLC0415 - costs 48 ms

    environment = Environment(
        autoescape=True,
        loader=FileSystemLoader(_FOLDER),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("redline.html.j2")
