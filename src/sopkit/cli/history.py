"""`sopkit history`."""

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from sopkit.cli.console import choose_table_format, format_paragraph, format_timeline, write_document
from sopkit.cli.options import (
    AsOfOption,
    FolderOption,
    OutputOption,
    TableFormatOption,
    find_library_and_date,
    make_command,
    open_history,
    to_library_name,
)
from sopkit.tables.escape import one_line

if TYPE_CHECKING:
    from sopkit.lifecycle.history_report import HistoryEvent, Timeline

_SHORT_DIGEST = 13  # `sop1:` and eight digits
_SHORT_COMMIT = 12


def _format_history(timeline: "Timeline") -> str:
    """The SOP, its events, and how many there are of each kind."""
    from sopkit.lifecycle.history_report import EventKind

    place = one_line(timeline.path) or "it has no file any more"
    title = [part for part in (one_line(timeline.id), one_line(timeline.title)) if part]
    parts = [format_paragraph(" ".join([*title, f"({place})"] if timeline.id != timeline.path else title))]
    if timeline.rows:
        parts.append(format_timeline([(str(row.landed), _event_lines(row, timeline)) for row in timeline.rows]))
    counts = Counter(row.kind for row in timeline.rows)
    plurals = {kind: f"{kind[:-1]}ies" if kind.endswith("y") else f"{kind}s" for kind in EventKind}
    plurals[EventKind.TAMPERING] = str(EventKind.TAMPERING)
    words = ", ".join(
        f"{counts[kind]} {kind if counts[kind] == 1 else plurals[kind]}" for kind in EventKind if kind in counts
    )
    return "\n\n".join((*parts, format_paragraph(f"{words or 'nothing to tell'} as of {timeline.as_of}")))


def _event_lines(row: "HistoryEvent", timeline: "Timeline") -> Iterator[str]:
    from sopkit.lifecycle.history_report import EventKind

    if row.kind is EventKind.REVISION:
        labels = f", version {' then '.join(one_line(label) for label in row.labels)}" if row.labels else ""
        digest, commit = row.digest[:_SHORT_DIGEST], row.commit[:_SHORT_COMMIT]
        yield f"{row.revision}{labels}, by {_format_people(row)} ({digest}, commit {commit})"
        yield f"{one_line(row.what)}{f'; restores {row.restores}' if row.restores else ''}"
        if row.approved is not None:
            who = ", ".join(one_line(name) for name in row.approved_by)
            until = f", ended on {row.ended}" if row.ended else ""
            yield f"approved on {row.approved} by {who}, {row.level}{until}"
            yield f"in force {'since' if row.stands else 'from'} {row.in_force}" if row.in_force else "never in force"
        elif timeline.basis == "records":
            yield "not approved"
    elif row.kind is EventKind.EVENT:
        yield f"{one_line(row.what)}, by {_format_people(row)}, commit {row.commit[:_SHORT_COMMIT]}"
    elif row.kind is EventKind.TAMPERING:
        yield f"entry-tampered: {one_line(row.path)}"
        yield f"{one_line(row.what)}; by {_format_people(row)}, commit {row.commit[:_SHORT_COMMIT]}"
    else:
        yield from _entry_lines(row)
    if row.flags:
        yield f"dates: {', '.join(row.flags)}"


def _entry_lines(row: "HistoryEvent") -> Iterator[str]:
    about = f" of {row.revision}" if row.revision else ""
    label = f" (version {one_line(row.labels[0])})" if row.labels else ""
    roles = f" as {', '.join(one_line(role) for role in row.roles)}" if row.roles else ""
    what = f": {one_line(row.what)}" if row.what not in {"", "approved"} else ""
    scope = " of watched files" if row.scope == "watched" else ""
    level = f", {row.level}" if row.level else ""
    day = f", dated {row.dated}" if row.dated is not None and row.dated != row.landed else ""
    yield f"{row.kind}{about}{label} by {_format_people(row)}{roles}{what}{scope}{level}{day}"
    if row.note:
        yield f'"{one_line(row.note)}"'
    if row.detail or row.reason:
        reason = f"{row.reason}: " if row.reason else ""
        yield f"{row.standing}: {reason}{one_line(row.detail)}"
    if row.corrects:
        yield f"takes the place of {one_line(row.corrects)}"
    if row.reason:
        yield one_line(row.path)


def _format_people(row: "HistoryEvent") -> str:
    return ", ".join(one_line(name) for name in row.by) or "nobody"


app = make_command()


@app.command("history")
def history_command(
    sop: Annotated[str, typer.Argument(metavar="ID", help="The SOP's id, or a path that it has or had.")],
    folder: FolderOption = None,
    format: TableFormatOption = None,
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
    from sopkit.lifecycle.history_report import filter_events, read_timeline, timeline_document

    form = choose_table_format(format, output)
    root, now = find_library_and_date(folder)
    history = open_history(root, as_of or now, now)
    timeline = read_timeline(history, to_library_name(root, sop), as_of or now)
    history.cache.save()
    selected = filter_events(timeline, revisions=revisions, entries=entries)
    write_document(timeline_document(selected), form, output, lambda: _format_history(selected))
    raise typer.Exit(1 if timeline.failed else 0)
