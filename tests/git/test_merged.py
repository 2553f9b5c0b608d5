"""Two edits of one text put together, and where that is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sopkit.git.merges import merge_lines

LINES = st.lists(st.sampled_from([b"a\n", b"b\n", b"c\n", b"d\n"]), max_size=8)


def lines(text: str) -> list[bytes]:
    return [letter.encode() for letter in text]


@pytest.mark.parametrize(
    ("base", "ours", "theirs", "expected"),
    [
        ("abcde", "Abcde", "abcdE", "AbcdE"),
        ("abcde", "bcde", "abcdef", "bcdef"),
        ("abcde", "abXcde", "abcde", "abXcde"),
        ("abcde", "aXcde", "aXcde", "aXcde"),
        ("abcde", "aXcde", "aYcde", None),
        ("abcde", "aXcde", "abYde", None),
        ("abcde", "abXcde", "abYcde", None),
        ("", "a", "b", None),
        ("ab", "", "ab", ""),
    ],
)
def test_merge(base: str, ours: str, theirs: str, expected: str | None) -> None:
    found = merge_lines(lines(base), lines(ours), lines(theirs))
    assert found == (None if expected is None else lines(expected))
    assert merge_lines(lines(base), lines(theirs), lines(ours)) == found


@given(LINES, LINES)
def test_an_edit_of_one_side_is_the_whole(base: list[bytes], text: list[bytes]) -> None:
    assert merge_lines(base, text, base) == text


@given(LINES, LINES, LINES)
def test_no_line_comes_from_nowhere(base: list[bytes], ours: list[bytes], theirs: list[bytes]) -> None:
    assert set(merge_lines(base, ours, theirs) or []) <= {*base, *ours, *theirs}
