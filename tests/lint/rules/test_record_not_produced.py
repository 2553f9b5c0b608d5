"""SOP217: records and evidence name each other."""

from pathlib import Path

import pytest
from tests.lint.rules.found import found, mended

RECORDS = """---
records:
  - {{id: a, name: Access ticket, where: Jira, retention: P3Y}}
  - {{id: b, name: Log, where: Jira, retention: P3Y}}
---
## Procedure

1. **HR**: {}
2. **HR**: Do.
   - Evidence: {}
"""


@pytest.mark.parametrize(
    ("first", "evidence", "words"),
    [
        ("Ask.", "Access ticket and log", []),
        ("Write the log.", "The access  ticket, closed", []),
        ("Ask.", "Access ticket", ["Log"]),
        ("Write the log.", "Photo, with the date", ["Access ticket", "Photo"]),
        ("Write the log.", "Acces ticket, closed", ["Acces ticket"]),
        ("Ask.", "Photo", ["Access ticket", "Log", "Photo"]),
        ("Approve it.", "Access ticket", []),  # SOP216 asks for the evidence of the approval first
        ("Approve it.", "Photo", ["Photo"]),
    ],
)
def test_names(first: str, evidence: str, words: list[str], tmp_path: Path) -> None:
    assert found(tmp_path, "SOP217", RECORDS.format(first, evidence)) == words


@pytest.mark.parametrize(
    "text",
    [
        "## Procedure\n\n1. **HR**: Do.\n",
        "---\nrecords: []\n---\n## Procedure\n\n1. **HR**: Do.\n   - Evidence: Photo\n",
        "---\nrecords:\n  - {id: a}\n---\n## Procedure\n\n1. **HR**: Do.\n   - Evidence: Photo\n",
    ],
)
def test_without_evidence_or_records_there_is_nothing_to_compare(text: str, tmp_path: Path) -> None:
    assert found(tmp_path, "SOP217", text) == []


def test_a_record_that_nobody_declared_is_found_once_and_each_slip_of_the_pen_by_itself(tmp_path: Path) -> None:
    names = ("Photo", "photo", "Acces ticket", "Log", "Acces ticket")
    steps = "".join(f"{at}. **HR**: Do.\n   - Evidence: {name}\n" for at, name in enumerate(names, 1))
    front, _, _ = RECORDS.format("", "").partition("1. ")
    assert found(tmp_path, "SOP217", front + steps) == ["Photo", "Acces ticket", "Acces ticket"]


@pytest.mark.parametrize(
    ("evidence", "after"),
    [
        ("Acces ticket, closed", "-   - Evidence: Acces ticket, closed\n+   - Evidence: Access ticket, closed"),
        ("Photo", ""),
        ("**Acces** ticket", ""),
    ],
)
def test_a_fix_writes_the_name_that_was_meant(evidence: str, after: str, tmp_path: Path) -> None:
    assert mended(tmp_path, "SOP217", RECORDS.format("Write the log.", evidence)) == after
