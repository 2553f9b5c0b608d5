"""`sopkit new --interview` and `sopkit new --from-answers`."""

import shlex
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from sopkit.authoring.interview.area import area_of
from sopkit.authoring.templates.wishes import Wishes, check_line
from sopkit.cli.console import echo
from sopkit.cli.drafting import show
from sopkit.cli.options import folder_of, open_library
from sopkit.files import write_file
from sopkit.library import load_config, root_at_or_above
from sopkit.model.config import Config
from sopkit.model.errors import SopkitError
from sopkit.tables.escape import escape_controls

if TYPE_CHECKING:
    from sopkit.authoring.interview.answers import Returned
    from sopkit.authoring.templates.draft import Draft


def write_questionnaire(team: str, area: str, output: Path | None, folder: Path | None) -> None:
    """Write the questionnaire for a team, in the form that the file's name asks for.

    Raises SopkitError for a name of no form, for an area that is not known, and for a file that is there.
    """
    from sopkit.authoring.interview.questionnaire import (
        answers_file,  # only here
        as_html,  # only here
        as_markdown,  # only here
        as_word,  # only here
    )

    check_line("team", team)
    if not team.strip():
        raise SopkitError("--interview needs the name of a team", "for example: sopkit new --interview DevOps")
    if area:
        area = area_of(_config(folder).all_areas, area)
    if output is None:
        echo(as_markdown(team, area))
        return
    forms: dict[str, Callable[[str, str], str | bytes]] = {
        ".md": as_markdown,
        ".markdown": as_markdown,
        ".html": as_html,
        ".htm": as_html,
        ".docx": as_word,
    }
    form = forms.get(output.suffix.lower())
    if form is None:
        raise SopkitError(
            f"{output}: no form of a questionnaire ends in {output.suffix or 'nothing'!r}",
            "name it .md (Markdown), .html (a form for the browser) or .docx (Word)",
        )
    if output.exists() or output.is_symlink():
        raise SopkitError(f"{output} is there already, perhaps with answers", "choose another name for the file")
    text = form(team, area)
    write_file(output, text if isinstance(text, bytes) else text.encode())
    back = shlex.quote(answers_file(team) if form is as_html else str(output))
    echo(f"made {output}: send it to {escape_controls(team)}\n\nwhen it comes back: sopkit new --from-answers {back}")


def _config(folder: Path | None) -> Config:
    """What the library says; outside of one, what is so by default."""
    root = folder_of(folder) if folder is not None else root_at_or_above(Path.cwd())
    return Config() if root is None else load_config(root)


def draft_answers(root: Path, told: "Returned", wishes: Wishes, *, dry_run: bool) -> "Draft | None":
    """Make the draft out of answers; with `dry_run` print it, and make nothing."""
    from sopkit.authoring.interview.making import draft_of  # only here
    from sopkit.authoring.templates.writing import make

    if dry_run:
        show(draft_of(open_library(root, None), told, wishes))
        return None
    return make(root, lambda: open_library(root, None), lambda library: draft_of(library, told, wishes))


def returned_lines(told: "Returned") -> Iterator[str]:
    """What to tell of a questionnaire: who answered, and what was not."""
    from sopkit.authoring.interview.making import contributors  # only here

    yield ""
    yield f"described by: {', '.join(contributors(told)) or 'nobody is named'}"
    if told.unanswered:
        yield from ("", "not answered:", *(f"  {question.ask}" for question in told.unanswered))
    if told.other:
        yield from (
            "",
            "kept under Feedback, since no question of ours:",
            *(f"  {heading}" for heading, _ in told.other),
        )
