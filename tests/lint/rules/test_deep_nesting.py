"""SOP223: how deep lists and conditions may stand."""

from pathlib import Path

import pytest
from tests.build import sop
from tests.lint.rules.found import found


def nested(*leads: str) -> str:
    return "".join(f"{'   ' * depth}1. {lead}\n" for depth, lead in enumerate(leads))


@pytest.mark.parametrize(
    ("procedure", "words"),
    [
        (nested("a", "b", "c"), []),
        (nested("a", "b", "c", "d"), ["d"]),
        (nested("a", "b", "c", "d", "e"), ["d"]),
        (nested("a", "If b", "If c"), []),
        (nested("If a", "If b"), []),
        (nested("If a", "If b", "If c"), ["If c"]),
        (nested("If a", "b", "Unless c"), []),
        (nested("When a", "Else: b", "Otherwise c"), ["Otherwise c"]),
        (nested("If a", "If b", "Iffy c"), []),
        (nested("If a", "If b", "Say if c"), []),
        (nested("If a", "If b", "**IT operations**: If c"), ["**IT operations**: If c"]),
        ("### Step 1: a\n\n### Step 2: b\n\n" + nested("a", "b", "c"), []),
        ("- If a\n  - If b\n    - \n    - If c\n", ["If c"]),
        (nested("If a", "If b", "If c", "If d"), ["If c"]),
        ("| a | b |\n| - | - |\n| If a | If b |\n\n" + nested("a", "b", "c", "If d"), ["If d"]),
        (
            nested("a", "b", "c", "d")
            + "         1. e\n   1. f\n      1. g\n         1. h\n1. i\n   1. j\n      1. k\n         1. l\n",
            ["d", "l"],
        ),
        ("- a\n\n\t- b\n\n\t\t- c\n\n\t\t\t- d\n", ["d"]),
    ],
)
def test_lists_may_be_three_deep_and_conditions_two(procedure: str, words: list[str], tmp_path: Path) -> None:
    lines = found(tmp_path, "SOP223", f"## Procedure\n\n{procedure}")
    assert [line.lstrip("-1. \t") for line in lines] == words


def test_only_procedures_are_looked_at(tmp_path: Path) -> None:
    assert found(tmp_path, "SOP223", f"## Inputs\n\n{nested('a', 'b', 'c', 'd')}") == []


def test_a_language_without_words_has_deep_lists_only(tmp_path: Path) -> None:
    other = "---\nlanguage: xx\n---\n## Procedure\n\n"
    assert sop(other).text("language") == "xx"
    assert found(tmp_path, "SOP223", other + nested("If a", "If b", "If c")) == []
    assert found(tmp_path, "SOP223", other + nested("a", "b", "c", "d")) == ["         1. d"]
