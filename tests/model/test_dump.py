"""JSON that every reader accepts and no terminal obeys."""

import pytest

from sopkit.tables.document import dump_json


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({"a": ["é", 1, None]}, '{\n  "a": [\n    "é",\n    1,\n    null\n  ]\n}\n'),
        ([], "[]\n"),
        ("\x9b\u202e\x1b", '"\\u009b\\u202e\\u001b"\n'),
        ("\udcff", '"\\\\xff"\n'),
    ],
)
def test_dump(value: object, text: str) -> None:
    assert dump_json(value) == text
