"""SOP101: which headings fill a section."""

from pathlib import Path

import pytest
from tests.build import PATH, complete, library
from tests.lint.rules.found import found

from sopkit.lint.engine import LintOptions, lint


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


@pytest.mark.parametrize(
    ("text", "advice"),
    [
        ("## Restart\n\n1. One\n2. Two\n3. Three\n", "put the steps (line {line}) below a heading `## Procedure`"),
        ("## Restart\n\n1. One\n2. Two\n", "add a heading `## Procedure`"),
        ("## Restart\n\n* One\n* Two\n* Three\n", "add a heading `## Procedure`"),
        ("## Restart\n\n> 1. One\n> 2. Two\n> 3. Three\n", "add a heading `## Procedure`"),
        ("## Restart\n\n* One\n\n1. One\n2. Two\n\n* Two\n\n1. One\n2. Two\n3. Three\n", "put the steps (line {line}) below a heading `## Procedure`"),
    ],
)  # fmt: skip
def test_steps_under_another_heading_are_pointed_at(text: str, advice: str, tmp_path: Path) -> None:
    source = complete(text, without=("Procedure",))
    line = source.partition("1. One\n2. Two\n3. Three\n")[0].count("\n") + 1
    here = library(tmp_path, {PATH: source})
    assert [one.message for one in lint(here, LintOptions(select=("SOP101",))).findings] == [
        f"no section Procedure; {advice.format(line=line)}"
    ]
