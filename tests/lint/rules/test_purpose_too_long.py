"""SOP108: both sides of the threshold, and what is the title again."""

from pathlib import Path

import pytest
from tests.lint.rules.found import found

HEADING = "## Purpose"


@pytest.mark.parametrize(
    ("overlay", "count"),
    [
        (f"{HEADING}\n\n{'word ' * 80}\n", 0),
        (f"{HEADING}\n\n{'word ' * 81}\n", 1),
        (f"{HEADING}\n\n{'word ' * 60}\n\n- {'word ' * 21}\n", 1),
        (f"{HEADING}\n\nGRANT access.\n", 1),
        (f"{HEADING}\n\nGrant access to staff.\n", 0),
        (f"---\ntitle: Other title\n---\n{HEADING}\n\nOther title\n", 1),
        (f"---\ntitle: Other title\n---\n{HEADING}\n\nGrant access\n", 1),
        (f"{HEADING}\n", 0),
    ],
)
def test_a_purpose_is_short_and_not_the_title(overlay: str, count: int, tmp_path: Path) -> None:
    assert found(tmp_path, "SOP108", overlay) == [f"{HEADING}\n"] * count


def test_purpose_and_scope_together_are_not_judged(tmp_path: Path) -> None:
    overlay = f"## Purpose and scope\n\n{'word ' * 200}\n"
    assert found(tmp_path, "SOP108", overlay, without=("Purpose", "Scope")) == []
    assert found(tmp_path, "SOP108", "", without=("Purpose",)) == []
