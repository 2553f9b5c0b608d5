"""SOP013: which status asks for controls, and when risks are asked for."""

from pathlib import Path

import pytest
from tests.build import PATH, complete, library

from sopkit.lint import LintOptions, lint
from sopkit.model.finding import Severity

RISKS = "- {id: RSK-001, title: Access that outlives its need, owner: security-lead}\n"
NO_CONTROLS = "without `controls`; name the controls that it carries out"
NO_RISKS = "status active without `risks`; name the risks that it treats"


@pytest.mark.parametrize(
    ("status", "files", "expected"),
    [
        ("draft", {}, []),
        ("retired", {}, []),
        ("trial", {}, [(Severity.WARNING, f"status trial {NO_CONTROLS}")]),
        ("trial", {"registers/risks.yaml": RISKS}, [(Severity.WARNING, f"status trial {NO_CONTROLS}")]),
        ("active", {}, [(Severity.ERROR, f"status active {NO_CONTROLS}")]),
        (
            "active",
            {"registers/risks.yaml": RISKS},
            [(Severity.ERROR, f"status active {NO_CONTROLS}"), (Severity.ERROR, NO_RISKS)],
        ),
    ],
)
def test_what_is_asked_for(
    status: str, files: dict[str, str], expected: list[tuple[Severity, str]], tmp_path: Path
) -> None:
    text = complete(f"---\nstatus: {status}\n---\n", without=("controls",))
    findings = lint(library(tmp_path, {PATH: text, **files}), LintOptions(select=("SOP013",))).findings
    assert [(one.severity, one.message) for one in findings] == expected
