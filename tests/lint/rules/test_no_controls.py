"""SOP013: which status asks for controls, and when risks are asked for."""

from pathlib import Path

import pytest
from tests.build import PATH, complete, library

from sopkit.lint.engine import LintOptions, lint
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


def other(number: int, controls: str, area: str = "access-control") -> dict[str, str]:
    text = complete(f"---\nid: AC-00{number}\narea: {area}\ncontrols: {controls}\n---\n")
    return {f"sops/access-control/ac-00{number}.md": text}


SOC, ISO = "{soc2-2017: [CC6.1]}", "{iso27001-2022: [A.5.15, A.5.16]}"


@pytest.mark.parametrize(
    ("references", "key", "others", "added"),
    [
        ("ISO 27001:2022 A.5.17 and A.5.18; SOC 2 CC6.2", "", {}, "controls:\n  iso27001-2022: [A.5.17, A.5.18]\n"),
        ("ISO 27001:2022 A.5.18", "", {**other(2, ISO), **other(3, ISO)}, "controls:\n  iso27001-2022: [A.5.18]\n"),
        ("None.", "", other(2, ISO), "controls:\n  iso27001-2022: [A.5.15, A.5.16]\n"),
        (
            "None.",
            "",
            {**other(2, ISO), **other(3, "{iso27001-2022: [A.5.16]}"), **other(4, "{}")},
            "controls:\n  iso27001-2022: [A.5.16]\n",
        ),
        ("None.", "", {**other(2, ISO, "changes")}, None),
        ("None.", "", {}, None),
        ("ISO 27001:2022 A.5.18", "controls: {}\n", {}, None),
    ],
)
def test_the_fix_takes_references_or_what_most_others_of_the_area_claim(
    references: str, key: str, others: dict[str, str], added: str | None, tmp_path: Path
) -> None:
    text = complete(f"---\n{key}---\n## References\n\n- {references}\n", without=("controls",))
    options = LintOptions(select=("SOP013",), paths=(PATH,))
    [finding] = lint(library(tmp_path, {PATH: text, **others}), options).findings
    assert (finding.fix.edits[0].text if finding.fix else None) == added
