"""SOP225: typed and shown numbers, and a fix that moves nothing."""

from pathlib import Path

import pytest
from tests.build import PATH, complete, library
from tests.lint.rules.found import found

from sopkit.authoring.fix import apply_fixes
from sopkit.lint.engine import LintOptions, lint


def steps(*markers: str) -> str:
    return "## Procedure\n\n" + "".join(f"{marker} **HR**: Do.\n" for marker in markers)


@pytest.mark.parametrize(
    ("markers", "odd"),
    [
        (("1.", "2.", "4."), ["4"]),
        (("1.", "2.", "2.", "3."), ["2"]),
        (("1)", "3)"), ["3"]),
        (("1.", "1.", "2."), ["1"]),
        (("1.", "1.", "1."), []),
        (("3.", "4.", "5."), []),
        (("0.", "1."), []),
        (("1.",), []),
        (("-", "-"), []),
    ],
)
def test_lists(markers: tuple[str, ...], odd: list[str], tmp_path: Path) -> None:
    assert found(tmp_path, "SOP225", steps(*markers)) == odd


def test_nested_lists_and_other_sections(tmp_path: Path) -> None:
    nested = "## Procedure\n\n1. **HR**: Do.\n   1. One.\n   3. Two.\n\n## References\n\n1. A\n3. B\n"
    assert found(tmp_path, "SOP225", nested) == ["3"]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (("1.", "2.", "4.", "7."), ("1.", "2.", "3.", "4.")),
        (("9.", "10.", "12."), ("9.", "10.", "11.")),
        (("1.", "12."), None),
    ],
)
def test_a_fix_numbers_in_order(before: tuple[str, ...], after: tuple[str, ...] | None, tmp_path: Path) -> None:
    data = complete(steps(*before)).encode()
    [finding] = lint(library(tmp_path, {PATH: data}), LintOptions(select=("SOP225",))).findings
    mended = apply_fixes(data, [finding.fix])[0] if finding.fix else None
    assert mended == (complete(steps(*after)).encode() if after else None)


def test_a_long_list_and_a_lost_step_are_told_by_other_rules(tmp_path: Path) -> None:
    fifteen = [f"{number}." for number in (*range(1, 15), 14)]
    assert found(tmp_path / "1", "SOP225", steps(*fifteen)) == ["14"]
    assert found(tmp_path / "2", "SOP225", steps(*fifteen, "16.")) == []
    assert found(tmp_path / "3", "SOP225", f"{steps('1.', '3.')}\nSee [it](#lost) and [them](x.md#lost).\n") == []
    assert found(tmp_path / "4", "SOP225", f"{steps('1.', '3.')}\nSee [it](#scope) and [them](x.md#lost).\n") == ["3"]
