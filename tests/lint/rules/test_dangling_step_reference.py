"""SOP212: which numbers are references to steps of the document."""

from pathlib import Path

import pytest
from tests.lint.rules.found import found

STEPS = "## Procedure\n\n1. **HR**: Ask.\n2. **HR**: Approve.\n3. **HR**: {}\n"


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("Go back to step 9.", ["9"]),
        ("Go back to Step\n   9.", ["9"]),
        ("Repeat steps 2 to 9.", ["9"]),
        ("Repeat steps 8–9.", ["8"]),
        ("Repeat steps 1 and 2.", []),
        ("Undo step 9.\n\n## Inputs\n\n8. A ticket.\n9. A laptop.\n", []),
        ("Undo step 9.\n\n## Inputs\n\n7. A ticket.\n8. A laptop.\n", ["9"]),
        ("Undo step 2.\n   1. a\n   2. b\n   3. c\n   4. d\n\nUndo step 4.", ["4"]),
        ("Follow step 9 of the runbook.", []),
        ("Follow step 9 in [another SOP](x.md).", []),
        ("Wait in step 9 hours.", []),
        ("A footstep 9 is heard.", []),
        ("Close it.\n\n### Before step 9\n\nText.", []),
        ("Close it.\n\nStep 9: what follows is a label.", []),
    ],
)
def test_references(text: str, numbers: list[str], tmp_path: Path) -> None:
    assert found(tmp_path, "SOP212", STEPS.format(text)) == numbers
