"""SOP226: what is checked, and what counts as a measure."""

from pathlib import Path

import pytest
from tests.lint.rules.found import found


@pytest.mark.parametrize(
    ("step", "words"),
    [
        ("**HR**: Check that sufficient space is left.", ["sufficient"]),
        ("**HR**: Then make sure the load is acceptable.", ["acceptable"]),
        ("Verify that it looks\n   good.", ["looks\n   good"]),
        ("**HR**: Do it.\n   - Expect: a reasonable answer.", ["reasonable"]),
        ("**HR**: Do it.\n   - Confirm adequate and sufficient space.", ["adequate"]),
        ("**HR**: Check that sufficient space (20 GB) is left.", []),
        ("**HR**: Check that the space is sufficient by the table.", []),
        ("**HR**: Give sufficient space.", []),
        ("**HR**: Checklists are sufficient.", []),
        ("**HR**: Check that it is insufficient.", []),
        ("**HR**: Do it.\n   - Note: Check the text; it is sufficient.", []),
        ("**HR**: Check that 5 GB are left.\n   - Expect: sufficient space.", ["sufficient"]),
    ],
)
def test_checks(step: str, words: list[str], tmp_path: Path) -> None:
    assert found(tmp_path, "SOP226", f"## Procedure\n\n1. {step}\n") == words


def test_other_sections_are_let_be(tmp_path: Path) -> None:
    assert found(tmp_path, "SOP226", "## Scope\n\nCheck that sufficient space is left.\n") == []
