"""SOP202: how many steps a run may have, by area, and which step is pointed at."""

from pathlib import Path

import pytest
from tests.build import PATH, complete, library

from sopkit.lint.engine import LintOptions, lint


def steps(count: int) -> str:
    return "".join(f"{number}. **IT operations**: Do part {number}.\n" for number in range(1, count + 1))


@pytest.mark.parametrize(
    ("procedure", "config", "expected"),
    [
        (steps(15), "", []),
        (steps(16), "", [(16, "16 steps in one run, at most 15; split it by sub-headings")]),
        (steps(20), "", [(16, "20 steps in one run, at most 15; split it by sub-headings")]),
        (f"### Ask\n\n{steps(15)}\n### Grant\n\n{steps(15)}", "", []),
        (steps(5), "steps = [3, 4]", [(5, "5 steps in one run, at most 4; split it by sub-headings")]),
        (steps(16), "steps = [3, 16]", []),
    ],
)
def test_a_run_of_steps(procedure: str, config: str, expected: list[tuple[int, str]], tmp_path: Path) -> None:
    text = complete(f"## Procedure\n\n{procedure}")
    area = f'[areas.access-control]\ntitle = "Access"\nprefix = "AC"\n{config}\n'
    findings = lint(library(tmp_path, {PATH: text, "sopkit.toml": area}), LintOptions(select=("SOP202",))).findings
    lines = text.splitlines()
    told = [(int(lines[one.place.line - 1].split(".")[0]), one.message) for one in findings]
    assert told == expected
