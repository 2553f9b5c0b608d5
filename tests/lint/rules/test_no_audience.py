"""SOP014: from which status, for which criticality, and the roles that the fix adds."""

from pathlib import Path

import pytest
from tests.build import PATH, complete, library

from sopkit.lint.engine import LintOptions, lint
from sopkit.model.finding import Fix

OPTIONS = LintOptions(select=("SOP014",))


def fixes(root: Path, text: str, files: dict[str, str] | None = None) -> list[Fix | None]:
    found = lint(library(root, {PATH: text, **(files or {})}), OPTIONS).findings
    return [finding.fix for finding in found]


@pytest.mark.parametrize(
    ("status", "criticality", "count"),
    [
        ("active", "high", 1),
        ("trial", "high", 1),
        ("draft", "high", 0),
        ("retired", "high", 0),
        ("active", "medium", 0),
    ],
)
def test_status_and_criticality_decide(status: str, criticality: str, count: int, tmp_path: Path) -> None:
    text = complete(status=status, criticality=criticality, without=("audience",))
    assert len(fixes(tmp_path, text)) == count


def test_the_fix_adds_the_roles_that_act_in_steps(tmp_path: Path) -> None:
    text = complete(criticality="high", without=("audience",))
    [fix] = fixes(tmp_path, text)
    assert fix is not None
    [edit] = fix.edits
    assert text[edit.end :].startswith("---\n\n# Grant access")
    assert (edit.start, edit.text) == (edit.end, "audience: [line-manager, asset-owner, it-operations]\n")


def test_without_known_roles_or_with_an_empty_key_there_is_no_fix(tmp_path: Path) -> None:
    text = complete(criticality="high", without=("audience",))
    assert fixes(tmp_path / "roles", text, {"registers/roles.yaml": "[]\n"}) == [None]
    assert fixes(tmp_path / "empty", complete(criticality="high", audience="[]")) == [None]


def test_the_message_names_who_acts_where_somebody_does(tmp_path: Path) -> None:
    for name, procedure, end in (
        ("a", "1. **Line manager**: Ask.\n2. **HR**: Do.\n", "trained on it; in its steps act line-manager"),
        ("b", "1. Ask.\n", "trained on it"),
    ):
        text = complete(f"---\ncriticality: high\n---\n## Procedure\n\n{procedure}", without=("audience",))
        [finding] = lint(library(tmp_path / name, {PATH: text}), OPTIONS).findings
        assert finding.message.endswith(end)


def test_an_audience_that_is_wrong_is_left_to_the_schema(tmp_path: Path) -> None:
    assert fixes(tmp_path, complete(criticality="high", audience="{}")) == []
