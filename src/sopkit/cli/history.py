"""`sopkit history`."""

from pathlib import Path
from typing import Annotated

import typer

from sopkit.cli.console import echo
from sopkit.cli.judging import judged_in
from sopkit.cli.naming import library_name
from sopkit.cli.options import AsOfOption, FolderOption, OutputOption, folder_of, today
from sopkit.cli.parameters import command_app, format_option
from sopkit.library import find_root, load_config

app = command_app()
FORMATS = ("table", "json", "csv", "markdown")


@app.command("history")
def history_command(
    sop: Annotated[str, typer.Argument(metavar="ID", help="The SOP's id, or a path that it has or had.")],
    folder: FolderOption = None,
    format: Annotated[str, format_option(*FORMATS)] = "table",
    output: OutputOption = None,
    revisions: Annotated[bool, typer.Option("--revisions", help="Only the texts that it had.")] = False,
    entries: Annotated[
        bool, typer.Option("--entries", help="Only what the ledger says: reviews, approvals and the like.")
    ] = False,
    as_of: AsOfOption = None,
) -> None:
    """Tell the life of one SOP, newest first: each text, what it changed, who wrote, reviewed and approved it.

    In force since is the day on which the approval landed, or that of `effective` when it is later. Entries that do
    not count are shown with the reason. Exit 1 when an entry was changed after it had landed, or two files have the id.
    """
    from sopkit.cli.history_table import written
    from sopkit.lifecycle.timeline import filter_events, read_timeline

    root = folder_of(folder) if folder is not None else find_root(Path.cwd())
    now = today(load_config(root).library.timezone)
    judged = judged_in(root, as_of or now, now)
    told = read_timeline(judged, library_name(root, sop), as_of or now)
    judged.cache.save()
    echo(written(filter_events(told, revisions=revisions, entries=entries), format), output)
    raise typer.Exit(1 if told.failed else 0)
