"""SOP229: orders to wait, and what limits them."""

from pathlib import Path

import pytest
from tests.lint.rules.found import found


@pytest.mark.parametrize(
    ("step", "words"),
    [
        ("**HR**: Wait for the answer.", ["Wait for"]),
        ("**HR**: Ask, and wait until it comes.", ["wait until"]),
        ("**HR**: Ask. Wait till it comes.", ["Wait till"]),
        ("**HR**: Do.\n   - Wait for it.", ["Wait for"]),
        ("**HR**: Wait for the answer, 3 tries at most.", []),
        ("**HR**: Wait for the answer an hour.", []),
        ("**HR**: Wait for the answer.\n   - If none comes, call.", []),
        ("**HR**: Those who wait for it are called.", []),
        ("**HR**: Await the answer.", []),
    ],
)
def test_waits(step: str, words: list[str], tmp_path: Path) -> None:
    assert found(tmp_path, "SOP229", f"## Procedure\n\n1. {step}\n") == words
