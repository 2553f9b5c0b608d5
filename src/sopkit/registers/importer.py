"""Import a table into a register: options, the plan with its findings, and the summary that users read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from pydantic import ValidationError

from sopkit.model.errors import SopkitError
from sopkit.model.registers import REGISTERS, RowModel
from sopkit.parsing.register import Register
from sopkit.parsing.validation import explain_error
from sopkit.registers.cells import CellReader, cell_text, not_allowed_message
from sopkit.registers.columns import END_COLUMNS, FieldKind, columns_of, key_column, match_headers, title_of
from sopkit.registers.edits import NewRow, apply_changes, require_valid
from sopkit.registers.table_rows import CellFinding, TableReader, TableRow
from sopkit.tables.escape import clip, one_line
from sopkit.tables.grid import Grid


@dataclass(frozen=True, slots=True)
class CellChange:
    """A cell of a row that gets another value, both as they stand in flat cells."""

    key: str
    column: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class ImportOptions:
    """How a table is to be read: its columns by ours, and what happens to what it has too much or lacks.

    `key` is the column by which rows are known where that is not their key; `close` ends rows that the table lacks.
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    ignore_columns: bool = False
    close: bool = False
    key: str = ""


@dataclass(frozen=True, slots=True)
class ImportPlan:
    """What an import does to one register: the bytes of its file before (None: there is none) and after.

    `added` are new rows as key and title, `kept` the keys of rows in force that the table lacks. With findings
    nothing is to be written.
    """

    register: str
    path: str
    before: bytes | None
    after: bytes | None
    added: tuple[tuple[str, str], ...] = ()
    changed: tuple[CellChange, ...] = ()
    unchanged: int = 0
    kept: tuple[str, ...] = ()
    closed: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    findings: tuple[CellFinding, ...] = ()


_EMPTY_VALUES: dict[FieldKind, Any] = {
    FieldKind.TEXT: "",
    FieldKind.TEXTS: [],
    FieldKind.HOLDERS: [],
    FieldKind.KEYS: [],
    FieldKind.CONTROLS: {},
    FieldKind.LOGINS: {},
}
"""What stands in the file for a cell that was emptied; null in a column of another kind."""
_MAX_NOTES = 10


@dataclass
class _Result:
    """The rows as they become, and what the plan says of each."""

    rows: list[RowModel]
    changes: dict[int, dict[str, Any]] = field(default_factory=dict)
    new: list[NewRow] = field(default_factory=list)
    added: list[tuple[str, str]] = field(default_factory=list)
    changed: list[CellChange] = field(default_factory=list)
    off_scale: list[str] = field(default_factory=list)
    unchanged: int = 0


def plan_import(register: Register, grid: Grid, reader: CellReader, options: ImportOptions, day: date) -> ImportPlan:
    """What importing a table does; findings where a cell cannot be read, and then no bytes.

    Raises SopkitError for a register that is broken or cannot be changed, and for columns that nobody knows.
    """
    require_valid(register, "mend the register first: nothing is brought into a broken one")
    if options.close and register.name not in END_COLUMNS:
        having = ", ".join(END_COLUMNS)
        raise SopkitError(f"rows of {register.name} have no last day, so none can be closed", f"only those of {having}")
    heads = match_headers(grid, register.name, options.columns, ignore=options.ignore_columns)
    match = options.key or key_column(register.name)
    if match not in heads.at:
        others = "" if options.key else "; or know rows by another column: --key title"
        raise SopkitError(
            f"{grid.path}: no column `{match}`, by which rows are known", f"name it: --columns '{match}=…'{others}"
        )
    table = TableReader(register, grid, heads, reader, match)
    result = _Result(list(register.rows))
    keys = set()
    for row in table.rows():
        keys.add(row.key)
        _apply_row(row, table, result, day)
    missing = tuple(row.key for row in register.rows if row.key not in keys and row.gone(day) is None)
    if options.close:
        _close_rows(register, missing, result, day)
    notes = [*grid.notes]
    if heads.left_out:
        notes.append(f"left out, as no column of ours: {', '.join(f'`{head}`' for head in heads.left_out)}")
    notes += result.off_scale[:_MAX_NOTES]
    if (more := len(result.off_scale) - _MAX_NOTES) > 0:
        notes.append(f"and {more} more values on no scale; sopkit register check tells them all")
    return ImportPlan(
        register.name,
        register.file,
        register.source.data if register.path else None,
        None if table.findings else apply_changes(register, result.changes, result.new, result.rows),
        tuple(result.added),
        tuple(result.changed),
        result.unchanged,
        () if options.close else missing,
        missing if options.close else (),
        tuple(notes),
        tuple(table.findings),
    )


