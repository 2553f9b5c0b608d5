"""`sopkit stale`."""

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from sopkit.cli.console import echo
from sopkit.cli.options import AsOfOption, FolderOption, OutputOption, folder_of, today
from sopkit.cli.parameters import command_app, format_option, known, several
from sopkit.library import find_root, load, load_config
from sopkit.model.config import Basis
from sopkit.model.durations import Duration
from sopkit.tables.escape import escape_controls

app = command_app()
FORMATS = ("table", "json", "csv", "markdown")
GROUPINGS = ("owner", "area", "state")
REMINDERS = ("email", "github", "gitlab", "ics", "json", "markdown", "slack", "teams")
_NAMED = 5  # SOPs in the note about what fails


def _grouping(name: str | None) -> str | None:
    return name and known(name, GROUPINGS, "grouping")


def _reminder(name: str | None) -> str | None:
    return name and known(name, REMINDERS, "format of reminders")


def _duration(text: str) -> Duration:
    try:
        return Duration(text.strip())
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error


def _day(text: str) -> date:
    from sopkit.lifecycle.due import parse_date  # only when the option is given

    day = parse_date(text)
    if day is None:
        raise typer.BadParameter(f"{text!r} is not a date; write YYYY-MM-DD")
    return day


BasisOption = Annotated[
    Basis | None,
    typer.Option(
        "--basis",
        help="What a review is believed from: records (entries in the ledger), claims (dates in the front matter), "
        "git (the last material change). By default that of sopkit.toml.",
    ),
]
ByOption = Annotated[
    str | None,
    typer.Option(
        "--by", metavar="WHAT", callback=_grouping, help="Group by owner (with who holds the role), area or state."
    ),
]
WithinOption = Annotated[
    Duration | None,
    typer.Option(
        "--within",
        metavar="TIME",
        parser=_duration,
        help="Only SOPs due within this time (30d, 6 weeks), or that need something already.",
    ),
]
ChangedOption = Annotated[
    str | None,
    typer.Option(
        "--changed",
        metavar="BASE",
        help="Only SOPs that watch a file which HEAD changes since it left this branch, tag or commit.",
    ),
]
CalendarOption = Annotated[
    bool, typer.Option("--calendar", help="Show the reviews of the next twelve months below the table.")
]
RemindOption = Annotated[
    str | None,
    typer.Option(
        "--remind",
        metavar="NAME",
        callback=_reminder,
        help=f"Print the reminders of the day: {', '.join(REMINDERS[:-1])} or {REMINDERS[-1]}.",
    ),
]
SinceOption = Annotated[
    date | None,
    typer.Option("--since", metavar="DATE", parser=_day, help="Remind of what fell due after this day as well."),
]
EverythingOption = Annotated[
    bool, typer.Option("--all", help="Remind of all that has a due day or needs something, whatever the day.")
]
SendOption = Annotated[
    bool, typer.Option("--send", help="Send the reminders to the address that [remind] names in sopkit.toml.")
]
FailOnOption = Annotated[
    list[str] | None,
    typer.Option("--fail-on", metavar="STATES", help="Exit 1 when an SOP is in one of these states, such as overdue."),
]
TreeOnlyOption = Annotated[
    bool, typer.Option("--tree-only", help="Judge the files alone, for want of history; nothing is compared.")
]
AnchorOption = Annotated[
    str | None,
    typer.Option(
        "--anchor",
        metavar="OID",
        help="A commit noted elsewhere: when HEAD does not come from it, history was rewritten (exit 1).",
    ),
]


@app.command("stale")
def stale_command(
    folder: FolderOption = None,
    format: Annotated[str, format_option(*FORMATS)] = "table",
    output: OutputOption = None,
    basis: BasisOption = None,
    by: ByOption = None,
    within: WithinOption = None,
    changed: ChangedOption = None,
    calendar: CalendarOption = False,
    remind: RemindOption = None,
    since: SinceOption = None,
    everything: EverythingOption = False,
    send: SendOption = False,
    fail_on: FailOnOption = None,
    tree_only: TreeOnlyOption = False,
    anchor: AnchorOption = None,
    as_of: AsOfOption = None,
) -> None:
    """Tell which SOPs are due for review, since when, and why; remind those who have to see to it.

    Judged is the last commit that had landed by the end of the as-of day. A change counts when it is material: layout,
    tags and status are not. What rests on a claim or on git alone is called unproven, whatever its date.
    """
    from sopkit.cli.reminding import remind as write_reminders  # as below
    from sopkit.cli.stale_table import with_calendar, written
    from sopkit.lifecycle import stale_report
    from sopkit.lifecycle.people import read_roster
    from sopkit.lifecycle.stale import report_stale  # git costs 70 ms
    from sopkit.lifecycle.stale_report import filter_changed_since

    if remind is None and (since or everything or send):
        raise typer.BadParameter("--since, --all and --send go with --remind")
    if format != "table" and (remind or calendar):
        raise typer.BadParameter(f"{'--remind' if remind else '--calendar'} has a form of its own; leave -f out")
    root = folder_of(folder) if folder is not None else find_root(Path.cwd())
    config = load_config(root)
    now = today(config.library.timezone)
    whole = report_stale(root, as_of or now, now, basis=basis, tree_only=tree_only, anchor=anchor)
    report = whole if within is None else stale_report.filter_due_within(whole, within)
    library = load(root, whole.as_of, config) if by or changed is not None or remind else None
    if changed is not None and library is not None:
        report = filter_changed_since(report, library, changed)
    failed = report.failed(several(fail_on)) or whole.failed()
    if remind is not None and library is not None:
        failed |= write_reminders(report, library, remind, output, since=since, everything=everything, sending=send)
    else:
        groups = (
            stale_report.group_rows(report, by, config, read_roster(library, report.as_of)) if by and library else None
        )
        text = written(report, format, groups)
        echo(with_calendar(text, report, asked=calendar, output=output) if format == "table" else text, output)
    if format == "table":
        for note in report.notes:
            typer.echo(f"note: {note}", err=True)
    if unseen := whole.integrity_beside(report.rows if remind is None else ()):
        more = f" and {len(unseen) - _NAMED} more" if len(unseen) > _NAMED else ""
        named = escape_controls(", ".join(unseen[:_NAMED]))
        typer.echo(f"note: every run fails (exit 1) until this is seen to: {named}{more}; see sopkit stale", err=True)
    raise typer.Exit(1 if failed else 0)
