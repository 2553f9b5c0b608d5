"""`sopkit stale`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sopkit.cli.console import echo, table
from sopkit.cli.options import AsOfOption, FolderOption, OutputOption, folder_of, today
from sopkit.cli.parameters import command_app, format_option, several
from sopkit.library import find_root, load_config
from sopkit.model.config import Basis
from sopkit.model.dump import dump

if TYPE_CHECKING:
    from sopkit.lifecycle.report import StaleReport

app = command_app()
FORMATS = ("table", "json", "csv", "markdown")


@app.command("stale")
def stale_command(
    folder: FolderOption = None,
    format: Annotated[str, format_option(*FORMATS)] = "table",
    output: OutputOption = None,
    basis: Annotated[
        Basis | None,
        typer.Option(
            "--basis",
            help="What a review is believed from: records (entries in the ledger), claims (dates in the front matter), "
            "git (the last material change). By default that of sopkit.toml.",
        ),
    ] = None,
    fail_on: Annotated[
        list[str] | None,
        typer.Option(
            "--fail-on", metavar="STATES", help="Exit 1 when an SOP is in one of these states, such as overdue."
        ),
    ] = None,
    tree_only: Annotated[
        bool, typer.Option("--tree-only", help="Judge the files alone, for want of history; nothing is compared.")
    ] = False,
    as_of: AsOfOption = None,
) -> None:
    """Tell which SOPs are due for review, since when, and why.

    Judged is the last commit that had landed by the end of the as-of day. A change counts when it is material: layout,
    tags and status are not. What rests on a claim or on git alone is called unproven, whatever its date.
    """
    from sopkit.lifecycle.stale import stale  # noqa: PLC0415 - git costs 70 ms

    root = folder_of(folder) if folder is not None else find_root(Path.cwd())
    now = today(load_config(root).library.timezone)
    report = stale(root, as_of or now, now, basis=basis, tree_only=tree_only)
    failed = report.failed(several(fail_on))
    echo(_written(report, format), output)
    if format == "table":
        for note in report.notes:
            typer.echo(f"note: {note}", err=True)
    raise typer.Exit(1 if failed else 0)


def _written(report: "StaleReport", format: str) -> str:
    from sopkit.lifecycle.stale_document import stale_csv, stale_json, stale_markdown  # noqa: PLC0415

    if format == "json":
        return dump(stale_json(report))
    if format == "csv":
        return stale_csv(report)
    if format == "markdown":
        return stale_markdown(report)
    rows = [
        (
            row.id if 0 < len(row.id) < len(row.path) else row.path,
            str(row.state),
            str(row.due or "-"),
            "" if row.days is None else str(row.days),
            row.owner,
            str(row.changed or "-"),
            "; ".join((row.reason, *(str(flag) for flag in row.flags if flag != row.state))),
        )
        for row in report.rows
    ]
    counts = {state: sum(row.state == state for row in report.rows) for state in {row.state for row in report.rows}}
    total = ", ".join(
        f"{count} {state}" for state, count in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    )
    judged = f"{len(rows)} {'SOP' if len(rows) == 1 else 'SOPs'} as of {report.as_of}, basis {report.basis}: {total}"
    heads = ("ID", "STATE", "DUE", "DAYS", "OWNER", "CHANGED", "WHY")
    return f"{table(heads, rows, 'no SOP')}\n\n{judged if rows else f'no SOP as of {report.as_of}'}"
