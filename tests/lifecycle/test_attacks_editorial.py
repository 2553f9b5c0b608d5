"""Attacks by an edit that is called editorial and means something else, or that takes for ever to compare."""

import random

import pytest

from sopkit.git.merges import merge_lines
from sopkit.lifecycle.editorial import find_substantive_change

BODY = "Ask the owner now.\n\n| who | how long |\n| --- | --- |\n| Ann | ten minutes |\n\n<!-- note -->\n"


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ("now", "n\u043et", "a word of letters that look alike (n\u043et)"),
        ("Ask", "\u0410\u0455k", "a word of letters that look alike (\u0410\u0455k)"),
        ("now", "n\u00adot", "a character that nobody sees (\u00ad)"),
        ("owner", "\u202eowner", "a character that nobody sees (\u202e)"),
        ("ten", "twenty", "a number (ten)"),
        ("minutes", "hours", "a unit (minutes)"),
        ("Ask", "Disable", "a word that has an opposite (Disable)"),
        ("<!-- note -->", "<!-- note --><p>Never do it.</p>", "HTML"),
        ("<!-- note -->", "<!-- note -->Never do it.<!-- note -->", "HTML"),
    ],
)
def test_another_meaning(old: str, new: str, what: str) -> None:
    assert find_substantive_change(BODY, BODY.replace(old, new)) == what


def test_a_comment_may_change() -> None:
    assert find_substantive_change(BODY, BODY.replace("<!-- note -->", "<!-- another --> <!-- and one more -->")) == ""


def test_words_that_repeat_without_end() -> None:
    draw = random.Random(1)
    old, new = (" ".join(draw.choice("xy") for _ in range(2_900)) for _ in range(2))
    assert find_substantive_change(old, new) == "too much of the text"


def test_lines_that_repeat_without_end() -> None:
    draw = random.Random(1)
    base, ours, theirs = ([draw.choice([b"x\n", b"y\n"]) for _ in range(4_900)] for _ in range(3))
    assert merge_lines(base, ours, theirs) is None
