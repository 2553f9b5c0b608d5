"""`sopkit run list|show`."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from sopkit.cli.console import choose_table_format, echo, format_report_table, print_notes, write_document
from sopkit.cli.options import (
    FolderOption,
    OutputOption,
    TableFormatOption,
    find_library_and_date,
    open_history,
    open_library,
)
from sopkit.cli.run_view import format_run
from sopkit.model.errors import SopkitError
from sopkit.tables.escape import one_line

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sopkit.library import Library
    from sopkit.lifecycle.history import History
    from sopkit.model.practice import Run
    from sopkit.practice.open_runs import OpenRun
    from sopkit.practice.run_list import RunListRow


def list_command(
    everything: Annotated[bool, typer.Option("--all", help="Recorded runs as well.")] = False,
    format: TableFormatOption = None,
    output: OutputOption = None,
    folder: FolderOption = None,
) -> None:
    """List the runs in progress: the case, the next step, who started it when, and the time limits."""
    from sopkit.practice.open_runs import OpenRun, list_open_runs
    from sopkit.practice.run_list import run_document

    form = choose_table_format(format, output)
    root, now = find_library_and_date(folder)
    library, history = open_library(root), open_history(root, now, now)
    rows, notes = list["RunListRow"](), list[str]()
    for _, state in list_open_runs(root):
        if isinstance(state, OpenRun):
            rows.append(_open_row(state, library, history))
        else:
            notes.append(state.message)
    rows += _recorded_rows(history) if everything else ()
    head = history.repository.head or ""
    document = run_document(tuple(rows), head, now, library.config.library.name, tuple(notes))
    write_document(document, form, output, lambda: format_report_table(document.main))


def _names(run: "Run", history: "History") -> tuple[str, ...]:
    people = history.organisation.people
    return tuple((people[key].name if key in people else "") or key for key in run.persons)


def _open_row(state: "OpenRun", library: "Library", history: "History") -> "RunListRow":
    from sopkit.practice.run_list import open_limits, run_row
    from sopkit.practice.runs import find_text
    from sopkit.render.checklist import checklist_steps

    step, run = state.next, state.run
    limits: tuple[str, ...] = ()
    try:
        sop = find_text(history, library, run.id, run.digest).sop
    except SopkitError:  # the file was edited, or comes from another branch: resume says what is wrong
        pass
    else:
        step = next((one.number for one in checklist_steps(sop, library) if one.anchor == state.next), state.next)
        limits = tuple(open_limits(run, sop, datetime.now(UTC), history.zone))
    return run_row(run, _names(run, history), state.path, step, limits)


def _recorded_rows(history: "History") -> "tuple[RunListRow, ...]":
    from sopkit.model.practice import Run
    from sopkit.practice.landing import read_practice
    from sopkit.practice.run_list import run_row

    found = read_practice(history).counting(Run)
    return tuple(run_row(run, _names(run, history), result.file.path) for result, run in reversed(found))


def show_command(
    case: Annotated[str, typer.Argument(metavar="CASE", help="A case, or the file of a record.")],
    folder: FolderOption = None,
) -> None:
    """Show a run, open or recorded: its steps, deviations, evidence and time limits."""
    from sopkit.practice.runs import find_text
    from sopkit.render.checklist import checklist_steps

    root, now = find_library_and_date(folder)
    library, history = open_library(root), open_history(root, now, now)
    shown = []
    for run, lines in _find_runs(root, history, case):
        sop = find_text(history, library, run.id, run.digest).sop
        steps = {step.anchor: step for step in checklist_steps(sop, library)}
        names = {key: person.name for key, person in history.organisation.people.items()}
        shown.append("\n".join((format_run(run, steps, names, sop, history.zone), *map(one_line, lines))))
    if not shown:
        raise SopkitError(f"no run of the case {case!r}, open or recorded", "see: sopkit run list --all")
    echo("\n\n".join(shown))


def _find_runs(root: "Path", history: "History", word: str) -> "Iterator[tuple[Run, tuple[str, ...]]]":
    """The runs that a word means, each with what else is to be said of it."""
    from sopkit.model.practice import Run
    from sopkit.practice.landing import read_practice
    from sopkit.practice.open_runs import OpenRun, list_open_runs

    for name, state in list_open_runs(root):
        if isinstance(state, OpenRun) and word in {name, state.path}:
            yield state.run, (f"open: {state.path}, next step: {state.next or 'record it'}",)
        elif word == name and not isinstance(state, OpenRun):
            print_notes(state.message)
    practice = read_practice(history)
    for result in practice.results:
        run = result.file.reading.entry
        if isinstance(run, Run) and word in {run.case, result.file.path, result.file.name}:
            proof = f"proof: {result.proof}" if result.counts else f"does not count ({result.reason}): {result.detail}"
            later = ("another record replaced it",) if practice.is_corrected(result) else ()
            yield run, (f"{result.file.path}, {proof}", *later)
