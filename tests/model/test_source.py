"""Bytes to lines and columns as an editor counts them."""

import pytest

from sopkit.model.source import Place, Source

LINE_ENDS = b"one\r\ntwo\rthree\nfour"


@pytest.mark.parametrize(
    ("data", "offset", "expected"),
    [
        (b"", 0, (1, 1)),
        (b"a", 1, (1, 2)),
        (b"a\n", 2, (2, 1)),
        (LINE_ENDS, 3, (1, 4)),
        (LINE_ENDS, 5, (2, 1)),
        (LINE_ENDS, 9, (3, 1)),
        (LINE_ENDS, 15, (4, 1)),
        ("äö: x".encode(), 4, (1, 3)),
        ("\U0001f642x".encode(), 4, (1, 2)),
        ("a\u2028b\u0085c\nd".encode(), 4, (1, 3)),
        ("a\u2028b\u0085c\nd".encode(), 9, (2, 1)),
        (b"\xef\xbb\xbfab", 3, (1, 1)),
        (b"\xef\xbb\xbfab", 4, (1, 2)),
        (b"\xef\xbb\xbfab\nc", 6, (2, 1)),
        (b"a\x0cb\x0bc\x1cd", 6, (1, 7)),
    ],
)
def test_line_and_column_of_a_byte(data: bytes, offset: int, expected: tuple[int, int]) -> None:
    assert Source(data).position(offset) == expected


def test_a_place_outside_the_file_is_brought_inside() -> None:
    assert Source(b"ab\nc").place(-3, 99) == Place(1, 1, 2, 2, 0, 4)
    assert Source(b"ab\nc").place(3, 1) == Place(2, 1, 2, 1, 3, 3)


@pytest.mark.parametrize(("line", "text"), [(1, "one"), (2, "two"), (3, "three"), (4, "four"), (0, "one"), (9, "four")])
def test_a_line_is_without_its_end(line: int, text: str) -> None:
    assert Source(LINE_ENDS).line_text(line) == text


def test_the_first_line_is_without_its_byte_order_mark() -> None:
    assert Source(b"\xef\xbb\xbfab\n").line_place(1) == Place(1, 1, 1, 3, 3, 5)


@pytest.mark.parametrize(
    ("phrases", "said"),
    [
        (("turn off MFA",), True),
        (("Turn OFF mfa",), True),
        (("turn off",), True),
        (("turn on MFA", "off then"), True),
        (("turn MFA",), False),
        (("mfa then",), False),
        (("off", "x"), True),
        ((), False),
    ],
)
def test_phrases_in_any_case_and_with_any_blanks(phrases: tuple[str, ...], said: bool) -> None:
    assert Source(b"Please Turn\r\n   off MFA\toff  then").says(phrases) is said


@pytest.mark.parametrize(
    ("needle", "said"),
    [
        (({b"mfa"}, b""), True),
        (({b"turn", b"off"}, b""), True),
        (({b"turn", b"on"}, b""), False),
        (({b"ff"}, b""), False),
        (({b"2"}, b""), False),
        (({b"2fa"}, b""), True),
        (({b"tig"}, b""), True),
        (({b"turn"}, b"n off"), True),
        (({b"turn"}, b"off n"), False),
        ((set(), b""), True),
    ],
)
def test_words_that_stand_alone_and_a_piece_of_text(needle: tuple[set[bytes], bytes], said: bool) -> None:
    source = Source("Turn off _MFA_, nötig for 2FA".encode())
    words, piece = needle
    assert source.may_say([(frozenset(words), piece)]) is said
    source.forget_words()
    assert source.may_say([(frozenset((b"on",)), b""), (frozenset(words), piece)]) is said
    assert not source.may_say([])
