"""SOP015: for which SOPs, with which register, and the policy that the message names."""

from pathlib import Path

import pytest
from tests.build import PATH, complete, library

from sopkit.lint.engine import LintOptions, lint

ROWS = """\
- {id: POL-01, title: Access}
- {id: POL-02, title: Change, controls: {iso27001-2022: [A.8.32]}}
- {id: POL-03, title: Accounts, controls: {iso27001-2022: [A.5.16-18], soc2-tsc-2017: [CC6.1]}}
- {id: POL-04, title: Security, controls: {iso27001-2022: [{id: A.5.18, strength: partial}]}}
"""


def told(root: Path, text: str, rows: str = ROWS) -> list[tuple[str, str]]:
    found = lint(library(root, {PATH: text, "registers/policies.yaml": rows}), LintOptions(select=("SOP015",))).findings
    return [(one.message.rpartition("; ")[2], one.fix.edits[0].text if one.fix else "") for one in found]


@pytest.mark.parametrize(
    ("controls", "best"), [("[A.5.18]", "POL-03"), ("[A.8.32]", "POL-02"), ("[A.5.18, A.8.32, A.5.16]", "POL-03")]
)
def test_the_policy_with_most_of_the_controls_is_named(controls: str, best: str, tmp_path: Path) -> None:
    found = told(tmp_path, complete(f"---\ncontrols: {controls}\n---\n"))
    assert found == [(f"{best} answers most of its controls", f"policies: [{best}]\n")]


def test_no_policy_is_named_that_shares_no_control(tmp_path: Path) -> None:
    found = told(tmp_path, complete("---\ncontrols: [A.8.13]\n---\n"))
    assert found == [("name the policy that it carries out", "")]


@pytest.mark.parametrize("status", ["draft", "trial", "retired"])
def test_only_an_active_sop_is_asked(status: str, tmp_path: Path) -> None:
    assert told(tmp_path, complete(status=status)) == []


@pytest.mark.parametrize("rows", ["[]\n", f"{ROWS}- {{id: POL-01}}\n"], ids=["empty", "twice"])
def test_a_register_that_cannot_be_relied_on_asks_for_nothing(rows: str, tmp_path: Path) -> None:
    assert told(tmp_path, complete(), rows) == []


def test_policies_that_are_wrong_are_left_to_the_schema(tmp_path: Path) -> None:
    assert told(tmp_path, complete(policies="{}")) == []
