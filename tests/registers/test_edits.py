"""Any rows brought into any register: the rows are there, the comments too, and once more changes nothing."""

import re
import tempfile
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from tests.examples import examples
from tests.registers.rows import row_of

from sopkit.model.config import ScalesTable
from sopkit.model.registers import REGISTERS, RowModel
from sopkit.parsing.register import read_register
from sopkit.registers.cells import CellReader
from sopkit.registers.columns import FieldKind, columns_of
from sopkit.registers.export import register_csv
from sopkit.registers.importer import ImportOptions, ImportPlan, plan_import
from sopkit.tables.reader import read_sheet

READER = CellReader(ScalesTable.default(), ("iso27001-2022",))
DAY = date(2026, 11, 24)


def brought_in(register: str, there: bytes, table: str) -> ImportPlan:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "table.csv"
        file.write_bytes(table.encode())
        return plan_import(
            read_register(register, f"registers/{register}.yaml", there), read_sheet(file), READER, ImportOptions(), DAY
        )


def typed(register: str, rows: list[RowModel], *, in_braces: bool, end: str) -> bytes:
    """The rows as another program writes them, with comments of ours."""
    parts = ["# ours", ""]
    for number, row in enumerate(rows):
        cells = _raw(row)
        flow: Any = True if in_braces else None
        text = yaml.safe_dump([cells], sort_keys=False, allow_unicode=True, default_flow_style=flow, width=10**6)
        parts += [f"- {text.strip()[1:-1]}" if in_braces else text.rstrip("\n"), f"# behind {number}"]
    return end.join("\n".join(parts).split("\n")).encode() + end.encode()


def distinct(rows: list[RowModel]) -> list[RowModel]:
    return list({_folded(row): row for row in rows if _folded(row)}.values())


def _folded(row: RowModel) -> str:
    """A key without what makes two keys look alike and differ, which an import rightly tells."""
    return "".join(row.key.split()).casefold()


@pytest.mark.slow
@pytest.mark.parametrize("register", REGISTERS)
@examples(4)
@given(data=st.data())
def test_rows_come_into_a_register_that_is_there(register: str, data: st.DataObject) -> None:
    rows = distinct(data.draw(st.lists(row_of(register), min_size=1, max_size=4)))
    there = typed(register, rows, in_braces=data.draw(st.booleans()), end=data.draw(st.sampled_from(["\n", "\r\n"])))
    if read_register(register, "r.yaml", there).rows != tuple(rows):
        return  # what another program writes is not read back in all cases, such as text with a byte order mark
    others = distinct(data.draw(st.lists(row_of(register), max_size=2)))
    changed = [
        REGISTERS[register].model_validate({**_raw(row), **_raw(data.draw(row_of(register))), **_key(row)})
        for row in rows[:2]
    ]
    there_already = {_folded(row): row.key for row in rows}
    others = [row for row in others if there_already.get(_folded(row), row.key) == row.key]
    wanted = distinct([*changed, *others])
    made = brought_in(register, there, register_csv(register, wanted))
    assert made.findings == ()
    assert made.after is not None
    after = {row.key: row for row in read_register(register, "r.yaml", made.after).rows}
    before = {row.key: row for row in rows}
    assert [after[row.key] for row in wanted] == [_with_truths(row, before.get(row.key)) for row in wanted]
    assert re.findall(rb"^# \w+ ?\d*", made.after, re.MULTILINE) == re.findall(rb"^# \w+ ?\d*", there, re.MULTILINE)
    again = brought_in(register, made.after, register_csv(register, wanted))
    assert (again.after, again.added, again.changed) == (made.after, (), ())


def _raw(row: RowModel) -> dict[str, Any]:
    return row.model_dump(mode="json", by_alias=True, exclude_unset=True)


def _with_truths(row: RowModel, before: RowModel | None) -> RowModel:
    """The row with what was yes or no before, where its cell is empty: that changes nothing."""
    names = [column.field for column in columns_of(_register(row)) if column.kind is FieldKind.TRUTH]
    kept = {name: getattr(before, name) for name in names if before and name not in row.model_fields_set}
    return row.model_copy(update=kept)


def _key(row: RowModel) -> dict[str, Any]:
    return {columns_of(_register(row))[0].name: row.key}


def _register(row: RowModel) -> str:
    return next(name for name, model in REGISTERS.items() if isinstance(row, model))
