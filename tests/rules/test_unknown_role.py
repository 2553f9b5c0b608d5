"""SOP301: where a role stands that the register does not know."""

from pathlib import Path

import pytest
from tests.rules.found import found


@pytest.mark.parametrize(
    "lead",
    [
        "**Responsibility:** Access wizard",
        "**Responsible**: Access wizard.",
        "Who: Access wizard",
        "**Responsible:** Access wizard\n**Timeline:** two days",
        "**Access wizard:**",
        "Zuständig sind wir.\n\n**Responsible:** Access wizard",
    ],
)
def test_the_role_below_a_numbered_heading(lead: str, tmp_path: Path) -> None:
    steps = f"### Step 1: Ask\n\n{lead}\n\n1. Ask.\n\n### Step 2: Approve\n\n**Asset owner:**\n\n1. Approve.\n"
    assert found(tmp_path, "SOP301", f"## Procedure\n\n{steps}") == ["Access wizard"]
