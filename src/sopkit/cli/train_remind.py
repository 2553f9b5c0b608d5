"""`sopkit train remind`."""

from typing import TYPE_CHECKING, Annotated

import typer

from sopkit.cli.console import print_notes
from sopkit.cli.options import AsOfOption, FolderOption, OutputOption, choice_of, find_library_and_date
from sopkit.cli.stale import REMINDERS, EverythingOption, SendOption, SinceOption, write_reminders

if TYPE_CHECKING:
    from sopkit.reminders.reminder import RemindOutput

_FOR_PROGRAMS = frozenset({"github", "gitlab", "ics", "json"})
"""Formats that another program reads: with nothing to remind they are an empty document."""


def remind_command(
    format: Annotated[
        str,
        typer.Option(
            "-f",
            "--format",
            metavar="NAME",
            callback=choice_of(REMINDERS, "format of reminders"),
            help=f"{', '.join(REMINDERS[:-1])} or {REMINDERS[-1]}; only email names people.",
        ),
    ] = "markdown",
    since: SinceOption = None,
    everything: EverythingOption = False,
    send: SendOption = False,
    output: OutputOption = None,
    as_of: AsOfOption = None,
    folder: FolderOption = None,
) -> None:
    """Remind people of the SOPs on which they are to be trained: who is due, overdue, or was never trained.

    As e-mail everybody gets one message with their SOPs and deadlines. All other formats state per SOP how many people
    of which role are asked, and name nobody. People are reminded on the day on which they are asked, on the days
    before the deadline that `[remind] thresholds` lists, and every week after it; with nothing to remind of, nothing is
    printed.

    Examples: sopkit train remind -f email --send, sopkit train remind -f slack --since 2027-01-04
    """
    from sopkit.lifecycle.library_status import read_library_status  # git costs 70 ms
    from sopkit.reminders.training import training_output, unknown_reason

    root, now = find_library_and_date(folder)
    with read_library_status(root, as_of or now, now) as status:
        if why := unknown_reason(status):
            typer.echo(f"warning: nobody is reminded: {why}", err=True)
            return
        print_notes(*status.notes)

        def build(sender: str) -> "RemindOutput":
            return training_output(status, sender, names=format == "email", since=since, everything=everything)

        if not send and format not in _FOR_PROGRAMS and not build("").reminders:
            return
        failed = write_reminders(status.library.config.remind, build, format, output, send=send)
    raise typer.Exit(1 if failed else 0)
