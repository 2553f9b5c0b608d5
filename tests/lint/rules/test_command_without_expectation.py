"""SOP219: which blocks are commands, and what tells of their result."""

from pathlib import Path

import pytest
from tests.lint.rules.found import found

STEPS = "## Procedure\n\n1. **HR**: {}\n\n   ```{}\n   {}\n   ```\n\n{}\n2. **HR**: Go on.\n"


@pytest.mark.parametrize(
    ("lead", "language", "command", "behind", "count"),
    [
        ("Do.", "sh", "stop", "", 1),
        ("Do.", "Bash", "stop", "", 1),
        ("Do.", "sh", "export A=1\n   stop", "", 1),
        ("Do.", "sh", "export A=1\n   cd x", "", 0),
        ("Do.", "json", "{}", "", 0),
        ("Do.", "", "stop", "", 0),
        ("Do.\n   - Expect: it stops", "sh", "stop", "", 0),
        ("Do.", "sh", "stop", "   1. Then.\n      - Expect: it stops\n", 0),
        ("Do.", "sh", "stop", "   1. Then.\n", 1),
        ("Do.", "sh, linenos", "stop", "", 1),
        ("Do.", "sh", "stop", "   It prints the time.\n", 0),
        ("Do.", "sh", "stop", "   ```text\n   stopped\n   ```\n", 0),
        ("Do.", "sh", "stop", "   ```sh\n   start\n   ```\n", 1),
    ],
)
def test_commands(lead: str, language: str, command: str, behind: str, count: int, tmp_path: Path) -> None:
    assert len(found(tmp_path, "SOP219", STEPS.format(lead, language, command, behind))) == count
