"""SOP302: roles that are declared and idle, and roles that act undeclared."""

from pathlib import Path

import pytest
from tests.build import PATH, complete, library
from tests.lint.rules.found import found

from sopkit.lint.engine import LintOptions, lint
from sopkit.model.finding import Finding

pytestmark = pytest.mark.slow

QUIET = "## Records\n\n- The access ticket.\n\n"
STEPS = "## Procedure\n\n1. **Line manager**: Ask.\n2. **IT operations**: Grant the access.\n"


def findings(root: Path, overlay: str, **files: str) -> tuple[Finding, ...]:
    given = {PATH: complete(overlay), **files}
    return lint(library(root, given), LintOptions(select=("SOP302",))).findings


def test_a_role_that_is_declared_and_named_nowhere_else_is_idle(tmp_path: Path) -> None:
    assert found(tmp_path, "SOP302", f"{STEPS}\n{QUIET}") == ["Asset owner"]


@pytest.mark.parametrize(
    "told",
    [
        "   - Else: tell the Asset Owners.\n",
        "   - Note: AO is told.\n",
        "   - Note: it is the owner who decides.\n",
        "   - Note: asset-owner is told.\n",
        "\n## Escalation\n\nCall the asset owner.\n",
    ],
)
def test_a_role_that_is_told_or_decides_is_not(told: str, tmp_path: Path) -> None:
    assert found(tmp_path, "SOP302", f"{STEPS}{told}\n{QUIET}") == []


@pytest.mark.parametrize(
    "named",
    [
        "## Scope\n\nWhat the asset owner owns.\n",
        "## Purpose\n\nHelp the asset owner.\n",
        "## References\n\n- Asset owner handbook\n",
        "## Procedure\n\n1. **Line manager**: Ask.\n2. **IT operations**: Grant the access to assets.\n",
    ],
)
def test_to_be_named_where_nobody_acts_is_not_enough(named: str, tmp_path: Path) -> None:
    steps = "" if named.startswith("## Procedure") else f"{STEPS}\n"
    assert found(tmp_path, "SOP302", f"{steps}{QUIET}{named}") == ["Asset owner"]


def test_the_last_word_alone_is_no_name_where_two_roles_have_it(tmp_path: Path) -> None:
    roles = "## Roles\n\n- **Line manager**: asks.\n- **Line Manager**: asks.\n- **IT operations**: grants.\n\n"
    steps = "## Procedure\n\n1. **IT operations**: Grant what the manager asked for.\n"
    assert found(tmp_path, "SOP302", f"{roles}{steps}\n{QUIET}") == ["Line manager", "Line Manager"]


def test_the_owner_of_the_sop_and_everyone_may_be_declared(tmp_path: Path) -> None:
    roles = "## Roles\n\n- **Security lead**: keeps this SOP.\n- **Everyone**: helps.\n- **Auditor**: reads.\n"
    roles += "- **Line manager**: asks.\n- **IT operations**: grants.\n\n"
    assert found(tmp_path, "SOP302", f"{roles}{STEPS}\n{QUIET}") == ["Auditor"]


def test_who_acts_undeclared_is_found_once(tmp_path: Path) -> None:
    steps = "## Procedure\n\n1. **Auditor**: Look.\n2. **Auditor**: Tell IT operations.\n3. **CISO**: Read.\n"
    assert found(tmp_path, "SOP302", steps) == ["Auditor", "CISO"]


def test_to_be_named_in_the_words_of_another_role_is_to_be_declared(tmp_path: Path) -> None:
    roles = "## Roles\n\n- **IT operations**: grants, and stands in for the auditor.\n\n"
    assert found(tmp_path, "SOP302", f"{roles}## Procedure\n\n1. **Auditor**: Tell IT operations.\n") == []


@pytest.mark.parametrize(
    "steps",
    [
        "1. Ask.\n2. Grant the access.\n",  # SOP203
        "1. **Line manager**: Ask.\n2. **Access wizard**: Grant the access.\n3. **Asset owner**: Look.\n",  # SOP301
    ],
)
def test_what_another_rule_finds_is_no_finding(steps: str, tmp_path: Path) -> None:
    assert found(tmp_path, "SOP302", f"## Procedure\n\n{steps}\n") == []


def test_a_role_that_the_register_does_not_know_is_mended_first(tmp_path: Path) -> None:
    roles = "## Roles\n\n- **Line mangaer**: asks.\n- **IT operations**: grants.\n\n"
    assert found(tmp_path, "SOP302", f"{roles}{STEPS}\n{QUIET}") == []


def test_without_a_register_every_name_is_a_role(tmp_path: Path) -> None:
    roles = "## Roles\n\n- **Ferryman**: rows.\n- **Steersman (pilot)**: steers.\n- **Cook**: cooks.\n\n"
    steps = "## Procedure\n\n1. **Ferryman**: Row, says the pilot.\n2. **Passenger**: Pay.\n3. **Passenger**: Leave.\n"
    text = f"{roles}{steps}\n{QUIET}"
    found_there = findings(tmp_path, text, **{"registers/roles.yaml": ""})
    names = [finding.message.split("`")[1] for finding in found_there]
    assert names == ["Passenger"]
    assert found_there[0].message.endswith("and `Cook` there does nothing; name one role")
    assert found_there[0].fix is None


@pytest.mark.parametrize(
    ("roles", "line"),
    [
        ("* **Asset owner**: approves.\n* **IT operations**: grants.\n", "\n* **Auditor**: Look at it"),
        ("| Role | Does |\n| - | - |\n| Asset owner | approves |\n", "\n| Auditor | Look at it |"),
        ("| Role | Name | Does |\n| - | - | - |\n| Asset owner | x | approves |\n", None),
        ("1. **Asset owner**: approves.\n", None),
        ("- Asset owner: approves.\n", None),
        ("**Asset owner**: approves.\n", None),
    ],
)
def test_the_fix_declares_in_the_form_of_the_others(roles: str, line: str | None, tmp_path: Path) -> None:
    [finding] = findings(
        tmp_path, f"## Roles\n\n{roles}\n## Procedure\n\n1. **Auditor**: Look at it. Then tell asset owner.\n"
    )
    assert finding.message == "`Auditor` acts but is not declared in Roles; declare it"
    assert (finding.fix.edits[0].text if finding.fix else None) == line


@pytest.mark.parametrize("deed", ["Choose a|b", "", "Look " * 25])
def test_there_is_no_fix_where_the_words_fit_no_line(deed: str, tmp_path: Path) -> None:
    [finding] = findings(tmp_path, f"## Procedure\n\n1. **Auditor**: {deed}\n2. **Auditor**: Go.\n")
    assert finding.fix is None
