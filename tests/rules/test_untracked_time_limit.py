"""SOP218: which lengths of time are limits."""

from pathlib import Path

import pytest
from tests.rules.found import found


@pytest.mark.parametrize(
    ("text", "limits"),
    [
        ("Disable the account within 2 days.", ["within 2 days"]),
        ("If you leave within 120 days of a review, write one.", []),
        ("If nobody answers within 15 minutes, page the lead.", ["within 15 minutes"]),
        ("If it failed, restore it within 2 hours.", ["within 2 hours"]),
    ],
)
def test_limits(text: str, limits: list[str], tmp_path: Path) -> None:
    steps = f"1. **HR**: Report it.\n2. **HR**: {text}\n3. **HR**: Close it.\n"
    assert found(tmp_path, "SOP218", f"## Procedure\n\n{steps}") == limits
