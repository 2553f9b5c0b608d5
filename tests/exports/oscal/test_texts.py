"""What a person wrote is shown as written: no markup, no control character, no second line."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from sopkit.exports.oscal.elements import escape_line
from sopkit.tables.escape import one_line


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Grant, change and remove access", "Grant, change and remove access"),
        ("R&D keeps `snake_case` (5 * 3)", "R&D keeps \\`snake_case\\` (5 \\* 3)"),
        ("_now_ &amp; <b>then</b>", "\\_now\\_ \\&amp; \\<b\\>then\\</b\\>"),
        ("# 1. Title", "\\# 1. Title"),
        ("1. Title", "1\\. Title"),
        ("- item\n\n  second", "\\- item second"),
        ("\x1b[31mred\x00", "\\\\x1b\\[31mred\\\\x00"),
        ("\ud800", "\\\\ud800"),
        (" \u2028\n", ""),
    ],
)
def test_line(text: str, said: str) -> None:
    assert escape_line(text) == said


@given(st.text(st.sampled_from("ab1 *_`[]()<>#-+=.!&;~|\\{}^\"'\n")))
def test_a_reader_of_markdown_sees_the_text(text: str) -> None:
    parsed = MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(escape_line(text))
    seen = "".join(
        child.content for token in parsed for child in token.children or () if child.type in {"text", "text_special"}
    )
    assert [token.type for token in parsed] in ([], ["paragraph_open", "inline", "paragraph_close"])
    assert seen == one_line(text)
