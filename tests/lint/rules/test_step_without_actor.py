"""SOP203: in how many ways an SOP says who acts, and how often it is told when it does not."""

from pathlib import Path

import pytest
from tests.lint.rules.found import found

SILENT = """## Procedure

### Prepare

1. List the servers.
2. Pick the first.

### Check

1. Check the server.
2. Close the ticket.
"""


def test_an_sop_in_which_no_step_acts_is_one_finding(tmp_path: Path) -> None:
    assert found(tmp_path, "SOP203", SILENT) == ["List the servers."]


def test_without_a_roles_section_that_section_is_asked_for_first(tmp_path: Path) -> None:
    assert found(tmp_path, "SOP203", SILENT, without=["Roles"]) == []


def test_one_silent_step_is_found_without_a_roles_section_as_well(tmp_path: Path) -> None:
    steps = "## Procedure\n\n1. **HR**: Report it.\n2. Approve it.\n3. **HR**: Close it.\n"
    assert found(tmp_path, "SOP203", steps, without=["Roles"]) == ["Approve it."]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("**Responsibility:** Change manager", "**Responsible:** Asset owner"),
        ("**Line Manager:**", "**System/Data Owner:**"),
    ],
)
def test_numbered_headings_say_who_acts_below(first: str, second: str, tmp_path: Path) -> None:
    steps = f"### Step 1: Ask\n\n{first}\n\n1. Ask for it.\n\n### Step 2: Approve\n\n{second}\n\n1. Approve it.\n"
    assert found(tmp_path, "SOP203", f"## Procedure\n\n{steps}") == []


@pytest.mark.parametrize("lead", ["**Tasks:**", "**Note:**", "**🧪 Team:**", "**Network:**"])
def test_a_bold_line_that_does_not_say_who_acts(lead: str, tmp_path: Path) -> None:
    steps = f"### Step 1: Ask\n\n{lead}\n\n1. Ask for it.\n\n### Step 2: Approve\n\n{lead}\n\n1. Approve it.\n"
    assert found(tmp_path, "SOP203", f"## Procedure\n\n{steps}") == ["Step 1: Ask"]


def test_a_label_with_a_pictogram_is_no_role(tmp_path: Path) -> None:
    steps = "1. **📋 Validation:** Verify the contract.\n2. **📊 Audit:** Take part in it.\n"
    assert found(tmp_path, "SOP203", f"## Procedure\n\n{steps}") == ["📋 Validation:** Verify the contract."]


def test_bold_step_titles_are_steps(tmp_path: Path) -> None:
    steps = "### Before\n\n**Step 1: Ask**\n\n- a form\n\n### After\n\n**Step 2: Approve**\n\n- a signature\n"
    assert found(tmp_path, "SOP203", f"## Procedure\n\n{steps}") == ["Step 1: Ask"]


@pytest.mark.parametrize(
    ("steps", "words"),
    [
        ("1. The release manager reports the leaver.\n2. Close it.\n", []),
        ("1. **HR**: Report it.\n2. The release manager decides.\n3. Close it.\n", ["Close it."]),
        ("1. Tell the line manager of it.\n2. Close it.\n", ["Tell the line manager of it."]),
        ("1. Approve it.\n2. You will see it.\n", ["Approve it."]),
        ("1. Read it. The line manager decides.\n2. Close it.\n", ["Read it. The line manager decides."]),
    ],
)
def test_a_sentence_can_tell_who_acts(steps: str, words: list[str], tmp_path: Path) -> None:
    assert found(tmp_path, "SOP203", f"## Procedure\n\n{steps}") == words


@pytest.mark.parametrize(
    ("text", "silent"),
    [
        ("Line manager asks for it.", False),
        ("If the line manager asks, go.", False),
        ("The line manager: ask.", False),
        ("Line managers ask for it.", True),
        ("Ask the line manager.", True),
    ],
)
def test_a_step_that_begins_with_a_role(text: str, silent: bool, tmp_path: Path) -> None:
    steps = f"## Procedure\n\n1. **HR**: Ask.\n2. {text}\n"
    assert found(tmp_path, "SOP203", steps) == ([text] if silent else [])
