"""`sopkit verify`."""

from pathlib import Path
from typing import Annotated

import typer

from sopkit.cli.console import echo
from sopkit.cli.naming import library_name
from sopkit.cli.options import AsOfOption, FolderOption, OutputOption, folder_of, today
from sopkit.cli.parameters import command_app, format_option, several
from sopkit.library import find_root, load_config

app = command_app()
FORMATS = ("table", "json", "csv", "markdown")


@app.command("verify")
def verify_command(
    paths: Annotated[
        list[str] | None,
        typer.Argument(metavar="[PATH]...", help="Only the entries of these SOPs, by id or file, or in these places."),
    ] = None,
    folder: FolderOption = None,
    format: Annotated[str, format_option(*FORMATS)] = "table",
    output: OutputOption = None,
    anchor: Annotated[
        str, typer.Option("--anchor", metavar="OID", help="A commit id kept elsewhere that must lie behind HEAD.")
    ] = "",
    everything: Annotated[bool, typer.Option("--all", help="List every entry, not only what is wrong.")] = False,
    fail_on: Annotated[
        list[str] | None,
        typer.Option("--fail-on", metavar="FINDINGS", help="Exit 1 for these findings as well, such as invalid."),
    ] = None,
    as_of: AsOfOption = None,
) -> None:
    """Check the ledger: that entries are as they landed, who signed them, and which count.

    Exit 1 when an entry was changed after it had landed, an object is altered, the anchor does not lie behind HEAD,
    or two files have one id. Without an anchor that was kept elsewhere, history that somebody rewrote as a whole
    looks like any other: see docs/verify.md.
    """
    from sopkit.cli.diff import judged_in  # noqa: PLC0415 - git costs 70 ms
    from sopkit.cli.verify_table import written  # noqa: PLC0415
    from sopkit.lifecycle.verify import verify  # noqa: PLC0415

    root = folder_of(folder) if folder is not None else find_root(Path.cwd())
    now = today(load_config(root).library.timezone)
    judged = judged_in(root, as_of or now, now)
    names = [library_name(root, path) for path in paths or ()]
    report = verify(judged, as_of or now, names=names, anchor=anchor)
    judged.cache.save()
    failed = report.failed(several(fail_on))
    echo(written(report, format, everything=everything), output)
    raise typer.Exit(1 if failed else 0)
