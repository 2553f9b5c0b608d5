"""SOP103: what counts as saying something."""

from pathlib import Path

import pytest
from tests.rules.found import found


@pytest.mark.parametrize(
    ("scope", "empty"),
    [
        ("", True),
        ("[decide: which systems]", True),
        ("**[decide: which systems]**", True),
        ("- [decide: which systems]\n- [decide: which people]", True),
        ("<!-- which systems -->", True),
        ("### Systems", True),
        ("***", True),
        ("All accounts. [decide: which systems]", False),
        ("- Okta", False),
        ("![the systems, drawn](systems.png)", False),
        ("![](systems.png)", False),
        ("```\nokta\n```", False),
        ("| system |\n| --- |\n| Okta |", False),
        ("### Systems\n\nOkta.", False),
    ],
)
def test_what_says_nothing(scope: str, empty: bool, tmp_path: Path) -> None:
    assert found(tmp_path, "SOP103", f"## Scope\n\n{scope}\n") == ["## Scope\n"] * empty
