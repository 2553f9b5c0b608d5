"""`sopkit status`."""

from collections import Counter
from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from sopkit.analysis.status_list import (
    StatusRow,
    as_cells,
    filter_values,
    list_columns,
    status_document,
    status_list,
)
from sopkit.cli.console import choose_table_format, format_table, write_document
from sopkit.cli.lint import make_history_reader
from sopkit.cli.options import (
    AsOfOption,
    FolderOption,
    OutputOption,
    TableFormatOption,
    check_name,
    make_command,
    open_library_on,
    split_values,
)
from sopkit.model.errors import SopkitError

if TYPE_CHECKING:
    from sopkit.lifecycle.library_status import LibraryStatus

app = make_command()


@app.command("status")
def status_command(
    folder: FolderOption = None,
    format: TableFormatOption = None,
    output: OutputOption = None,
    area: Annotated[list[str] | None, typer.Option("--area", metavar="AREA", help="Only SOPs of these areas.")] = None,
    owner: Annotated[
        list[str] | None, typer.Option("--owner", metavar="ROLE", help="Only SOPs of these owners.")
    ] = None,
    status: Annotated[
        list[str] | None,
        typer.Option("--status", metavar="STATUS", help="Only draft, trial, active, retired or removed SOPs."),
    ] = None,
    control: Annotated[
        list[str] | None, typer.Option("--control", metavar="ID", help="Only SOPs that claim one of these controls.")
    ] = None,
    as_of: AsOfOption = None,
) -> None:
    """List the SOPs of a library: the master list of controlled documents that an auditor asks for first.

    With --as-of and an earlier day, the files are those of the last commit that had landed by its end.
    """
    form = choose_table_format(format, output)
    with open_library_on(folder, as_of) as opened:
        library = opened.library
        for wanted, what in ((area, "area"), (owner, "owner"), (status, "status")):
            names = (*filter_values(library, what), *(["removed"] if what == "status" else []))
            for name in split_values(wanted):
                check_name(name, names, what)
        findings, removed, practice, notes = _read_history(opened)
        rows = status_list(
            library,
            findings,
            removed,
            practice,
            areas=split_values(area),
            owners=split_values(owner),
            statuses=split_values(status),
            controls=split_values(control),
        )
        heads = tuple(column.upper().replace("_", " ") for column in list_columns(rows))
        table = partial(format_table, heads, as_cells(rows), "no SOP matches")
        write_document(status_document(rows, library, opened.head, notes), form, output, table)


def _read_history(
    opened: "LibraryStatus",
) -> tuple[Counter[str], tuple[StatusRow, ...], dict[str, tuple[str, ...]], tuple[str, ...]]:
    """What `sopkit lint` finds in each file, the SOPs that have no file any more, what is owed by file, and notes.

    Where history cannot be read, the files alone are judged.
    """
    from sopkit.lifecycle.removed_sops import removed_status_row  # git costs 70 ms
    from sopkit.lint.engine import LintOptions, lint
    from sopkit.practice.due import practice_states
    from sopkit.practice.training import untrained_audiences

    read = make_history_reader(opened.library) if opened.judged is None else lambda: opened
    notes = opened.notes
    try:
        status = read()
        report = lint(opened.library, LintOptions(history=read))
    except SopkitError as error:
        status, report = None, lint(opened.library, LintOptions(tree_only=True))
        notes += (f"{error.message}: the files alone were judged, and SOPs without a file are not listed",)
    removed = tuple(removed_status_row(one, opened.library) for one in status.removed) if status else ()
    practice: dict[str, tuple[str, ...]] = {}
    if status:
        practice = {one.sop.path: one.owed(opened.library.as_of) for one in practice_states(status)}
        for one in untrained_audiences(status):
            practice[one.sop.path] = (*practice.get(one.sop.path, ()), f"{one.share:g} % of its audience trained")
    return Counter(finding.path for finding in report.findings), removed, practice, notes
