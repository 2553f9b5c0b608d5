"""JSON that every reader accepts and no terminal obeys."""

import json

import pytest

from sopkit.model.dump import dump, dump_bytes


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
    assert dump(value) == text
    assert dump_bytes(value) == text.encode()


def test_much_of_it_is_the_same_as_json_writes_it() -> None:
    value = [{"a": number, "b": ["é"] * 3} for number in range(5000)]
    assert dump(value) == json.dumps(value, ensure_ascii=False, indent=2) + "\n"
