"""The `Control` lines of steps: what counts in coverage and what SOP401 checks are the same."""

from pathlib import Path

import pytest
from tests.build import PATH, complete, library

from sopkit.analysis.control_claims import implementations_by_control
from sopkit.lint.engine import LintOptions, lint

STEPS = """
## Procedure

1. **Line manager**: Ask for access in Jira.
2. **Asset owner**: Approve the request.

{}
3. **IT operations**: Grant the access within 4 hours.
"""

SPELLINGS = [
    "   - Control: {}",
    "   - control: {}",
    "   - CONTROL: {}",
    "   - Control {}",
    "   - Controls {}",
    "   - Control, {}",
    "   - Controls: A.5.18, {}",
    "   - Controls A.5.18; {}",
    "   - Controls: A.5.18,\n     {}",
    "   - **Control:** {}",
    "   - **Control**: {}",
    "   - Control: *{}*",
    "   - Control: `{}`",
    "   - Control: ISO 27001:2022 {}",
    "   - Control ISO 27001:2022 {}",
    "   - Control {}.",
    "   - <a id='x'></a>Control: {}",
    "   - [ ] Control: {}",
    "   * CONTROLS : {}",
    "   Control: {}",
    "   **CONTROL** {}",
    "   > Control: {}",
    "   > **Controls** {}",
    "   1. Ask twice.\n      - Control {}\n   2. Ask again.",
    "   a. Ask twice.\n   b. Ask again.\n\n   CONTROL: {}",
]

OTHER_WORDS = [
    "   - Control access to the room.",
    "   - Control access to the room within 2 hours",
    "   - Controls are reviewed in 2027.",
    "   - Control 24/7",
    "   - Control the room A.5.99",
    "   - Controlled: {}",
    "   - Evidence: {}",
    "   - See Control: {}",
    "       Control: {}",
]


def findings_in(root: Path, line: str) -> list[tuple[str, str]]:
    text = complete(STEPS.format(line)).encode()
    found = lint(library(root, {PATH: text}), LintOptions(select=("SOP401",))).findings
    return [(text[one.place.start : one.place.end].decode(), one.message) for one in found]


def is_claim(root: Path, line: str) -> bool:
    return ("iso27001-2022", "A.5.15") in implementations_by_control(
        library(root, {PATH: complete(STEPS.format(line.format("A.5.15")))})
    )


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_each_spelling_counts_in_coverage_and_is_checked(spelling: str, tmp_path: Path) -> None:
    assert is_claim(tmp_path, spelling)
    assert findings_in(tmp_path, spelling.format("A.5.15")) == []
    [(words, message)] = findings_in(tmp_path, spelling.format("A.5.99"))
    assert words.endswith("A.5.99")
    assert "did you mean A.5.9?" in message


@pytest.mark.parametrize("line", OTHER_WORDS)
def test_other_words_are_neither_counted_nor_reported(line: str, tmp_path: Path) -> None:
    assert not is_claim(tmp_path, line)
    assert findings_in(tmp_path, line.format("A.5.99")) == []


def test_text_outside_of_a_step_is_neither_counted_nor_reported(tmp_path: Path) -> None:
    text = complete("## Procedure\n\nControl: {}\n\n1. **Asset owner**: Approve.\n2. **Auditor**: File it.\n")
    assert ("iso27001-2022", "A.5.15") not in implementations_by_control(
        library(tmp_path, {PATH: text.format("A.5.15")})
    )
    found = lint(library(tmp_path, {PATH: text.format("A.5.99")}), LintOptions(select=("SOP401",)))
    assert found.findings == ()
