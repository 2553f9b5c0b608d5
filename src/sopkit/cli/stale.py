"""`sopkit stale`: the report on due reviews, and its reminders."""

import shutil
from collections.abc import Callable, Sequence
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast

import typer

from sopkit.cli.console import choose_table_format, echo, format_table, terminal_width, write_document
from sopkit.cli.options import (
    AsOfOption,
    FolderOption,
    OutputOption,
    TableFormatOption,
    choice_of,
    current_date,
    make_command,
    parse_day,
    resolve_root,
    split_values,
)
from sopkit.library import load, load_config
from sopkit.model.config import Basis, RemindTable
from sopkit.model.durations import Duration
from sopkit.tables.escape import escape_controls

if TYPE_CHECKING:
    from sopkit.lifecycle.status import StaleReport, StaleRow
    from sopkit.reminders.reminder import RemindOutput
    from sopkit.tables.document import ReportTable

_HEADS = ("ID", "STATE", "DUE", "DAYS", "OWNER", "REVIEWED", "CHANGED", "WHY")


def _format_stale_table(
    report: "StaleReport", groups: "Sequence[ReportTable]", output: Path | None, *, calendar: bool
) -> str:
    """The table or its groups, the totals, and the calendar if it was requested or the terminal has room for both."""
    from sopkit.lifecycle.stale import count_states, format_sop_count, render_due_calendar

    parts = [format_table(_HEADS, _stale_cells(report.rows), "no SOP")] if not groups else []
    for group in groups:
        parts += [f"{escape_controls(group.title)}\n{group.about}"]
        parts += [format_table(_HEADS, _stale_cells(cast("Sequence[StaleRow]", group.rows)), "")]
    count = f"{format_sop_count(len(report.rows))} as of {report.as_of}, basis {report.basis}"
    parts.append(f"{count}: {count_states(report.rows)}" if report.rows else f"no SOP as of {report.as_of}")
    text = "\n\n".join(parts)
    columns = terminal_width() if output is None else None
    if not calendar and columns is None:
        return text
    both = f"{text}\n\n{render_due_calendar(report, columns)}"
    return both if calendar or both.count("\n") + 2 < shutil.get_terminal_size().lines else text


def _stale_cells(rows: "Sequence[StaleRow]") -> list[tuple[str, ...]]:
    return [
        (
            row.id if 0 < len(row.id) < len(row.path) else row.path,
            str(row.state),
            str(row.due or "-"),
            "" if row.days is None else str(row.days),
            row.owner,
            " ".join(str(part) for part in (row.reviewed, row.evidence) if part) if row.reviewed else "-",
            str(row.changed or "-"),
            "; ".join((row.reason, *(str(flag) for flag in row.flags if flag != row.state))),
        )
        for row in rows
    ]


def write_reminders(
    config: RemindTable, build: Callable[[str], "RemindOutput"], name: str, output: Path | None, *, send: bool
) -> bool:
    """Write the reminders that are built for a sender in a format, or send them; True if one could not be sent."""
    from sopkit.reminders.formats import format_named  # only reminders pay for it
    from sopkit.reminders.send import deliver, read_sender, read_target

    form = format_named(name)
    target = read_target(form, config) if send else None
    reminders = build(target.sender if target else read_sender(config))
    if target is None:
        echo(form.write(reminders), output)
        return False
    result = deliver(form, form.messages(reminders), target)
    failures = [*(f"{label}: {why}" for label, why in result.failed), *form.undeliverable(reminders)]
    lines = [f"sent: {escape_controls(label)}\n" for label in result.sent]
    if not lines and not failures:
        lines = [f"nobody has to be reminded on {reminders.as_of}\n"]
    echo("".join(lines), output)
    for line in failures:
        typer.echo(f"not sent: {escape_controls(line)}", err=True)
    return bool(failures)


app = make_command()
GROUPINGS = ("owner", "area", "state")
REMINDERS = ("email", "github", "gitlab", "ics", "json", "markdown", "slack", "teams")
_MAX_NAMED = 5  # SOPs in the note about what fails


def _read_duration(text: str) -> Duration:
    try:
        return Duration(text.strip())
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error


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
        "--by",
        metavar="WHAT",
        callback=choice_of(GROUPINGS, "grouping"),
        help="Group by owner (with who holds the role), area or state.",
    ),
]
WithinOption = Annotated[
    Duration | None,
    typer.Option(
        "--within",
        metavar="TIME",
        parser=_read_duration,
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
        callback=choice_of(REMINDERS, "format of reminders"),
        help=f"Print the reminders of the day: {', '.join(REMINDERS[:-1])} or {REMINDERS[-1]}.",
    ),
]
SinceOption = Annotated[
    date | None,
    typer.Option("--since", metavar="DATE", parser=parse_day, help="Remind of what fell due after this day as well."),
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
        metavar="OID[@DAY]",
        help="A commit noted elsewhere: when HEAD does not come from it, history was rewritten (exit 1); with its day,"
        " what landed by then must come before it.",
    ),
]


@app.command("stale")
def stale_command(
    folder: FolderOption = None,
    format: TableFormatOption = None,
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
    from sopkit.lifecycle import stale  # git costs 70 ms
    from sopkit.lifecycle.people import read_roster

    if remind is None and (since or everything or send):
        raise typer.BadParameter("--since, --all and --send go with --remind")
    if format not in {None, "table"} and (remind or calendar):
        raise typer.BadParameter(f"{'--remind' if remind else '--calendar'} has a form of its own; leave -f out")
    root = resolve_root(folder)
    config = load_config(root)
    now = current_date(config.library.timezone)
    full_report = stale.report_stale(root, as_of or now, now, basis=basis, tree_only=tree_only, anchor=anchor)
    report = full_report if within is None else stale.filter_due_within(full_report, within)
    library = load(root, full_report.as_of, config) if by or changed is not None or remind else None
    if changed is not None and library is not None:
        report = stale.filter_changed_since(report, library, changed)
    failed = report.failed(split_values(fail_on)) or full_report.failed()
    if remind is not None and library is not None:
        from sopkit.reminders.selection import remind_output

        build = partial(remind_output, report, library, since=since, everything=everything)
        failed |= write_reminders(library.config.remind, build, remind, output, send=send)
        for note in report.notes:
            typer.echo(f"note: {note}", err=True)
    else:
        people = read_roster(library, report.as_of) if by and library else None
        groups = stale.group_rows(report, by, config, people) if by and people else ()
        form = "table" if calendar else choose_table_format(format, output)
        document = stale.stale_document(report, groups)
        write_document(document, form, output, lambda: _format_stale_table(report, groups, output, calendar=calendar))
    if unseen := full_report.integrity_beside(report.rows if remind is None else ()):
        more = f" and {len(unseen) - _MAX_NAMED} more" if len(unseen) > _MAX_NAMED else ""
        named = escape_controls(", ".join(unseen[:_MAX_NAMED]))
        typer.echo(f"note: every run fails (exit 1) until this is seen to: {named}{more}; see sopkit stale", err=True)
    raise typer.Exit(1 if failed else 0)
