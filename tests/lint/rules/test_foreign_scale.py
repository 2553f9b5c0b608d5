"""SOP309: labels of another scale."""

from pathlib import Path

import pytest
from tests.build import PATH, complete, library

from sopkit.lint.engine import LintOptions, lint


def told(root: Path, text: str, scale: str = "") -> list[tuple[str, str]]:
    config = f"[scales]\nseverity = {scale}\n" if scale else ""
    files = {PATH: complete(f"## Escalation\n\n{text}\n")}
    findings = lint(library(root, files, config=config), LintOptions(select=("SOP309",))).findings
    return [(one.message.split("`")[1], one.fix.edits[0].text if one.fix else "") for one in findings]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("A P1 incident.", ("P1", "SEV1")),
        ("Outages: P-2 and worse.", ("P-2", "SEV2")),
        ("Call on Sev-3.", ("Sev-3", "SEV3")),
        ("Call on SEV 4.", ("SEV 4", "SEV4")),
        ("Severity 1, day and night.", ("Severity 1", "SEV1")),
        ("A priority 1 incident.", ("priority 1", "SEV1")),
        ("Call on SEV5.", ("SEV5", "")),
        ("A P0 alert.", ("P0", "")),
    ],
)
def test_a_label_of_another_scale(text: str, found: tuple[str, str], tmp_path: Path) -> None:
    assert told(tmp_path, text) == [found]


@pytest.mark.parametrize(
    "text",
    [
        "Call on SEV1.",
        "A SEV1 incident is a P1 in Jira.",
        "The P1 tickets of the sprint.",
        "Priority 1: incident response.",
        "The incident `P1`.",
        "Incident of SP1, P12, P1.5, P1%, file-P1, P6 and P1-A.",
        "Severity 1.5 of 10 for an alert.",
    ],
)
def test_what_is_no_label_of_a_severity(text: str, tmp_path: Path) -> None:
    assert told(tmp_path, text) == []


def test_the_scale_is_that_of_the_configuration(tmp_path: Path) -> None:
    assert told(tmp_path / "a", "A P1 incident, or SEV2.", '["P1", "P2"]') == []
    assert told(tmp_path / "b", "An incident of SEV2.", '["P1", "P2"]') == [("SEV2", "P2")]
    assert told(tmp_path / "c", "An incident of SEV2.", '["low", "high"]') == [("SEV2", "")]
    assert told(tmp_path / "d", "An incident of SEV2.", '["A2", "B2"]') == [("SEV2", "")]


@pytest.mark.parametrize(
    ("config", "count"),
    [
        ('[library]\nidentity = "path"\n', 0),
        ('[library]\nidentity = "path"\n[scales]\nseverity = ["SEV2", "SEV1"]\n', 1),
        ('[library]\nidentity = "path"\n[scales]\nseverity = ["P2", "P1"]\n', 0),
        ('[library]\nidentity = "id"\n', 1),
    ],
)
def test_other_documents_are_judged_by_a_scale_of_their_own(config: str, count: int, tmp_path: Path) -> None:
    files = {PATH: complete("## Escalation\n\nTell the security lead of every P1 incident.\n")}
    assert len(lint(library(tmp_path, files, config=config), LintOptions(select=("SOP309",))).findings) == count
