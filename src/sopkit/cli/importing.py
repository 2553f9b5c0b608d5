"""What `sopkit register import` does once its options are read."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import typer

from sopkit.cli.parameters import known
from sopkit.library import Library
from sopkit.lifecycle.record.lock import library_lock
from sopkit.model.errors import SopkitError
from sopkit.model.registers import REGISTERS
from sopkit.registers.edits import write_registers
from sopkit.registers.import_plan import ImportOptions, ImportPlan, finding_lines, note_lines, summary_lines
from sopkit.registers.importer import plan_import
from sopkit.registers.table_rows import cell_reader
from sopkit.tables.escape import one_line
from sopkit.tables.grid import fold_name
from sopkit.tables.reader import list_sheets, read_sheet


@dataclass(frozen=True, slots=True)
class Source:
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
        return cls(Path(words[1]), known(words[0], tuple(REGISTERS), "register"), sheet, header)

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


def columns_given(source: Source, values: Sequence[str] | None) -> Mapping[str, str]:
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


def bring_in(library: Library, source: Source, wishes: ImportOptions, *, write: bool) -> int:
    """Import tables and say what changed; 1 when something is wrong with them, and then nothing is written."""
    with library_lock(library.root):
        plans, left_out = _plans(library, source, wishes)
        for line in finding_lines(plans):
            typer.echo(line)
        if any(plan.findings for plan in plans):
            typer.echo("nothing was written; mend the table, then import it again", err=True)
            return 1
        files = {plan.path: (plan.before, plan.after) for plan in plans if plan.after is not None}
        changed = {path: (before, after) for path, (before, after) in files.items() if before != after}
        if write:
            write_registers(library.root, changed)
    for plan in plans:
        typer.echo("\n".join(summary_lines(plan)))
        for note in note_lines(plan):
            typer.echo(f"note: {note}", err=True)
    if left_out:
        typer.echo(f"note: sheets that are no register: {one_line(', '.join(left_out))}", err=True)
    if not write and changed:
        typer.echo("nothing was written: --dry-run", err=True)
    elif changed:
        typer.echo("look at the change with git diff, then run: sopkit register check", err=True)
    return 0


def _plans(library: Library, source: Source, wishes: ImportOptions) -> tuple[list[ImportPlan], tuple[str, ...]]:
    sheets, left_out = source.sheets()
    reader = cell_reader(library)
    plans = []
    for name, sheet in sheets.items():
        grid = read_sheet(source.file, sheet, header=source.header, wanted=tuple(wishes.columns.values()))
        plans.append(plan_import(library.registers[name], grid, reader, wishes, library.as_of))
    return plans, left_out
