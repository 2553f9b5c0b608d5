"""SOP512: each circle of a register once, at its first row."""

from pathlib import Path

import pytest
from tests.build import library

from sopkit.lint.engine import LintOptions, lint


@pytest.mark.parametrize(
    ("above", "told"),
    [
        ({"a": "b", "b": ""}, []),
        ({"a": "a"}, [(1, "a -> a")]),
        ({"z": "b", "a": "b", "b": "a"}, [(2, "a -> b -> a")]),
        ({"c": "a", "a": "b", "b": "c"}, [(1, "c -> a -> b -> c")]),
        ({"a": "b", "b": "a", "c": "d", "d": "c"}, [(1, "a -> b -> a"), (3, "c -> d -> c")]),
        ({"a": "gone"}, []),
        ({f"r{at}": f"r{(at + 1) % 8}" for at in range(8)}, [(1, "r0 -> r1 -> r2 -> r3 -> r4 -> … -> r0")]),
    ],
)
def test_a_circle_is_told_once(above: dict[str, str], told: list[tuple[int, str]], tmp_path: Path) -> None:
    rows = "".join(f"- {{id: {row}, title: {row}, reports_to: '{to}'}}\n" for row, to in above.items())
    findings = lint(library(tmp_path, {"registers/roles.yaml": rows}), LintOptions(select=("SOP512",))).findings
    assert [(one.place.line, one.message) for one in findings] == [
        (line, f"`reports_to` goes in a circle: {way}; end it at the row that is the top") for line, way in told
    ]


def test_a_long_chain_is_no_circle(tmp_path: Path) -> None:
    rows = "".join(f"- {{id: r{at}, reports_to: r{at + 1}}}\n" for at in range(3000))
    loaded = library(tmp_path, {"registers/roles.yaml": rows})
    assert lint(loaded, LintOptions(select=("SOP512",))).findings == ()
