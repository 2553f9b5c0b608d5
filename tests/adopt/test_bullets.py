"""Which bullets could be steps, and what becomes of what is below them."""

from pathlib import Path

import pytest
from tests.adopt.test_shapes_of_documents import adopt, body

HEAD = "# Grant access\n\n## Work\n\n"


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        pytest.param("- a\n- b\n", ("Work",), id="plain"),
        pytest.param("- a\n", (), id="one-is-no-list"),
        pytest.param("- [ ] a\n- [ ] b\n", (), id="tasks-are-steps"),
        pytest.param("1. x\n2. y\n\n- a\n- b\n", (), id="beside-steps"),
        pytest.param(
            "### 1. One\n\n- a\n- b\n\n### 2. Two\n\n#### Deep\n\n- c\n- d\n", (), id="below-numbered-headings"
        ),
        pytest.param("### 3. One\n\n- a\n- b\n\n### 4. Two\n\n- c\n- d\n", ("3. One", "4. Two"), id="numbers-of-parts"),
        pytest.param("**Step 1: Ask**\n\n- a\n- b\n", (), id="below-a-bold-step"),
    ],
)
def test_bullets_that_could_be_steps(tmp_path: Path, text: str, asked: tuple[str, ...]) -> None:
    assert adopt(tmp_path, HEAD + text).undecided_bullets == asked


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("- a\n- b\n", "1. a\n1. b\n"),
        ("* a\n  more\n\n  - deep\n* b\n", "1. a\n   more\n\n   - deep\n1. b\n"),
        ("-   a\n    more\n-   b\n", "1.  a\n    more\n1.  b\n"),
        ("- a\nlazy\n- b\n", "1. a\nlazy\n1. b\n"),
        ("-\ta\n-\tb\n", "1.\ta\n1.\tb\n"),
    ],
)
def test_bullets_become_numbers(tmp_path: Path, text: str, expected: str) -> None:
    draft = adopt(tmp_path, HEAD + text, bullets="steps")
    assert body(draft) == f"# Grant access\n\n## Procedure\n\n### Work\n\n{expected}"
