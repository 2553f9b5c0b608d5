"""Words fit their room whatever they are made of."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sopkit.tables.text_width import clean_text, shorten_text, text_width, wrap_text

KINDS = [
    "WWWWMMMM",
    "iiillll",
    "端末を停止して記録する",
    "👩‍🔧🧯🔥🔥🔥🔥🔥",
    "e\u0301" * 12,
    "عطّل الحساب ثم سجّل",
    "a-b/c-d/e",
    "\u202eabc\u202c",
]


@given(
    st.text(max_size=200) | st.lists(st.sampled_from(KINDS), max_size=9).map(" ".join),
    st.integers(20, 200),
    st.integers(1, 5),
)
def test_wrapped_lines_fit(text: str, room: int, most: int) -> None:
    lines = wrap_text(text, room, 13, most)
    assert 1 <= len(lines) <= most
    for line in lines:
        assert text_width(line, 13) <= room or len(line.rstrip("…")) <= 2 or ends_joined(line)


def ends_joined(line: str) -> bool:
    """Whether a line is one sign of several characters, which cannot be parted."""
    return "\u200d" in line


@given(st.text(max_size=80), st.integers(200, 400))
def test_nothing_is_lost_where_there_is_room(text: str, room: int) -> None:
    lines = wrap_text(text, room, 5, 100)
    assert "".join("".join(lines).split()) == "".join(clean_text(text).split())


@pytest.mark.parametrize(
    ("text", "room", "lines"),
    [
        ("", 50, ("",)),
        ("Ask the owner", 400, ("Ask the owner",)),
        ("Ask the owner", 70, ("Ask the", "owner")),
        ("the role-access matrix", 70, ("the role-", "access", "matrix")),
        ("an NDA / a contract", 70, ("an NDA /", "a", "contract")),
        ("Check screening, confidentiality and more", 105, ("Check", "screening…")),
        ("端末を停止して記録する", 60, ("端末を", "停止し", "て記…")),
    ],
)
def test_where_lines_end(text: str, room: int, lines: tuple[str, ...]) -> None:
    assert wrap_text(text, room, 13, 3) == lines


def test_signs_of_several_characters_stay_whole() -> None:
    assert wrap_text("👩‍🔧" * 3, 60, 13, 9) == ("👩‍🔧",) * 3


def test_what_controls_is_gone() -> None:
    assert clean_text("a\0b\x1bc\u202ed\u2028e\ud800f\ufffeg\tx") == "a b c d e f g x"


@pytest.mark.parametrize(
    ("text", "short"),
    [
        ("Ask the owner", "Ask the owner"),
        ("Ask the owner, then wait for two days", "Ask the owner, then…"),
        ("x" * 100_000, "x" * 19 + "…"),
    ],
)
def test_short_forms_end_at_a_word(text: str, short: str) -> None:
    assert shorten_text(text, 20) == short
