"""SOP101: which headings fill a section."""

from pathlib import Path

import pytest
from tests.rules.found import found


@pytest.mark.parametrize(
    ("section", "heading"),
    [
        ("Purpose", "🎯 **Purpose Statement**"),
        ("References", "Additional Reading"),
        ("References", "Useful Resources"),
        ("Procedure", "Backup process"),
    ],
)
def test_another_name(section: str, heading: str, tmp_path: Path) -> None:
    assert found(tmp_path, "SOP101", f"## {heading}\n\n1. Words.\n", without=[section]) == []


def test_numbered_steps_stand_for_the_procedure_beside_a_process_in_prose(tmp_path: Path) -> None:
    text = "## When it is time to leave\n\n### 1. Tell us\n\nWords.\n\n### 2. Go\n\nWords.\n\n## Leaving process\n\nWords.\n"
    assert found(tmp_path, "SOP105", text, without=["Procedure"]) == []


@pytest.mark.parametrize(
    "text",
    [
        "## Names that we do not process\n\n1. Words.\n",
        "## Details\n\n### 1. Metrics\n\nWords.\n\n### 2. Feedback\n\nWords.\n",
    ],
)
def test_neither_a_verb_nor_numbered_sections_stand_for_the_procedure(text: str, tmp_path: Path) -> None:
    assert found(tmp_path, "SOP101", text, without=["Procedure"]) == ["# Grant access"]
