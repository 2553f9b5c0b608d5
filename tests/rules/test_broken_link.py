"""SOP506: what is a path."""

from pathlib import Path

from tests.rules.found import found


def test_an_address_in_angle_brackets_is_no_path(tmp_path: Path) -> None:
    assert found(tmp_path, "SOP506", "## Scope\n\nWrite to <certificates@acme.example>.\n") == []
