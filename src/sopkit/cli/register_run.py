"""Run the `sopkit register` commands: check, list, create, import and export registers."""

import re
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Self

import typer

from sopkit.cli.console import echo, refuse_outputs, write_bytes
from sopkit.cli.lint import make_lint_output
from sopkit.cli.options import check_name
from sopkit.files import library_lock, make_folder, write_file
from sopkit.library import Library
from sopkit.lint.engine import LintOptions, LintReport, lint
from sopkit.lint.formats import load_format
from sopkit.lint.select import Profile
from sopkit.model.errors import SopkitError
from sopkit.model.finding import Severity
from sopkit.model.registers import REGISTERS
from sopkit.registers import export
from sopkit.registers.edits import write_files
from sopkit.registers.importer import ImportOptions, plan_import, summary_lines
from sopkit.registers.overview import register_document, registers_document
from sopkit.registers.table_rows import cell_reader
from sopkit.registers.template import extend_statement, register_template
from sopkit.tables.document import Document
from sopkit.tables.escape import one_line
from sopkit.tables.grid import fold_name
from sopkit.tables.reader import list_sheets, read_sheet

if TYPE_CHECKING:
    from sopkit.lifecycle.library_status import LibraryStatus


@dataclass(frozen=True, slots=True)
class TableSource:
    """A file, and which register is to be read from it; none for every sheet of a workbook."""

    file: Path
    register: str | None
    sheet: str | None
    header: int | None

    @classmethod
    def of(cls, words: Sequence[str], sheet: str | None, header: int | None, *, everything: bool) -> Self:
        """What the words of the command line mean; a usage error where they are too few or too many."""
        if everything:
            if len(words) != 1 or sheet is not None:
                raise typer.BadParameter("--all takes the workbook alone: sopkit register import --all FILE.xlsx")
            return cls(Path(words[0]), None, None, header)
        if len(words) != 2:  # noqa: PLR2004 - register and file
            raise typer.BadParameter("name the register and the file: sopkit register import risks FILE")
        return cls(Path(words[1]), check_name(words[0], tuple(REGISTERS), "register"), sheet, header)

    def sheets(self) -> tuple[dict[str, str | None], tuple[str, ...]]:
        """Register to the sheet that it is read from, and the sheets that are none of a register."""
        named = list_sheets(self.file)
        by_name = {fold_name(sheet): sheet for sheet in named}
        if self.register is not None:
            return {self.register: self.sheet or by_name.get(self.register)}, ()
        if not named:
            raise SopkitError(
                f"{self.file}: is no workbook", "name the register: sopkit register import NAME FILE; --all takes .xlsx"
            )
        found: dict[str, str | None] = {name: by_name[name] for name in REGISTERS if name in by_name}
        if not found:
            raise SopkitError(f"{self.file}: no sheet has the name of a register", f"sheets: {', '.join(named)}")
        return found, tuple(sheet for sheet in named if fold_name(sheet) not in REGISTERS)


def parse_columns(source: TableSource, values: Sequence[str] | None) -> Mapping[str, str]:
    """What a table calls our columns, as typed: `title=Name,owner=Who`; a name may hold commas."""
    if values and source.register is None:
        raise typer.BadParameter("--columns is about one register; import the sheets one by one")
    found: dict[str, str] = {}
    for value in values or ():
        for pair in re.split(r",(?=\s*\w+\s*=)", value):
            ours, sign, theirs = pair.partition("=")
            if not sign or not theirs.strip():
                raise typer.BadParameter(f"{pair!r} says of no column what it is; write for example title=Name")
            found[ours.strip()] = theirs.strip()
    return found


def import_tables(library: Library, source: TableSource, options: ImportOptions, *, write: bool) -> int:
    """Import tables and say what changed; 1 when something is wrong with them, and then nothing is written."""
    with library_lock(library.root):
        sheets, left_out = source.sheets()
        reader, columns = cell_reader(library), tuple(options.columns.values())
        plans = []
        for name, sheet in sheets.items():
            grid = read_sheet(source.file, sheet, header=source.header, wanted=columns)
            plans.append(plan_import(library.registers[name], grid, reader, options, library.as_of))
        for finding in (finding for plan in plans for finding in plan.findings):
            typer.echo(one_line(str(finding)))
        if any(plan.findings for plan in plans):
            typer.echo("nothing was written; mend the table, then import it again", err=True)
            return 1
        files = {plan.path: (plan.before, plan.after) for plan in plans if plan.after is not None}
        changed = {path: (before, after) for path, (before, after) in files.items() if before != after}
        if write:
            write_files(library.root, changed)
    for plan in plans:
        typer.echo("\n".join(summary_lines(plan)))
        for note in plan.notes:
            typer.echo(f"note: {one_line(note)}", err=True)
    if left_out:
        typer.echo(f"note: sheets that are no register: {one_line(', '.join(left_out))}", err=True)
    if not write and changed:
        typer.echo("nothing was written: --dry-run", err=True)
    elif changed:
        typer.echo("look at the change with git diff, then run: sopkit register check", err=True)
    return 0


