"""A table brought into a register: rows known by their keys, changed cells in place, new rows behind."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from pydantic import ValidationError

from sopkit.model.errors import SopkitError
from sopkit.model.registers import REGISTERS, Row
from sopkit.registers.cells import Reader, none_of
from sopkit.registers.columns import ENDS, Kind, columns_of, key_column, title_of
from sopkit.registers.edits import edited
from sopkit.registers.flat import flat_cell
from sopkit.registers.heads import heads_of
from sopkit.registers.import_plan import CellFinding, Change, ImportPlan, Wishes
from sopkit.registers.new_rows import NewRow
from sopkit.registers.table_rows import TableReader, TableRow
from sopkit.sheets.grid import Grid
from sopkit.text.register import Register
from sopkit.text.schema_words import plain

_EMPTY: dict[Kind, Any] = {
    Kind.TEXT: "",
    Kind.TEXTS: [],
    Kind.HOLDERS: [],
    Kind.KEYS: [],
    Kind.CONTROLS: {},
    Kind.LOGINS: {},
}
"""What stands in the file for a cell that was emptied; null in a column of another kind."""
_MOST_TOLD = 10


@dataclass
class _Made:
    """The rows as they become, and what is told of each."""

    rows: list[Row]
    changes: dict[int, dict[str, Any]] = field(default_factory=dict)
    new: list[NewRow] = field(default_factory=list)
    added: list[tuple[str, str]] = field(default_factory=list)
    changed: list[Change] = field(default_factory=list)
    off_scale: list[str] = field(default_factory=list)
    unchanged: int = 0


def plan_import(register: Register, grid: Grid, reader: Reader, wishes: Wishes, day: date) -> ImportPlan:
    """What importing a table does; findings where a cell cannot be read, and then no bytes.

    Raises SopkitError for a register that is broken or cannot be changed, and for columns that nobody knows.
    """
    _sound(register)
    if wishes.close and register.name not in ENDS:
        having = ", ".join(ENDS)
        raise SopkitError(f"rows of {register.name} have no last day, so none can be closed", f"only those of {having}")
    heads = heads_of(grid, register.name, wishes.columns, ignore=wishes.ignore_columns)
    match = wishes.key or key_column(register.name)
    if match not in heads.at:
        others = "" if wishes.key else "; or know rows by another column: --key title"
        raise SopkitError(
            f"{grid.path}: no column `{match}`, by which rows are known", f"name it: --columns '{match}=…'{others}"
        )
    table = TableReader(register, grid, heads, reader, match)
    made = _Made(list(register.rows))
    met = set()
    for row in table.rows():
        met.add(row.key)
        _take(row, table, made, day)
    missing = tuple(row.key for row in register.rows if row.key not in met and row.gone(day) is None)
    if wishes.close:
        _close(register, missing, made, day)
    plan = ImportPlan(
        register.name,
        register.file,
        register.source.data if register.path else None,
        None,
        tuple(made.added),
        tuple(made.changed),
        made.unchanged,
        () if wishes.close else missing,
        missing if wishes.close else (),
        (*grid.notes, *_told_columns(heads.left_out), *_told_scales(made.off_scale)),
        tuple(table.findings),
    )
    if plan.findings:
        return plan
    return replace(plan, after=edited(register, made.changes, made.new, made.rows))


def _sound(register: Register) -> None:
    if register.findings:
        first = min(register.findings, key=lambda finding: finding.place.line)
        where = f"{register.file}:{first.place.line}"
        raise SopkitError(f"{where}: {first.message}", "mend the register first: nothing is brought into a broken one")


def _take(row: TableRow, table: TableReader, made: _Made, day: date) -> None:
    """Put a row of the table into what is made, or say what is wrong with it."""
    name = table.register.name
    there = made.rows[row.index] if row.index is not None else None
    raw = _raw(table.register, row.index) if row.index is not None else {}
    given = {column: value for column, value in {**raw, **row.values}.items() if value is not None}
    try:
        becomes = REGISTERS[name].model_validate(given)
    except ValidationError as error:
        table.findings.extend(_findings(error, row, table))
        return
    values = {
        column.name: _EMPTY.get(column.kind) if row.values[column.name] is None else row.values[column.name]
        for column in columns_of(name)
        if column.name in row.values and _differs(column.field, becomes, there, row.values[column.name])
    }
    for column in (table.column(column) for column in values):
        text, allowed = flat_cell(column, becomes), column.allowed(table.reader.scales) if column.scaled else ()
        if text and allowed and text not in allowed and becomes.gone(day) is None:
            finding = CellFinding(table.grid.path, row.number, table.head(column.name), none_of(column, text, allowed))
            made.off_scale.append(str(finding))
        if there is not None:
            made.changed.append(Change(row.key, column.name, flat_cell(column, there), text))
    if row.index is None:
        made.rows.append(becomes)
        made.new.append(NewRow(values))
        made.added.append((row.key, title_of(becomes)))
    elif values:
        made.rows[row.index] = becomes
        made.changes[row.index] = values
    else:
        made.unchanged += 1


def _differs(field_name: str, becomes: Row, there: Row | None, value: object) -> bool:
    """Whether a cell is to be written: one that says something new."""
    if value is False and type(becomes).model_fields[field_name].default is False:
        return there is not None and bool(getattr(there, field_name))
    if there is None:
        return value is not None
    decided = (value == [] or value is True or value is False) and field_name not in there.model_fields_set
    return decided or bool(getattr(becomes, field_name) != getattr(there, field_name))


def _raw(register: Register, index: int) -> Mapping[str, Any]:
    rows = register.tree.value
    row = rows[index] if isinstance(rows, list) else {}
    return row if isinstance(row, dict) else {}


def _findings(error: ValidationError, row: TableRow, table: TableReader) -> Iterator[CellFinding]:
    known = [column.name for column in columns_of(table.register.name)]
    for detail in error.errors(include_url=False):
        column = str(detail["loc"][0]) if detail["loc"] else ""
        yield CellFinding(table.grid.path, row.number, table.head(column) or column, plain(detail, known))


def _close(register: Register, missing: tuple[str, ...], made: _Made, day: date) -> None:
    """Give rows that the table lacks their last day."""
    column = next(column for column in columns_of(register.name) if column.name == ENDS[register.name])
    for index, row in enumerate(register.rows):
        if row.key in missing:
            raw = {name: value for name, value in _raw(register, index).items() if value is not None}
            made.rows[index] = type(row).model_validate({**raw, column.name: day})
            made.changes[index] = {column.name: day}


def _told_columns(left_out: tuple[str, ...]) -> Iterator[str]:
    if left_out:
        yield f"left out, as no column of ours: {', '.join(f'`{head}`' for head in left_out)}"


def _told_scales(found: list[str]) -> Iterator[str]:
    yield from found[:_MOST_TOLD]
    if len(found) > _MOST_TOLD:
        yield f"and {len(found) - _MOST_TOLD} more values on no scale; sopkit register check tells them all"
