"""`sopkit verify`."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from sopkit.cli.console import echo
from sopkit.cli.judging import judged_in
from sopkit.cli.naming import library_name
from sopkit.cli.options import AsOfOption, FolderOption, OutputOption
from sopkit.cli.parameters import command_app, format_option, several
from sopkit.cli.recording import AsOption, KeyOption, NoCommitOption, here, tell
from sopkit.model.errors import SopkitError
from sopkit.tables.escape import escape_controls

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
    dispose: Annotated[
        bool,
        typer.Option(
            "--dispose", help="Remove the files named, after their retention, and record that in one commit of yours."
        ),
    ] = False,
    note: Annotated[str, typer.Option("--note", metavar="TEXT", help="With --dispose: why they go.")] = "",
    as_key: AsOption = "",
    key: KeyOption = "",
    no_commit: NoCommitOption = False,
    as_of: AsOfOption = None,
) -> None:
    """Check the ledger: that entries are as they landed, who signed them, and which count.

    Exit 1 when an entry was changed after it had landed, an object is altered, the anchor does not lie behind HEAD,
    or two files have one id. Without an anchor that was kept elsewhere, history that somebody rewrote as a whole
    looks like any other: see docs/verify.md.
    """
    from sopkit.cli.verify_table import written
    from sopkit.lifecycle.verify import verify

    root, now = here(folder)
    names = [library_name(root, path) for path in paths or ()]
    if dispose:
        _dispose(root, now, names, note, (as_key, key), commit=not no_commit)
        return
    if note or as_key or key or no_commit:
        raise typer.BadParameter("--note, --as, --key and --no-commit go with --dispose")
    judged = judged_in(root, as_of or now, now)
    report = verify(judged, as_of or now, names=names, anchor=anchor)
    judged.cache.save()
    failed = report.failed(several(fail_on))
    echo(written(report, format, everything=everything), output)
    raise typer.Exit(1 if failed else 0)


def _dispose(root: Path, now: date, names: Sequence[str], note: str, who: tuple[str, str], *, commit: bool) -> None:
    from sopkit.lifecycle.record.dispose import dispose
    from sopkit.lifecycle.record.session import open_session  # git and pydantic cost 100 ms

    if not note.strip():
        raise SopkitError("say why they go, such as the retention that has ended", "--note TEXT")
    done = dispose(lambda: open_session(root, now), names, note, by=who[0], key=who[1], commit=commit)
    lines = [f"removed {name}" for name in names if done.commit]
    lines += [f"{'recorded' if done.commit else 'wrote'} {path}" for path in done.paths if path not in names]
    lines.append(
        f"commit {done.commit[:12]}" if done.commit else "remove the files yourself, and commit all of it at once"
    )
    echo("".join(f"{escape_controls(line)}\n" for line in lines))
    tell(done.warning)
