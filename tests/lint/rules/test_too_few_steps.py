"""SOP201: what counts as a step of a short procedure."""

from pathlib import Path

import pytest
from tests.lint.rules.found import found

TWO = "## Procedure\n\n1. Find it.\n2. Stop it.\n"


def test_sub_steps_count(tmp_path: Path) -> None:
    steps = "### Step 1: Invite\n\n1. Log in.\n2. Invite.\n\n### Step 2: Add\n\n1. Find the group.\n2. Save.\n"
    assert found(tmp_path, "SOP201", f"## Procedure\n\n{steps}") == []


def test_two_headings_without_sub_steps_are_two_steps(tmp_path: Path) -> None:
    steps = "### Step 1: Invite\n\nLog in.\n\n### Step 2: Add\n\nSave.\n"
    assert found(tmp_path, "SOP201", f"## Procedure\n\n{steps}") == ["Step 1: Invite"]


@pytest.mark.parametrize(
    ("other", "words"),
    [
        ("## Steps\n\nStart it again, and look at the log.\n", []),
        ("## Steps\n", ["Find it."]),
        ("## Steps\n\n[decide: what is done]\n", ["Find it."]),
        ("## Records\n\nThe ticket.\n", ["Find it."]),
        ("", ["Find it."]),
    ],
)
def test_beside_a_procedure_section_of_prose_steps_are_not_counted(
    other: str, words: list[str], tmp_path: Path
) -> None:
    assert found(tmp_path, "SOP201", f"{TWO}\n{other}") == words
