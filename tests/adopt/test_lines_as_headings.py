"""Documents whose headings are lines in bold, or numbered paragraphs, as word processors write them."""

from pathlib import Path

from tests.adopt.test_shapes_of_documents import adopt, body

from sopkit.adopt.metadata.labels import Confidence
from sopkit.adopt.plan import MappingResult, PlanLine


def test_numbers_that_an_export_escaped(tmp_path: Path) -> None:
    text = "**Work instruction**\n\n**Restore a disk**\n\n1\\. Purpose\n\nWhy.\n\n2\\. Procedure\n\n**Before**\n\n1. Stop.\n\n2.1\\. Later\n\nWait.\n"
    draft = adopt(tmp_path, text)
    assert draft.title == "Restore a disk"
    assert body(draft) == (
        "**Work instruction**\n\n# Restore a disk\n\n## 1. Purpose\n\nWhy.\n\n"
        "## 2. Procedure\n\n**Before**\n\n1. Stop.\n\n### 2.1. Later\n\nWait.\n"
    )
    assert PlanLine(
        MappingResult.GUESSED,
        "headings",
        "3 lines are made headings, as they are written like names of sections: 1. Purpose, 2. Procedure, 2.1. Later",
        5,
        Confidence.LIKELY,
    ) in [*draft.plan_lines]


def test_lines_in_bold(tmp_path: Path) -> None:
    text = "**Purpose:**\n\nWhy.\n\n**Who may ask**\n\nAll.\n\n**Steps**\n\n1. Ask.\n"
    draft = adopt(tmp_path, text)
    assert "## Purpose\n\nWhy.\n" in body(draft)
    assert "### Who may ask\n\nAll.\n" in body(draft)
    assert "## Steps\n\n1. Ask.\n" in body(draft)


def test_headings_are_written_alike(tmp_path: Path) -> None:
    text = "**PURPOSE**\n\nWhy.\n\n**PROCEDURE**\n\n**First**\n\n1. Ask.\n"
    assert "## PROCEDURE\n\n**First**\n\n1. Ask.\n" in body(adopt(tmp_path, text))


def test_lines_in_bold_stay_where_there_are_headings_or_no_names_of_sections(tmp_path: Path) -> None:
    with_heading = "# X\n\n**Purpose**\n\nWhy.\n\n**Scope**\n\nAll.\n"
    assert "**Purpose**\n\nWhy.\n\n**Scope**\n\nAll.\n" in body(adopt(tmp_path, with_heading))
    without = "**Purpose**\n\nWhy.\n\n**Careful now**\n\nAll.\n"
    assert "**Purpose**\n\nWhy.\n\n**Careful now**\n\nAll.\n" in body(adopt(tmp_path, without, name="other.md"))
