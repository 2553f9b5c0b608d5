"""What the commands about registers do once their options are read."""

import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import typer

from sopkit import __version__
from sopkit.cli.console import echo, table
from sopkit.cli.linting import lint_output
from sopkit.cli.outputs import refuse_outputs
from sopkit.cli.parameters import known
from sopkit.files import make_folder, write_file
from sopkit.library import Library
from sopkit.lifecycle.record.lock import library_lock
from sopkit.lint.engine import LintOptions, LintReport, lint
from sopkit.lint.formats import load_format
from sopkit.lint.select import Profile
from sopkit.model.errors import SopkitError
from sopkit.model.finding import Severity
from sopkit.model.registers import REGISTERS
from sopkit.registers import export, overview
from sopkit.registers.applicability_statement import extend_statement
from sopkit.registers.edits import write_registers
from sopkit.registers.template import register_template
from sopkit.tables.escape import escape_controls
from sopkit.tables.rows import rows_csv, rows_markdown, table_markdown

_BOM = "\ufeff"
"""Tells Excel that a CSV file is UTF-8."""


def names_of(names: Sequence[str] | None) -> tuple[str, ...]:
    """The registers that are named, without doubles; all of them for none. A usage error for one that nobody knows."""
    return tuple(dict.fromkeys(known(name, tuple(REGISTERS), "register") for name in names or REGISTERS))


def check(library: Library, names: Sequence[str], form: str, output: Path | None, fail_on: Severity) -> int:
    """Print what is wrong with registers; the exit code."""
    report = _linted(library, names, fail_on)
    echo(load_format(form).write(lint_output(library, report, output, statistics=False, known=False)), output)
    return 1 if report.failed else 0


def _linted(library: Library, names: Sequence[str], fail_on: Severity = Severity.ERROR) -> LintReport:
    files = tuple(path for name in names if (path := library.registers[name].path))
    options = LintOptions(profile=Profile.PUBLISH, fail_on=fail_on, paths=files, tree_only=True)
    report = lint(library, options)
    return replace(report, checked=len(files), unit="register", left_out=())


def show_registers(library: Library, form: str, output: Path | None) -> None:
    """Print the registers in a format."""
    counts = Counter(finding.path for finding in _linted(library, tuple(REGISTERS)).findings)
    rows = overview.overview(library, counts)
    columns = ("name", "rows", "ended", "findings", "file")
    if form == "json":
        echo(overview.overview_json(library, rows, __version__), output)
    elif form == "csv":
        echo(rows_csv(overview.RegisterRow, rows), output)
    elif form == "markdown":
        echo("\n".join(rows_markdown(columns, rows)), output)
    else:
        cells = [(row.name, str(row.rows), str(row.ended), str(row.findings), row.file or "-") for row in rows]
        echo(table(tuple(map(str.upper, columns)), cells, "no register"), output)


def show_rows(library: Library, name: str, form: str, output: Path | None, *, everything: bool) -> None:
    """Print the rows of a register in a format."""
    rows = overview.current_rows(library, name, everything=everything)
    if form == "json":
        echo(overview.rows_json(library, name, rows, __version__), output)
    elif form == "csv":
        echo("\n".join(map(escape_controls, export.register_csv(name, rows).split("\n"))), output)
    else:
        columns, cells = overview.table_cells(name, rows)
        if form == "markdown":
            echo("\n".join(table_markdown(columns, cells)), output)
        else:
            heads = tuple(column.upper().replace("_", " ") for column in columns)
            empty = f"{name} has no rows" if everything else f"no row of {name} is in force"
            echo(table(heads, cells, empty), output)
    for note in export.unread_rows(library.registers[name]):
        typer.echo(f"note: {note}; what is wrong is left out", err=True)


def begin(library: Library, names: Sequence[str], framework: str | None) -> None:
    """Write registers that have no file yet, and the rows that the statement of applicability lacks."""
    if framework is not None and names and "soa" not in names:
        raise typer.BadParameter("--framework is for soa; name it: sopkit register init soa")
    with library_lock(library.root):
        for name in names or [name for name in REGISTERS if name != "soa"]:
            register = library.registers[name]
            if name == "soa":
                begun = extend_statement(library, _framework(library, framework))
                if begun.added:
                    write_registers(library.root, {register.file: (begun.before, begun.after)})
                said = f"{begun.added} rows added" if begun.added else "has a row for each control"
                typer.echo(f"{register.file}: {said}")
            elif register.path:
                typer.echo(f"{register.file}: is there")
            else:
                text = register_template(name, library.config.scales)
                write_registers(library.root, {register.file: (None, text.encode())})
                typer.echo(f"{register.file}: begun, with an example in a comment")
    if not names and not library.registers["soa"].path:
        typer.echo("registers/soa.yaml: a row for each control comes with: sopkit register init soa")


def _framework(library: Library, asked: str | None) -> str:
    own = library.config.library.frameworks
    if asked is None and not own:
        raise SopkitError("the library has no framework", "name one: --framework ID; sopkit control list shows them")
    return own[0] if asked is None else known(asked, tuple(library.catalogue.ids), "framework")


def hand_out(library: Library, wanted: Sequence[str], form: str, output: Path | None, delimiter: str) -> int:
    """Write registers into files or to the terminal; 1 when something in them could not be read."""
    names = tuple(wanted) or export.non_empty_registers(library)
    sign = {"tab": "\t", "\\t": "\t"}.get(delimiter, delimiter)
    if len(sign) != 1 or sign in '"\r\n':
        raise typer.BadParameter(f"{delimiter!r} divides no cells; use a comma, a semicolon or tab")
    if form == "xlsx":
        _workbook(library, names, output)
    else:
        _csv(library, names, output, sign)
    broken = [line for name in names for line in export.unread_rows(library.registers[name])]
    for line in broken:
        typer.echo(f"note: {line}; what is wrong is left out", err=True)
    return 1 if broken else 0


def _workbook(library: Library, names: Sequence[str], output: Path | None) -> None:
    from sopkit.tables.xlsx_writer import write_workbook  # an extra

    if output is None and sys.stdout.isatty():
        raise typer.BadParameter("name a file with -o FILE.xlsx")
    if output is not None:
        refuse_outputs([output])
    data = write_workbook(
        [export.sheet_of_register(library, name) for name in names], export.register_cover(library, names)
    )
    if output is None:
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
    else:
        write_file(output, data)
        typer.echo(f"wrote {output}: {', '.join(names)}")


def _csv(library: Library, names: Sequence[str], output: Path | None, delimiter: str) -> None:
    texts = {name: export.register_csv(name, library.registers[name].rows, delimiter) for name in names}
    if output is None and len(names) == 1:
        text = texts[names[0]]
        echo("\n".join(map(escape_controls, text.split("\n"))) if sys.stdout.isatty() else text)
        return
    if output is None:
        raise typer.BadParameter("several registers go into a folder with -o DIR, or into one workbook with -f xlsx")
    if len(names) == 1 and not output.is_dir():
        files = {output: texts[names[0]]}
    elif output.exists() and not output.is_dir():
        raise typer.BadParameter(f"{output} is a file; several registers go into a folder")
    else:
        files = {output / f"{name}.csv": text for name, text in texts.items()}
    refuse_outputs(files)
    for file, text in files.items():
        make_folder(file.parent)
        write_file(file, (_BOM + text).encode("utf-8", "backslashreplace"))
        typer.echo(f"wrote {file}")