_BOM = "\ufeff"
"""Tells Excel that a CSV file is UTF-8."""


def check_register_names(names: Sequence[str] | None) -> tuple[str, ...]:
    """The registers that are named, without doubles; all of them for none. A usage error for one that nobody knows."""
    return tuple(dict.fromkeys(check_name(name, tuple(REGISTERS), "register") for name in names or REGISTERS))


def check_registers(library: Library, names: Sequence[str], form: str, output: Path | None, fail_on: Severity) -> int:
    """Print what is wrong with registers; the exit code."""
    report = _lint_registers(library, names, fail_on)
    chosen = load_format(form)
    echo(chosen.write(make_lint_output(library, report, output)), output, verbatim=chosen.verbatim)
    return 1 if report.failed else 0


def _lint_registers(library: Library, names: Sequence[str], fail_on: Severity = Severity.ERROR) -> LintReport:
    files = tuple(path for name in names if (path := library.registers[name].path))
    options = LintOptions(profile=Profile.PUBLISH, fail_on=fail_on, paths=files, tree_only=True)
    report = lint(library, options)
    return replace(report, checked=len(files), unit="register", left_out=())


def list_registers(opened: "LibraryStatus", name: str | None, *, everything: bool) -> Document:
    """All registers with the number of their findings, or the rows of one."""
    if name is not None:
        return register_document(opened.library, name, opened.head, opened.notes, everything=everything)
    report = _lint_registers(opened.library, tuple(REGISTERS))
    findings = Counter(finding.path for finding in report.findings)
    return registers_document(opened.library, findings, opened.head, opened.notes)


def create_registers(library: Library, names: Sequence[str], framework: str | None) -> None:
    """Write registers that have no file yet, and the rows that the statement of applicability lacks."""
    if framework is not None and names and "soa" not in names:
        raise typer.BadParameter("--framework is for soa; name it: sopkit register init soa")
    with library_lock(library.root):
        for name in names or [name for name in REGISTERS if name != "soa"]:
            register = library.registers[name]
            if name == "soa":
                statement = extend_statement(library, _choose_framework(library, framework))
                if statement.added:
                    write_files(library.root, {register.file: (statement.before, statement.after)})
                result = f"{statement.added} rows added" if statement.added else "has a row for each control"
                typer.echo(f"{register.file}: {result}")
            elif register.path:
                typer.echo(f"{register.file}: is there")
            else:
                text = register_template(name, library.config.scales)
                write_files(library.root, {register.file: (None, text.encode())})
                typer.echo(f"{register.file}: begun, with an example in a comment")
    if not names and not library.registers["soa"].path:
        typer.echo("registers/soa.yaml: a row for each control comes with: sopkit register init soa")


def _choose_framework(library: Library, framework: str | None) -> str:
    own = library.config.library.frameworks
    if framework is None and not own:
        raise SopkitError("the library has no framework", "name one: --framework ID; sopkit control list shows them")
    return own[0] if framework is None else check_name(framework, tuple(library.catalogue.ids), "framework")


def export_registers(library: Library, wanted: Sequence[str], form: str, output: Path | None, delimiter: str) -> int:
    """Write registers into files or to the terminal; 1 when something in them could not be read."""
    names = tuple(wanted) or export.non_empty_registers(library)
    sign = {"tab": "\t", "\\t": "\t"}.get(delimiter, delimiter)
    if len(sign) != 1 or sign in '"\r\n':
        raise typer.BadParameter(f"{delimiter!r} divides no cells; use a comma, a semicolon or tab")
    if form == "xlsx":
        _write_workbook(library, names, output)
    else:
        _write_csv(library, names, output, sign)
    broken = [line for name in names for line in export.unread_rows(library.registers[name])]
    for line in broken:
        typer.echo(f"note: {line}; what is wrong is left out", err=True)
    return 1 if broken else 0


def _write_workbook(library: Library, names: Sequence[str], output: Path | None) -> None:
    from sopkit.tables.xlsx_writer import write_workbook  # an extra

    if output is None and sys.stdout.isatty():
        raise typer.BadParameter("name a file with -o FILE.xlsx")
    if output is not None:
        refuse_outputs([output])
    data = write_workbook(
        [export.sheet_of_register(library, name) for name in names], export.register_cover(library, names)
    )
    write_bytes(data, output)
    if output is not None:
        typer.echo(f"wrote {output}: {', '.join(names)}")


def _write_csv(library: Library, names: Sequence[str], output: Path | None, delimiter: str) -> None:
    texts = {name: export.register_csv(name, library.registers[name].rows, delimiter) for name in names}
    if output is None and len(names) == 1:
        text = texts[names[0]]
        echo(text, verbatim=True)
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
