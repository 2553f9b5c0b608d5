"""A glance at the text tells the id that reading it whole tells, or tells none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.examples import examples

from sopkit.model.config import Config
from sopkit.model.source import Source
from sopkit.parsing.sop import parse, plain_id


def whole(data: bytes) -> str:
    sop = parse("a.md", data, Config.default(), lambda _: (None, ()), {})
    object.__setattr__(sop, "known_id", None)
    return sop.id


@pytest.mark.parametrize(
    ("text", "known"),
    [
        ("---\nid: AC-001\n---\n", "AC-001"),
        ("---\nid:   AC-001  \ntitle: x\n---\n", "AC-001"),
        ("---\ntitle: x\nid: AC-001\n---\n", None),
        ('---\nx: "\nid: AC-001\nx: "\n---\n', None),
        ("---\nid: AC-001\nid: AC-002\n---\n", None),
        ("---\nid: AC-001\n'id': AC-002\n---\n", None),
        ('---\nid: "AC-001"\n---\n', None),
        ("---\nid: null\n---\n", None),
        ("---\nid: AC-001 # old\n---\n", None),
        ("---\nid: &a AC-001\n---\n", None),
        ("---\n{id: AC-001}\n---\n", None),
        ("---\r\nid: AC-001\r\n---\r\n", None),
        ("id: AC-001\n---\n", None),
        ("---\nid: AC-001\n", None),
        ("---\nid: AC-001\ntext: |\n  id: AC-009\n---\n", "AC-001"),
        ("---\nid: AC-001\n  more\n---\n", None),
    ],
)
def test_glance(text: str, known: str | None) -> None:
    data = text.encode()
    assert plain_id(Source(data)) == known
    if known is not None:
        assert whole(data) == known


LINES = st.sampled_from(
    (
        *(
            "id: AC-001",
            "id: AC-002",
            "  id: AC-003",
            "'id': AC-004",
            "id : AC-005",
            "id:",
            "title: x",
            "x: |",
            "x: >-",
        ),
        *(
            "- id: a",
            'x: "',
            "'",
            "  more",
            "---",
            "...",
            "# id: AC-006",
            "? id",
            ": AC-007",
            "",
            "\t",
            "<<: *a",
            "id: ~",
        ),
        *("x: {id: y,", "}"),
    )
)


@pytest.mark.slow
@examples(150)
@given(st.lists(LINES, max_size=6).map(lambda lines: ["id: AC-001", *lines]))
def test_glance_agrees_with_reading(lines: list[str]) -> None:
    data = "\n".join(["---", *lines, "---", "# Title", ""]).encode()
    known = plain_id(Source(data))
    if known is not None:
        assert known == whole(data)