def _apply_row(row: TableRow, table: TableReader, result: _Result, day: date) -> None:
    name = table.register.name
    there = result.rows[row.index] if row.index is not None else None
    raw = _typed_row(table.register, row.index) if row.index is not None else {}
    try:
        becomes = REGISTERS[name].model_validate(
            {column: value for column, value in {**raw, **row.values}.items() if value is not None}
        )
    except ValidationError as error:
        for detail in error.errors(include_url=False):
            cell = str(detail["loc"][0]) if detail["loc"] else ""
            message = explain_error(detail, [column.name for column in columns_of(name)])
            table.findings.append(CellFinding(table.grid.path, row.number, table.head(cell) or cell, message))
        return
    values = {
        column.name: _EMPTY_VALUES.get(column.kind) if row.values[column.name] is None else row.values[column.name]
        for column in columns_of(name)
        if column.name in row.values and _is_change(column.field, becomes, there, row.values[column.name])
    }
    for column in (column for column in columns_of(name) if column.name in values):
        text, allowed = cell_text(column, becomes), column.allowed(table.reader.scales) if column.scaled else ()
        if text and allowed and text not in allowed and becomes.gone(day) is None:
            finding = CellFinding(
                table.grid.path, row.number, table.head(column.name), not_allowed_message(column, text, allowed)
            )
            result.off_scale.append(str(finding))
        if there is not None:
            result.changed.append(CellChange(row.key, column.name, cell_text(column, there), text))
    if row.index is None:
        result.rows.append(becomes)
        result.new.append(NewRow(values))
        result.added.append((row.key, title_of(becomes)))
    elif values:
        result.rows[row.index] = becomes
        result.changes[row.index] = values
    else:
        result.unchanged += 1


def _is_change(field_name: str, becomes: RowModel, there: RowModel | None, value: object) -> bool:
    if value is False and type(becomes).model_fields[field_name].default is False:
        return there is not None and bool(getattr(there, field_name))
    if there is None:
        return value is not None
    is_explicit = (value == [] or value is True or value is False) and field_name not in there.model_fields_set
    return is_explicit or bool(getattr(becomes, field_name) != getattr(there, field_name))


def _typed_row(register: Register, index: int) -> Mapping[str, Any]:
    rows = register.tree.value
    row = rows[index] if isinstance(rows, list) else {}
    return row if isinstance(row, dict) else {}


def _close_rows(register: Register, missing: tuple[str, ...], result: _Result, day: date) -> None:
    column = next(column for column in columns_of(register.name) if column.name == END_COLUMNS[register.name])
    for index, row in enumerate(register.rows):
        if row.key in missing:
            raw = {name: value for name, value in _typed_row(register, index).items() if value is not None}
            result.rows[index] = type(row).model_validate({**raw, column.name: day})
            result.changes[index] = {column.name: day}


_MAX_ITEMS = 30
_MAX_LENGTH = 60


def summary_lines(plan: ImportPlan) -> list[str]:
    """Lines about what becomes of a register: counts, then rows that are new (+), changed (~), closed (-), kept (=)."""
    changed = len({change.key for change in plan.changed})
    counts = [f"{len(plan.added)} new", f"{changed} changed", f"{plan.unchanged} as before"]
    counts += [f"{len(plan.closed)} closed"] if plan.closed else []
    counts += [f"{len(plan.kept)} kept that the table lacks"] if plan.kept else []
    lines = [f"{plan.path}: {', '.join(counts)}"]
    new = [f"  + {key}  {_shorten(title)}".rstrip() for key, title in plan.added]
    cells = ((one, _shorten(one.old) or "nothing", _shorten(one.new) or "nothing") for one in plan.changed)
    lines += _first_items(new, "    ")
    lines += _first_items([f"  ~ {one.key}  {one.column}: {old} -> {new}" for one, old, new in cells], "    ")
    for sign, keys in (("-", plan.closed), ("=", plan.kept)):
        if keys:
            lines.append(f"  {sign} {', '.join(keys[:_MAX_ITEMS])}{''.join(_first_items(keys, ' ')[_MAX_ITEMS:])}")
    return [line[: len(line) - len(line.lstrip(" "))] + one_line(line) for line in lines]


def _first_items(items: Sequence[str], more: str) -> list[str]:
    return [*items[:_MAX_ITEMS], *([f"{more}and {len(items) - _MAX_ITEMS} more"] if len(items) > _MAX_ITEMS else [])]


def _shorten(text: str) -> str:
    return clip(" ".join(text.split()), _MAX_LENGTH)
