"""Rows as flat cells: nothing is lost on the way there and back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.examples import examples
from tests.registers.rows import row_of

from sopkit.model.config import ScalesTable
from sopkit.model.registers import REGISTERS, RowModel
from sopkit.registers.cells import CellReader, row_cells
from sopkit.registers.columns import columns_of

READER = CellReader(ScalesTable.default(), ("iso27001-2022",))


def back(register: str, cells: dict[str, str]) -> RowModel:
    values = {column.name: READER.read(column, cells[column.name]) for column in columns_of(register)}
    return REGISTERS[register].model_validate({name: value for name, value in values.items() if value is not None})


@pytest.mark.slow
@pytest.mark.parametrize("register", REGISTERS)
@examples(20)
@given(data=st.data())
def test_any_row_comes_back(register: str, data: st.DataObject) -> None:
    row = data.draw(row_of(register))
    assert back(register, row_cells(register, row)) == row


@pytest.mark.parametrize(
    ("register", "row", "column", "cell"),
    [
        ("roles", {"id": "r", "holders": [{"person": "ann", "from": "2026-01-01", "to": "2026-06-30"}, {"person": "ben", "from": "2026-07-01"}, {"person": "cat", "to": "2025-01-01"}, {"person": "dee"}]},
         "holders", "ann 2026-01-01..2026-06-30; ben 2026-07-01..; cat ..2025-01-01; dee"),
        ("roles", {"id": "r", "holders": []}, "holders", "[]"),
        ("roles", {"id": "r"}, "holders", ""),
        ("roles", {"id": "r", "aliases": ["CTO", "head; of IT", ""]}, "aliases", 'CTO; "head; of IT"; ""'),
        ("policies", {"id": "p", "controls": {"iso27001-2022": ["A.5.1", {"id": "A.5.2", "strength": "partial"}], "gdpr": ["Art. 32"]}},
         "controls", "iso27001-2022: A.5.1, A.5.2 (partial); gdpr: Art. 32"),
        ("policies", {"id": "p", "controls": {"x": [{"id": "A", "strength": "supporting", "note": "the tool, not us"}]}},
         "controls", 'x: A (supporting, note: "the tool, not us")'),
        ("policies", {"id": "p", "controls": {"x": [{"id": "A / B", "note": "C / D"}]}},
         "controls", 'x: "A / B" (note: "C / D")'),
        ("people", {"key": "ann", "logins": {"github": "annlee"}, "bot": "false"}, "logins", "github: annlee"),
        ("people", {"key": "ann", "signing_keys": [{"key": "ssh-ed25519 AAAA ann@x", "from": "2026-01-01"}]},
         "signing_keys", "ssh-ed25519 AAAA ann@x 2026-01-01.."),
        ("soa", {"control": "A.5.1", "applicable": "false"}, "applicable", "no"),
        ("soa", {"control": "A.5.1"}, "procedure", ""),
        ("soa", {"control": "A.5.1", "procedure": "true"}, "procedure", "yes"),
    ],
)  # fmt: skip
def test_the_form_of_a_cell(register: str, row: dict[str, object], column: str, cell: str) -> None:
    made = REGISTERS[register].model_validate(row)
    assert row_cells(register, made)[column] == cell
    assert back(register, row_cells(register, made)) == made
