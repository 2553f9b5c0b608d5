"""SOP213: jumps back, and what lets the reader out."""

from pathlib import Path

import pytest
from tests.lint.rules.found import found

STEPS = '## Procedure\n\n1. <a id="a"></a>**HR**: Ask.\n2. **HR**: {}\n3. **HR**: {}\n4. <a id="d"></a>**HR**: Close.\n'


@pytest.mark.parametrize(
    ("second", "third", "loops"),
    [
        ("Do.", "Go back to [the question](#a).", 1),
        ("Do.", "Return to the work of step 1.", 1),
        ("Do.", "Go to step 3.", 1),
        ("Do.\n   - Then repeat step 1.", "Go on.", 1),
        ("Do.", "Go back to step 1 until it is done.", 0),
        ("Do.", "Repeat step 1 for each user.", 0),
        ("Do.", "Repeat step 1 with the following change: ask twice.", 0),
        ("Do.", "Repeat step 1 with care.", 1),
        ("Do.", "When it is wrong, go back to step 1.", 0),
        ("Do.", "Go back to step 1, otherwise go on.", 0),
        ("Do.", "Go to step 4.", 0),
        ("Do.", "See step 1.", 0),
        ("Do.", "Go back to the work that was meant by step 1.", 0),
        ("Do.", "Go back. See step 1.", 0),
        ("If it is done, go to [the end](#d).", "Go back to step 1.", 0),
        ("If it is done, go to [the question](#a).", "Go back to step 1.", 1),
        ("Do.", "Go to step 4. Go back to step 1.", 1),
        ("Do.", "Go back to the work that makes step 1.", 1),
        ("Do.", "Go back to the work that makes all step 1.", 0),
        ("If it is done, go to [it](#x).", 'Go back to step 1.\n   1. <a id="x"></a>Mend.', 1),
        ("If it is wrong:\n   1. Mend it.\n   2. Go back to step 1.", "Go on.", 0),
    ],
)
def test_jumps(second: str, third: str, loops: int, tmp_path: Path) -> None:
    assert len(found(tmp_path, "SOP213", STEPS.format(second, third))) == loops
