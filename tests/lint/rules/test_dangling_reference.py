"""SOP501: every key and every column that names something, with the register at hand and without."""

import re
from pathlib import Path

import pytest
from tests.build import PATH, complete, library

from sopkit.authoring.fix import apply_fixes
from sopkit.lint.engine import LintOptions, lint

pytestmark = pytest.mark.slow

ROWS = {
    "registers/policies.yaml": "- {id: POL-01, title: Access}\n",
    "registers/assets.yaml": "- {id: okta, title: Okta}\n",
    "registers/risks.yaml": "- {id: RSK-001, title: Access that outlives its need}\n",
    "registers/vendors.yaml": "- {id: okta-inc, title: Okta}\n",
}
COLUMNS = [
    ("roles", "- {id: security-lead, title: Lead, reports_to: GONE}"),
    ("roles", "- {id: security-lead, title: Lead, holders: [{person: GONE}]}"),
    ("roles", "- {id: security-lead, title: Lead, deputies: [{person: GONE}]}"),
    ("policies", "- {id: x, title: X, owner: GONE}"),
    ("assets", "- {id: x, title: X, owner: GONE}"),
    ("assets", "- {id: x, title: X, vendor: GONE}"),
    ("risks", "- {id: x, title: X, owner: GONE}"),
    ("vendors", "- {id: x, title: X, owner: GONE}"),
    ("exceptions", "- {id: x, sop: GONE, what: x}"),
    ("exceptions", "- {id: x, sop: AC-001, what: x, risk: GONE}"),
    ("exceptions", "- {id: x, sop: AC-001, what: x, approver: GONE}"),
    ("external", "- {id: x, title: X, owner: GONE}"),
    ("actions", "- {id: x, action: x, owner: GONE}"),
    ("actions", "- {id: x, action: x, verified_by: GONE}"),
    ("actions", "- {id: x, action: x, sop: GONE}"),
    ("soa", "- {control: A.5.18, applicable: true, owner: GONE}"),
]


def told(root: Path, files: dict[str, str]) -> list[tuple[str, str]]:
    """Where each finding of the rule stands: its file, and the words there."""
    given = {PATH: complete(""), **files}
    findings = lint(library(root, given), LintOptions(select=("SOP501",))).findings
    return [(one.path, given[one.path].encode()[one.place.start : one.place.end].decode()) for one in findings]


@pytest.mark.parametrize(("register", "row"), COLUMNS)
def test_a_column_that_leads_nowhere_is_found(register: str, row: str, tmp_path: Path) -> None:
    path = f"registers/{register}.yaml"
    assert told(tmp_path, {**ROWS, path: f"{row}\n"}) == [(path, "GONE")]


@pytest.mark.parametrize("key", ["policies", "assets", "risks", "vendors"])
def test_a_key_needs_a_register_with_rows(key: str, tmp_path: Path) -> None:
    text = complete(f"---\n{key}: [GONE]\n---\n")
    assert told(tmp_path / "with", {**ROWS, PATH: text}) == [(PATH, "GONE")]
    assert told(tmp_path / "without", {PATH: text, f"registers/{key}.yaml": "[]\n"}) == []


def test_holders_need_a_register_of_people(tmp_path: Path) -> None:
    roles = "- {id: security-lead, title: Lead, holders: [{person: GONE}]}\n"
    assert told(tmp_path, {"registers/roles.yaml": roles, "registers/people.yaml": "[]\n"}) == []


@pytest.mark.parametrize("key", ["requires", "related", "supersedes", "superseded_by"])
def test_a_key_that_names_an_sop(key: str, tmp_path: Path) -> None:
    assert told(tmp_path, {PATH: complete(f"---\n{key}: [AC-001, GONE]\n---\n")}) == [(PATH, "GONE")]


@pytest.mark.parametrize(
    ("files", "mended"),
    [
        ({PATH: complete("---\nassets: [okat]\n---\n")}, "[okta]"),
        ({PATH: complete("---\nassets: [okat, okta]\n---\n")}, ""),
        ({PATH: complete("---\nassets: [something]\n---\n")}, ""),
        ({PATH: complete("---\nrelated: [AC-01]\n---\n")}, ""),
        ({"registers/assets.yaml": "- {id: okta, title: Okta, vendor: okta-icn}\n"}, "vendor: okta-inc}"),
        ({"registers/assets.yaml": "- {id: okta, title: Okta, vendor: something}\n"}, ""),
        ({"registers/roles.yaml": "- {id: security-lead, title: Lead, holders: [{person: an}]}\n"}, "person: ann}"),
        ({"registers/roles.yaml": "- {id: security-lead, title: Lead, holders: [{person: something}]}\n"}, ""),
    ],
)
def test_a_fix_writes_the_nearest_name_that_is_new(files: dict[str, str], mended: str, tmp_path: Path) -> None:
    here = library(tmp_path, {PATH: complete(""), **ROWS, **files})
    [finding] = lint(here, LintOptions(select=("SOP501",))).findings
    assert (finding.fix is not None) is bool(mended)
    assert ("did you mean" in finding.message) is ("something" not in finding.message)
    if finding.fix:
        assert mended in apply_fixes(here.sources[finding.path].data, [finding.fix])[0].decode()


def test_a_marked_decision_leads_nowhere_yet(tmp_path: Path) -> None:
    marked = "'[decide: which]'"
    rows = {f"registers/{name}.yaml": row.replace("GONE", marked) for name, row in COLUMNS}
    keys = "".join(f"{key}: [{marked}]\n" for key in ("policies", "assets", "risks", "vendors", "related"))
    assert told(tmp_path, {**ROWS, **rows, PATH: complete(f"---\n{keys}---\n")}) == []


def of_section(root: Path, section: str, body: str = "") -> list[str]:
    """What is told of a claim that names a section."""
    text = complete(body, controls=f"{{iso27001-2022: [{{id: A.5.18, section: '{section}'}}]}}")
    return [one.message for one in lint(library(root, {PATH: text}), LintOptions(select=("SOP501",))).findings]


@pytest.mark.parametrize("section", ["Procedure", "procedure", "2. Scope", "Steps of ours"])
def test_a_claim_names_a_heading_or_a_section(section: str, tmp_path: Path) -> None:
    body = "## Purpose\n\nx\n\n### Steps of ours\n\nx\n\n## Scope\n\nx\n\n## Process\n\n1. **IT operations**: Do it.\n"
    assert of_section(tmp_path, section, body) == []


def test_a_section_that_is_not_there_is_found(tmp_path: Path) -> None:
    told = "in `section` of A.5.18 leads nowhere: no such heading in this SOP;"
    headings = ", ".join(re.findall("^## (.*)$", complete(), re.MULTILINE)[:12])
    assert of_section(tmp_path / "a", "Refrences") == [f"`Refrences` {told} did you mean `References`?"]
    assert of_section(tmp_path / "b", "Backups") == [f"`Backups` {told} write one of them: {headings}"]


def test_a_section_is_mended(tmp_path: Path) -> None:
    text = complete(controls="{iso27001-2022: [{id: A.5.18, section: Refrences}]}")
    [finding] = lint(library(tmp_path, {PATH: text}), LintOptions(select=("SOP501",))).findings
    assert finding.fix is not None
    assert apply_fixes(text.encode(), [finding.fix]) == (text.replace("Refrences", "References").encode(), 1)
