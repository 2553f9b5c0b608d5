"""SOP210: which questions and cases leave open what follows."""

from pathlib import Path

import pytest
from tests.lint.rules.found import found

pytestmark = pytest.mark.slow

ASKED = "Is it privileged?"


@pytest.mark.parametrize(
    ("procedure", "words"),
    [
        (f"1. {ASKED}\n2. Close it.\n", [ASKED]),
        (f"1. {ASKED}\n", [ASKED]),
        (f"1. **IT operations**: {ASKED}\n", [f"IT operations**: {ASKED}"]),
        (f"1. {ASKED}\n   - Yes: call.\n2. Close it.\n", [ASKED]),
        (f"1. {ASKED}\n   - Yes: call.\n   - Evidence: Ticket\n   - Note: Be quick.\n", [ASKED]),
        (f"1. {ASKED}\n   - Expect: a list\n   - Control: A.5.18\n", [ASKED]),
        (f"1. {ASKED}\n\n   ```\n   show\n   ```\n", [ASKED]),
        (f"1. {ASKED}\n   - Yes: call.\n   - No: wait.\n", []),
        (f"1. {ASKED}\n   1. Call.\n   2. Wait.\n", []),
        (f"1. {ASKED}\n   - Else: wait.\n", []),
        (f"1. {ASKED}\n\n   Call then.\n\n   Wait otherwise.\n", []),
        (f"1. {ASKED}\n\n   | Answer | Do |\n   |--|--|\n   | Yes | Call |\n", []),
        (f"1. {ASKED}\n2. If so, call.\n", []),
        (f"1. {ASKED}\n2. Yes: call.\n", []),
        (f"1. {ASKED} Then call the owner.\n", []),
        ("1. Ask: who owns it?\n", []),
        ("1. Ask the owner. Is it right?\n", ["Ask the owner. Is it right?"]),
        ("1. Report it.\n   1. Tell HR.\n   2. Is it right?\n   3. Close it.\n", ["Is it right?"]),
        ("1. If the test fails:\n2. Restore it.\n", ["If the test fails:"]),
        ("1. If the test fails:\n   - Restore it.\n", []),
        ("1. If the test fails:\n   - Evidence: Ticket\n", ["If the test fails:"]),
        ("1. If the test fails, restore it.\n", []),
        ("1. Check:\n", []),
        (f"### Step 1: {ASKED}\n\n### Step 2: Go\n", [f"Step 1: {ASKED}"]),
        (f"### Step 1: {ASKED}\n\n- Yes: call.\n- No: wait.\n\n### Step 2: Go\n", []),
        (f"| # | Who | Task |\n|--|--|--|\n| 1 | HR | {ASKED} |\n| 2 | HR | Close it |\n", [ASKED]),
        ("1. If the test fails:\n\nRestore it.\n", []),
        (f"1. {ASKED}\n\nCall then.\n\nWait otherwise.\n", []),
        (f"1. {ASKED}\n2. Close it.\n\nThe end.\n\nAnd more.\n", [ASKED]),
        ("1. Who?\n2. What?\n3. Close it.\n", []),
        ("1. Who?\n2. What?\n3. Close it.\n4. Go.\n", ["Who?", "What?"]),
        ("1. If the tests fail, or stop, do:\n2. Close it.\n", []),
        ("1. [decide: who?]\n", []),
        ("1. …\n", []),
    ],
)
def test_decisions(procedure: str, words: list[str], tmp_path: Path) -> None:
    assert found(tmp_path, "SOP210", f"## Procedure\n\n{procedure}") == words


def test_german(tmp_path: Path) -> None:
    steps = "1. Ist das Konto privilegiert?\n2. Falls der Test scheitert:\n3. Ist es leer?\n   - Ja: sperren.\n   - Nein: warten.\n4. Konto sperren.\n"
    overlay = f"---\nlanguage: de\n---\n\n## Procedure\n\n{steps}"
    assert found(tmp_path, "SOP210", overlay) == ["Falls der Test scheitert:"]
