"""SOP306: roles that hang on one person."""

from pathlib import Path

import pytest
from tests.build import PATH, complete, library

from sopkit.lint.engine import LintOptions, lint

HIGH = "---\ncriticality: high\n---\n"


def told(root: Path, row: str, *texts: str) -> list[str]:
    roles = f"- {{id: security-lead, title: Security lead, holders: [{{person: ann}}, {{person: ben}}]}}\n- {{{row}}}\n"
    files = {PATH.replace("001", f"00{at}"): complete(text, id=f"AC-00{at}") for at, text in enumerate(texts, 1)}
    files["registers/roles.yaml"] = roles
    findings = lint(library(root, files), LintOptions(select=("SOP306",))).findings
    return [one.message for one in findings]


ALONE = "id: ops, title: IT operations, holders: [{person: ben}]"


def test_a_role_is_one_finding_and_names_the_first_sop(tmp_path: Path) -> None:
    assert told(tmp_path, ALONE, HIGH, HIGH, HIGH) == [
        "only ben holds `ops`, which AC-001 and 2 more of high criticality needs; name a deputy"
    ]


@pytest.mark.parametrize(
    "row",
    [
        "id: ops, title: IT operations, holders: [{person: ben}, {person: ann}]",
        "id: ops, title: IT operations, holders: [{person: ben}], deputies: [{person: ann}]",
        "id: ops, title: IT operations, holders: [{person: ben, to: 2025-01-01}]",
        "id: ops, title: Diver, holders: [{person: ben}]",
    ],
)
def test_no_role_hangs_on_one(row: str, tmp_path: Path) -> None:
    assert told(tmp_path, row, HIGH) == []


@pytest.mark.parametrize(
    "row",
    [
        "id: ops, title: IT operations, holders: [{person: ben}], deputies: [{person: ben}]",
        "id: ops, title: IT operations, holders: [{person: ben}], deputies: [{person: ann, to: 2025-01-01}]",
        "id: ops, title: Ops, aliases: [it operations], holders: [{person: ben}, {person: ann, to: 2025-01-01}]",
    ],
)
def test_who_stands_in_is_another_and_there_today(row: str, tmp_path: Path) -> None:
    assert len(told(tmp_path, row, HIGH)) == 1


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("---\ncriticality: medium\n---\n", 0),
        ("---\ncriticality: high\nstatus: draft\n---\n", 0),
        ("---\ncriticality: high\nstatus: trial\n---\n", 1),
        (f"{HIGH}## Procedure\n\n1. Ask IT operations.\n\n## Roles\n\nIT operations.\n", 0),
        (f"{HIGH}## Procedure\n\n1. Go.\n\n## Roles\n\n| Role | Does |\n| --- | --- |\n| IT operations | acts |\n", 1),
        (f"{HIGH}## Procedure\n\n1. **IT operations:** Go.\n\n## Roles\n\nx\n", 1),
        ("---\ncriticality: high\nowner: ops\n---\n## Procedure\n\n1. Go.\n\n## Roles\n\nx\n", 1),
        ("---\ncriticality: high\napprovers: [ops]\n---\n## Procedure\n\n1. Go.\n\n## Roles\n\nx\n", 1),
        ("---\ncriticality: high\ncontributors: [ops]\n---\n## Procedure\n\n1. Go.\n\n## Roles\n\nx\n", 0),
    ],
)
def test_which_sops_need_a_role(text: str, count: int, tmp_path: Path) -> None:
    assert len(told(tmp_path, ALONE, text)) == count
