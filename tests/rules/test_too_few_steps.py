"""SOP201: what counts as a step of a short procedure."""

from pathlib import Path

from tests.rules.found import found


def test_sub_steps_count(tmp_path: Path) -> None:
    steps = "### Step 1: Invite\n\n1. Log in.\n2. Invite.\n\n### Step 2: Add\n\n1. Find the group.\n2. Save.\n"
    assert found(tmp_path, "SOP201", f"## Procedure\n\n{steps}") == []


def test_two_headings_without_sub_steps_are_two_steps(tmp_path: Path) -> None:
    steps = "### Step 1: Invite\n\nLog in.\n\n### Step 2: Add\n\nSave.\n"
    assert found(tmp_path, "SOP201", f"## Procedure\n\n{steps}") == ["Step 1: Invite"]
