import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.lsp.editor import place

from sopkit.lsp.convert import Positions
from sopkit.lsp.session import OpenDocument, to_bytes
from sopkit.model.source import Source

TEXTS = st.text(st.sampled_from("a\u00e9\u20ac\U0001f4a5\n\r\u2028\x0c\t"), max_size=12)


@pytest.mark.parametrize(
    ("encoding", "columns"),
    [("utf-8", [0, 1, 3, 7, 8]), ("utf-16", [0, 1, 2, 4, 5]), ("utf-32", [0, 1, 2, 3, 4])],
)
def test_columns(encoding: str, columns: list[int]) -> None:
    positions = Positions(Source("x\na\u00e9\U0001f4a5b\n".encode()), encoding)
    offsets = [2, 3, 5, 9, 10]
    assert [positions.position(offset) for offset in offsets] == [(1, column) for column in columns]
    assert [positions.offset(1, column) for column in columns] == offsets


@pytest.mark.parametrize(
    ("line", "column", "offset"),
    [(-1, 5, 0), (0, -1, 0), (0, 99, 2), (1, 99, 8), (1, 1, 4), (2, 0, 10), (2, 99, 10), (9, 0, 10)],
)
def test_a_place_that_is_not_there_is_the_nearest_before(line: int, column: int, offset: int) -> None:
    assert Positions(Source("ab\r\n\U0001f4a5\r\n".encode())).offset(line, column) == offset


def test_a_byte_order_mark_counts_only_in_what_the_editor_sent() -> None:
    source = Source(b"\xef\xbb\xbfab")
    assert Positions(source).position(4) == (0, 2)
    assert Positions(source).offset(0, 2) == 4
    on_disk = Positions(source, from_editor=False)
    assert (on_disk.position(4), on_disk.offset(0, 1)) == ((0, 1), 4)
    assert on_disk.position(0) == (0, 0)


@given(TEXTS)
def test_there_and_back(text: str) -> None:
    for encoding in ("utf-8", "utf-16", "utf-32"):
        positions = Positions(Source(text.encode()), encoding)
        ends = [len(text[:at].encode()) for at in range(len(text) + 1)]
        for offset in ends:
            line, column = positions.position(offset)
            back = positions.offset(line, column)
            # between CR and LF no editor can stand
            assert back == offset or text.encode()[back:offset].strip(b"\r\n") == b""


@given(TEXTS, TEXTS, st.data())
def test_an_edit_does_what_it_does_in_an_editor(text: str, new: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    if any(text[at - 1 : at + 1] == "\r\n" for at in (start, end)):
        return
    document = OpenDocument("file:///x", None, 1, Source(text.encode()))  # type: ignore[arg-type] - the path plays no part
    one, two = place(text, start), place(text, end)
    span = (one.line, one.character, two.line, two.character)
    changed = document.edit([(span, new)], 2, "utf-16")
    assert changed.source.data.decode() == text[:start] + new + text[end:]
    assert changed.version == 2


def test_several_edits_count_from_each_other_and_half_a_character_is_a_question_mark() -> None:
    document = OpenDocument("file:///x", None, 1, Source(b"abc"))  # type: ignore[arg-type] - the path plays no part
    changed = document.edit(
        [((0, 1, 0, 2), "BB"), ((0, 3, 0, 3), "x"), (None, "y\ud83d"), ((0, 1, 0, 0), "z")], 5, "utf-8"
    )
    assert changed.source.data == b"z?"
    assert to_bytes("\udca5") == b"?"
