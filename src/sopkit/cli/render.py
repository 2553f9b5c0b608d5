"""`sopkit render`."""

import re
from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from sopkit.cli.console import echo
from sopkit.cli.options import (
    AsOfOption,
    FolderOption,
    OutputOption,
    SopArgument,
    current_date,
    find_library_and_date,
    format_option,
    make_command,
    open_history,
    open_library,
    parse_day,
)
from sopkit.library import Library
from sopkit.model.errors import SopkitError
from sopkit.model.similarity import nearest
from sopkit.model.sop import Sop

app = make_command()

Render = Callable[[Sop, Library, str, str], str]
APPROVED = "approved"
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")

FORMATS = ("html", "markdown")
_FORMATS = "html: one file without anything from outside; markdown: the text under a table of its metadata."


@app.command("render")
def render_command(
    sop: SopArgument,
    format: Annotated[str, format_option(*FORMATS, about=_FORMATS)] = "html",
    folder: FolderOption = None,
    output: OutputOption = None,
    at: Annotated[
        date | None,
        typer.Option(
            "--at",
            metavar="DATE",
            parser=parse_day,
            help="The approved text that was in force on this day, else the text landed by then.",
        ),
    ] = None,
    version: Annotated[str, typer.Option("--version", metavar="V", help="The text of this version label, or r3.")] = "",
    approved: Annotated[bool, typer.Option("--approved", help="The text that was approved last.")] = False,
    no_flow: Annotated[bool, typer.Option("--no-flow", help="Leave out the pictures of the flow of steps.")] = False,
    as_of: AsOfOption = None,
) -> None:
    """Show one SOP as a document of its own: to read, to print, to send.

    --at, --version and --approved show it as it was, with the registers, links and pictures of that moment.
    """
    from sopkit.render.document import (
        render_html,  # jinja2 costs 48 ms
        render_markdown,  # jinja2 costs 48 ms
    )

    render = partial(render_html, flow=not no_flow) if format == "html" else render_markdown
    texts = [str(at)] * (at is not None) + [version] * bool(version) + [APPROVED] * approved
    if len(texts) > 1:
        raise SopkitError("--at, --version and --approved exclude each other", "give one of them")
    if texts:
        echo(_render_past(sop, texts[0], folder, as_of, render), output, verbatim=True)
        return
    library = open_library(folder, as_of)
    found = find_sop(library, sop)
    echo(render(found, library, "", _describe_approval(found, library)), output, verbatim=True)


def _describe_approval(sop: Sop, library: Library) -> str:
    """Whether the text in the folder is approved; where there is no history to tell it, that."""
    from sopkit.git.repository import open_repository  # git costs 70 ms
    from sopkit.lifecycle.history import read_history
    from sopkit.lifecycle.text_in_force import describe_approval
    from sopkit.parsing.digest import digest
    from sopkit.render.header import NO_HISTORY

    try:
        repository = open_repository(library.root)
        if repository is None or repository.head is None:
            return NO_HISTORY
        history = read_history(repository, library.as_of, current_date(library.config.library.timezone))
    except SopkitError as error:
        return f"Approval unknown: {error.message}."
    history.cache.save()
    return describe_approval(history, (sop.id, ""), digest(sop, history.config), library.as_of)


def _render_past(sop: str, address: str, folder: Path | None, as_of: date | None, render: Render) -> str:
    """An SOP as it was, with a line that says when."""
    from sopkit.lifecycle.text_in_force import describe_approval
    from sopkit.lifecycle.text_lookup import (
        find_revision_history,
        library_at_text,
        resolve,
        resolve_in_force,
    )

    root, now = find_library_and_date(folder)
    day = date.fromisoformat(address) if _DATE.fullmatch(address) else None
    history = open_history(root, day or as_of or now, now)
    force = resolve_in_force(history, sop, day) if day else None
    text = force[0] if force else resolve(history, sop, address)
    if force:
        known = f" (as far as is known on {now})" if day and day > now else ""
        when = f"As in force on {day}{known}, since {force[1]}"
    else:
        when = f"As landed by {day}, when no approved text was in force" if day else f"As {address}"
    with library_at_text(history, text, day or text.day or now) as (library, found):
        key, until = find_revision_history(history, sop).key, day or as_of or now
        words = describe_approval(history, key, text.digest, until, revision=text.revision)
        return render(found, library, f"{when}: {text.label}.", words)


def find_sop(library: Library, name: str) -> Sop:
    """The SOP of that id or path. Raises SopkitError that names the nearest id."""
    same = library.by_id.get(name) or library.by_id.get(name.upper(), ())
    if len(same) > 1:
        paths = ", ".join(sop.path for sop in same)
        raise SopkitError(f"{name} is the id of {len(same)} SOPs: {paths}", "name the path instead")
    found = same[0] if same else library.by_path.get(name.removeprefix("./"))
    if found is None:
        near = nearest(name.upper(), list(library.by_id), 1, 0.5)
        hint = f"did you mean {near[0]}?" if near else "sopkit status lists them"
        raise SopkitError(f"no SOP {name} in {library.root}", hint)
    return found
