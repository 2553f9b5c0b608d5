"""SOP216: which steps approve, what counts as evidence, and what a fix adds."""

from pathlib import Path

import pytest
from tests.build import PATH, complete, library
from tests.lint.rules.found import found, mended

from sopkit.authoring.fix import apply_fixes
from sopkit.lint.engine import LintOptions, lint

PROVED = "1. **HR**: Ask.\n   - Evidence: Access ticket\n"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("step", "count"),
    [
        ("2. **HR**: Approve the request.\n", 1),
        ("2. **HR**: Authorise it.\n", 1),
        ("2. **HR**: Sign off the sheet.\n", 1),
        ("2. **HR**: If it is small, then approve it.\n", 1),
        ("2. **HR**: Ask.\n   1. Approve it.\n", 1),
        ("2. **HR**: If asked: approve it.\n", 1),
        ("2. **HR**: Ask who approves.\n", 0),
        ("2. **HR**: Approve it.\n   - Evidence: Access ticket\n", 0),
        ("2. **HR**: Approve it.\n   1. Write.\n      - Evidence: Access ticket\n", 0),
        ("2. **HR**: Decide.\n   - Evidence: Access ticket\n   1. Approve it.\n", 0),
    ],
)
def test_steps(step: str, count: int, tmp_path: Path) -> None:
    assert len(found(tmp_path, "SOP216", f"## Procedure\n\n{PROVED}{step}")) == count


def test_rows_of_a_table_have_no_parts(tmp_path: Path) -> None:
    table = "| # | Who | Task |\n| - | - | - |\n| 1 | HR | Approve the request |\n"
    assert found(tmp_path, "SOP216", f"## Procedure\n\n{PROVED}\n### Later\n\n{table}") == []


def test_an_sop_without_evidence_is_let_be(tmp_path: Path) -> None:
    assert found(tmp_path, "SOP216", "## Procedure\n\n1. **HR**: Approve it.\n") == []


@pytest.mark.parametrize(
    ("step", "after"),
    [
        ("2. **HR**: Approve it.\n", "2. **HR**: Approve it.\n   - Evidence: Access ticket\n"),
        ("2. **HR**: Approve it\n   soon.\n", "2. **HR**: Approve it\n   soon.\n   - Evidence: Access ticket\n"),
        (
            "2. **HR**: Approve it.\n\n3. **HR**: Go.\n",
            "2. **HR**: Approve it.\n   - Evidence: Access ticket\n\n3. **HR**: Go.\n",
        ),
        ("10. **HR**: Approve it.\n", "10. **HR**: Approve it.\n    - Evidence: Access ticket\n"),
        (
            '2. <a id="x"></a>**HR**: Approve it.\n   - Note: soon.\n',
            '2. <a id="x"></a>**HR**: Approve it.\n   - Evidence: Access ticket\n   - Note: soon.\n',
        ),
    ],
)
def test_a_fix_adds_the_only_record(step: str, after: str, tmp_path: Path) -> None:
    data = complete(f"## Procedure\n\n{PROVED}{step}").encode()
    [finding] = lint(library(tmp_path, {PATH: data}), LintOptions(select=("SOP216",))).findings
    assert finding.fix is not None
    assert apply_fixes(data, [finding.fix])[0] == data.replace(step.encode(), after.encode())


@pytest.mark.parametrize(
    ("records", "steps"),
    [
        ("[{id: a, name: A, where: x, retention: P1Y}, {id: b, name: B, where: x, retention: P1Y}]", f"{PROVED}2. Approve it.\n"),
        ("[{id: a, name: A, where: x, retention: P1Y}]", "### Step 1: Ask\n\n- Evidence: A\n\n### Step 2: Approve it\n\nSoon.\n"),
    ],
)  # fmt: skip
def test_no_fix_where_the_record_or_its_place_is_not_plain(records: str, steps: str, tmp_path: Path) -> None:
    overlay = f"---\nrecords: {records}\n---\n## Procedure\n\n{steps}"
    assert len(found(tmp_path / "found", "SOP216", overlay)) == 1
    assert mended(tmp_path / "mended", "SOP216", overlay) == ""
