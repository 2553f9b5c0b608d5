"""SOP222: what closes a procedure."""

from pathlib import Path

import pytest
from tests.lint.rules.found import found


def steps(last: str) -> str:
    return f"## Procedure\n\n1. Close the door.\n2. Go in.\n3. {last}\n"


@pytest.mark.parametrize(
    ("procedure", "words"),
    [
        (steps("Sit down."), ["Sit down."]),
        (steps("Archive it."), []),
        (steps("Check that the app has its data back."), []),
        (steps("Check in."), ["Check in."]),
        (steps("Sit down.\n   - Evidence: The chair"), []),
        (steps("Sit down.\n   - Tell the owner."), []),
        (steps("Sit down.\n\nThen the ticket is closed."), []),
        (steps("Sit down.\n   1. Stay."), ["Sit down."]),
        (steps("Sit down.\n   1. Stay.\n      - Evidence: The chair"), []),
        (steps("Disclose it."), ["Disclose it."]),
        ("## Procedure\n\n### One\n\n1. Go.\n\n### Two\n\n1. Run.\n2. Sit.\n", ["Sit."]),
        ("## Procedure\n\nOnly words.\n", []),
        (f"---\nlanguage: xx\n---\n{steps('Sit down.')}", []),
        (steps("Sit down.").replace("Procedure", "Steps", 1) + "\n## Workflow\n\nAt last the ticket is closed.\n", []),
        (steps("Sit down.") + "\n## Records\n\nThe ticket is closed.\n", ["Sit down."]),
    ],
)
def test_the_last_step_closes_something(procedure: str, words: list[str], tmp_path: Path) -> None:
    without = ("Procedure",) if "## Steps" in procedure else ()
    assert found(tmp_path, "SOP222", procedure, without=without) == words
