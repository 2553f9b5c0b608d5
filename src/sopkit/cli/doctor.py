"""`sopkit doctor`."""

import os
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sopkit.cli.console import echo, format_table, write_document
from sopkit.cli.options import (
    AsOfOption,
    FolderOption,
    OutputOption,
    choice_of,
    current_date,
    format_option,
    make_command,
    open_library,
)
from sopkit.library import find_root, load_config
from sopkit.model.errors import SopkitError
from sopkit.tables.escape import escape_controls

if TYPE_CHECKING:
    from sopkit.doctor.report import DoctorReport

app = make_command()


@app.command("doctor")
def doctor_command(
    folder: FolderOption = None,
    format: Annotated[str, format_option("text", "json")] = "text",
    output: OutputOption = None,
    fail_on: Annotated[
        str,
        typer.Option(
            "--fail-on",
            metavar="STATE",
            callback=choice_of(("error", "warning"), "state"),
            help="Exit 1 at an error, or at a warning as well.",
        ),
    ] = "error",
    codeowners: Annotated[
        bool,
        typer.Option(
            "--codeowners", help="Print the block of CODEOWNERS that the registers give; exit 1 when the file differs."
        ),
    ] = False,
    write: Annotated[bool, typer.Option("--write", help="With --codeowners: write the block into the file.")] = False,
    repair: Annotated[
        bool,
        typer.Option(
            "--repair", help="Complete or undo a commit of sopkit that was cut off; remove files that killed runs left."
        ),
    ] = False,
    as_of: AsOfOption = None,
) -> None:
    """Tell what is wrong with the set-up: git, the clone, people and roles, pipelines, code owners, what is installed.

    Nothing is written but by --write, which keeps every byte outside of its block, and by --repair. The folder need be
    no library.
    """
    if write and not codeowners:
        raise typer.BadParameter("--write needs --codeowners")
    if codeowners:
        raise typer.Exit(_write_code_owners(folder, as_of, output, write=write))
    from sopkit.doctor.facts import DoctorState, repair_library  # git costs 70 ms
    from sopkit.doctor.report import doctor_document, examine_library

    root = _find_root(folder)
    try:
        zone = load_config(root).library.timezone
    except SopkitError:
        zone = "UTC"
    for line in repair_library(root) if repair else ():
        typer.echo(escape_controls(line), err=True)
    report = examine_library(root, as_of or current_date(zone), os.environ)
    write_document(doctor_document(report), format, output, lambda: _format_report(report))
    raise typer.Exit(1 if report.failed(DoctorState(fail_on)) else 0)


def _find_root(folder: Path | None) -> Path:
    """The folder that is asked about: the one named, else that of the library around here, else this one."""
    if folder is not None:
        if not folder.is_dir():
            raise SopkitError(f"{folder}: no such folder")
        return folder.resolve()
    try:
        return find_root(Path.cwd())
    except SopkitError:
        return Path.cwd().resolve()


def _format_report(report: "DoctorReport") -> str:
    rows = []
    for line in report.lines:
        place = f"{line.path}:{line.line}: " if line.path and line.line else f"{line.path}: " if line.path else ""
        rows.append((str(line.state), line.check, f"{place}{line.message}{f'; {line.mend}' if line.mend else ''}"))
    return format_table(("STATE", "CHECK", "FOUND"), rows, "")


def _write_code_owners(folder: Path | None, as_of: date | None, output: Path | None, *, write: bool) -> int:
    from sopkit.analysis.code_owners import find_block, update_code_owners
    from sopkit.files import make_folder, refuse_outside, write_file

    file, data = update_code_owners(open_library(folder, as_of))
    if write and data != file.data:
        refuse_outside(file.top, file.path)
        make_folder((file.top / file.path).parent)
        write_file(file.top / file.path, data)
        typer.echo(f"wrote {file.path}", err=True)
    elif not write:
        echo(find_block(data).decode("utf-8", "surrogateescape"), output, verbatim=True)
        if data != file.data:
            typer.echo(f"{file.path} differs; run: sopkit doctor --codeowners --write", err=True)
    return 0 if write or data == file.data else 1
