"""What `sopkit stale --remind` does: write the reminders, or send them."""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from sopkit import __version__
from sopkit.cli.console import echo
from sopkit.library import Library
from sopkit.tables.escape import escape_controls

if TYPE_CHECKING:
    from sopkit.lifecycle.status import StaleReport


def remind(
    report: "StaleReport",
    library: Library,
    name: str,
    output: Path | None,
    *,
    since: date | None,
    everything: bool,
    sending: bool,
) -> bool:
    """Write the reminders of a report in a format, or send them; whether something could not be sent."""
    from sopkit.reminders.formats import format_named  # only reminders pay for it
    from sopkit.reminders.reminder import RemindOutput
    from sopkit.reminders.selection import reminders
    from sopkit.reminders.send import deliver, sender, target

    config, form = library.config, format_named(name)
    to = target(form, config.remind) if sending else None
    material = RemindOutput(
        reminders=reminders(report, library, config.remind, since=since, everything=everything),
        as_of=report.as_of,
        head=report.head,
        tool=f"sopkit {__version__}",
        library=" ".join(config.library.name.split()),
        thresholds=config.remind.thresholds,
        sender=to.sender if to else sender(config.remind),
    )
    if to is None:
        echo(form.write(material), output)
        return False
    done = deliver(form, form.parcels(material), to)
    unreachable = form.undeliverable(material)
    lines = [f"sent: {escape_controls(label)}\n" for label in done.sent]
    if not lines and not done.failed and not unreachable:
        lines = [f"nobody has to be reminded on {report.as_of}\n"]
    echo("".join(lines), output)
    for line in (*(f"{label}: {why}" for label, why in done.failed), *unreachable):
        typer.echo(f"not sent: {escape_controls(line)}", err=True)
    return bool(done.failed or unreachable)
