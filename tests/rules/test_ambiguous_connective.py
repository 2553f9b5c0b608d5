"""SOP311: connectives and exceptions that are read in two ways."""

from pathlib import Path

import pytest
from tests.rules.found import found


@pytest.mark.parametrize(
    ("overlay", "words"),
    [
        ("## Scope\n\nStaff and/or vendors.\n", ["and/or"]),
        ("## Scope\n\nStaff AND/OR vendors, **and/or** guests.\n", ["AND/OR", "and/or"]),
        ("## Scope\n\nStaff `and/or` vendors.\n", []),
        ("## Scope\n\n### Staff and/or vendors\n\nAll.\n", []),
        ("## References\n\n* Handling of hardware and/or software\n", []),
        ("## Scope\n\nDo not delete it unless it is not needed.\n", ["unless"]),
        ("## Scope\n\nNever delete it, unless nobody needs it.\n", ["unless"]),
        ("## Scope\n\nDo not delete it unless it is old. It is not needed.\n", []),
        ("## Scope\n\nIt is not old. Delete it unless it is not needed.\n", []),
        ("## Scope\n\nDelete it unless it is not needed.\n", []),
    ],
)
def test_connectives(overlay: str, words: list[str], tmp_path: Path) -> None:
    assert found(tmp_path, "SOP311", overlay) == words
