"""SOP311: connectives and exceptions that are read in two ways."""

from pathlib import Path

import pytest
from tests.lint.rules.found import found


@pytest.mark.parametrize(
    ("step", "words"),
    [
        ("Tell staff and/or vendors.", ["and/or"]),
        ("Tell staff AND/OR vendors, **and/or** guests.", ["AND/OR", "and/or"]),
        ("Type `and/or`.", []),
        ("Tell staff.\n\n### Staff and/or vendors\n", []),
        ("Do not delete it unless it is not needed.", ["unless"]),
        ("Never delete it, unless nobody needs it.", ["unless"]),
        ("Do not delete it unless it is old. It is not needed.", []),
        ("It is not old. Delete it unless it is not needed.", []),
        ("Delete it unless it is not needed.", []),
        ("Tell staff and/or do not delete it unless it is not needed.", ["and/or", "unless"]),
    ],
)
def test_connectives(step: str, words: list[str], tmp_path: Path) -> None:
    assert found(tmp_path, "SOP311", f"## Procedure\n\n1. {step}\n") == words


@pytest.mark.parametrize("section", ["Scope", "References"])
def test_only_procedures_are_looked_at(section: str, tmp_path: Path) -> None:
    assert found(tmp_path, "SOP311", f"## {section}\n\n* Handling of hardware and/or software\n") == []
