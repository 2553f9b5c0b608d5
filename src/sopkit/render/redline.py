"""A comparison of two texts as one HTML file that needs no other file, no script and no network."""

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
from sopkit.render.pages import style, template


def render_redline(comparison: Comparison, context: int | None = None) -> str:
    """The page of a comparison: the whole text, or so many blocks around each change."""
    page = template("redline.html.j2").render(
        comparison=comparison,
        redline=comparison.redline,
        blocks=list(shown_blocks(comparison.redline, context)),
        css=style("colours.css", "sop.css", "redline.css"),
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
