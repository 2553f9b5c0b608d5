"""SOP106: which sections of one name are the same."""

from pathlib import Path

import pytest
from tests.lint.rules.found import found

TWINS = "### Scope\n\nOne.\n\n{}### Scope\n\nTwo.\n"


@pytest.mark.parametrize(
    ("between", "words"),
    [
        ("", ["### Scope"]),
        ("#### Detail\n\nOne.\n\n", ["### Scope"]),
        ("### Beside\n\nOne.\n\n", ["### Scope"]),
        ("## The web server\n\nAnother.\n\n", []),
    ],
)
def test_sections_below_other_headings_are_others(between: str, words: list[str], tmp_path: Path) -> None:
    text = f"## The database\n\n{TWINS.format(between)}"
    given = found(tmp_path, "SOP106", text, without=["Scope"])
    assert [word.strip() for word in given] == words
