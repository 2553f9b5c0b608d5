"""Tables beside the models: each register has its example, what is shown of it, and a name for its rows."""

import pytest
import yaml

from sopkit.model.config import ScalesTable
from sopkit.model.registers import REGISTERS
from sopkit.parsing.register import read_register
from sopkit.registers.columns import _ROW_NOUN, columns_of, key_column
from sopkit.registers.overview import LIST_COLUMNS
from sopkit.registers.template import EXAMPLES, register_template


def test_every_register_has_them() -> None:
    assert list(EXAMPLES) == list(LIST_COLUMNS) == list(_ROW_NOUN) == list(REGISTERS)


@pytest.mark.parametrize("register", REGISTERS)
def test_the_example_is_a_row_once_it_is_no_comment(register: str) -> None:
    text = register_template(register, ScalesTable.default())
    assert read_register(register, "r.yaml", text.encode()).rows == ()
    assert yaml.safe_load(text) is None
    _, _, _, *row = text.splitlines()
    found = read_register(register, "r.yaml", "\n".join(line.removeprefix("# ") for line in row).encode())
    assert found.findings == ()
    assert [made.key for made in found.rows] == [EXAMPLES[register][key_column(register)]]
    assert max(map(len, text.splitlines())) <= 130


@pytest.mark.parametrize("register", REGISTERS)
def test_what_is_shown_are_columns_and_the_key_first(register: str) -> None:
    names = [column.name for column in columns_of(register)]
    assert set(LIST_COLUMNS[register]) <= set(names)
    assert LIST_COLUMNS[register][0] == names[0] == key_column(register)
