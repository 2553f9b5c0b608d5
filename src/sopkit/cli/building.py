"""What `sopkit build` tells on the terminal, and never in a page."""

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from sopkit.calendar_file import EXTRA, can_write
from sopkit.tables.escape import escape_controls

if TYPE_CHECKING:
    from sopkit.handbook.asked import Asked
    from sopkit.handbook.build import Site


def tell(warnings: Iterable[str]) -> None:
    """Print warnings where they do not mix with what is asked for."""
    for warning in warnings:
        typer.echo(f"warning: {escape_controls(warning)}", err=True)


def summary(site: "Site", asked: "Asked", where: Path) -> str:
    """How many SOPs are shown, how many are left out and why, and how to open the handbook."""
    from sopkit.handbook.cut.choice import left_out_in_words  # loaded with the build
    from sopkit.handbook.page import REVIEWS

    count = len(site.choice.chosen)
    left = ", ".join(left_out_in_words(site.choice))
    lines = [
        f"{count} {'SOP' if count == 1 else 'SOPs'} shown, {asked.classification} at most",
        *([f"left out: {left}"] if left else []),
        *([] if can_write() else [f"without {REVIEWS}, the calendar of reviews; {EXTRA}"]),
        f"open {where / 'index.html'}",
    ]
    return "\n".join(lines)
