"""SOP304: duties that check each other in one hand, and people who hold roles that conflict."""

from pathlib import Path

import pytest
from tests.build import PATH, REGISTERS, complete, library
from tests.lint.rules.found import found

from sopkit.lint.engine import LintOptions, lint

pytestmark = pytest.mark.slow

ROLES = "registers/roles.yaml"


def duties(root: Path, *texts: str, roles: tuple[str, ...] = ()) -> list[str]:
    """What is found in a procedure whose steps are all those of the asset owner, or of the roles given."""
    actors = roles or ("Asset owner",) * len(texts)
    steps = "".join(f"{at}. **{who}**: {text}\n" for at, (who, text) in enumerate(zip(actors, texts, strict=True), 1))
    return found(root, "SOP304", f"## Procedure\n\n{steps}")


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Ask for access in Jira.", "Approve the request."),
        ("Submit the change.", "Sign off the change."),
        ("Approve the application.", "Raise an application in Jira."),
        ("Develop the new release.", "Roll out the release."),
        ("Write the change on a branch.", "Deploy changes."),
        ("Grant each right.", "Review the rights."),
        ("Configure the firewall rules.", "Audit every rule."),
    ],
)
def test_two_duties_in_one_hand(first: str, second: str, tmp_path: Path) -> None:
    assert duties(tmp_path, first, "Wait a day.", second) == ["Asset owner"]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Ask for a quote.", "Approve the vendor."),  # about two things
        ("Ask for access in Jira.", "Close the request."),
        ("Ask for access in Jira.", "Request the approval."),
        ("Write the report on what was seen, by whom, when, why, where and with which tools.", "Deploy the tools."),
        ("Ask for access in Jira.", "Approve the request of another person."),
        ("Ask for access in Jira.", "Approve the request.\n   - Note: never their own."),
        ("Grant the access.", "Approve the access."),
    ],
)
def test_duties_that_do_not_check_each_other(first: str, second: str, tmp_path: Path) -> None:
    assert duties(tmp_path, first, second) == []


@pytest.mark.parametrize(
    "roles", [("Line manager", "Asset owner"), ("Asset owner", "Asset owner and line manager"), ("Auditor", "Auditors")]
)
def test_two_hands(roles: tuple[str, ...], tmp_path: Path) -> None:
    assert duties(tmp_path, "Ask for access.", "Approve the request.", roles=roles) == []


def test_one_role_under_two_names(tmp_path: Path) -> None:
    assert duties(tmp_path, "Ask for access.", "Approve the request.", roles=("CISO", "the security lead")) == [
        "the security lead"
    ]


def test_each_pair_of_a_role_is_told_once_and_a_heading_may_name_it(tmp_path: Path) -> None:
    steps = "1. Ask for access.\n2. Approve the request.\n3. Approve the request.\n"
    assert found(tmp_path, "SOP304", f"## Procedure\n\n### Access (Asset owner)\n\n{steps}") == ["Approve the request."]


def test_a_duty_that_the_register_forbids(tmp_path: Path) -> None:
    roles = REGISTERS[ROLES].replace("id: asset-owner,", "id: asset-owner, conflicts: [deploy],")
    text = (
        "## Procedure\n\n1. **Asset owner**: Deploy it.\n2. **Line manager**: Deploy it.\n3. **Asset owner**: Deploy.\n"
    )

    report = lint(library(tmp_path, {PATH: complete(text), ROLES: roles}), LintOptions(select=("SOP304",)))
    assert [one.message for one in report.findings] == [
        "`Asset owner` may not deploy, says the register of roles; name another role"
    ]


@pytest.mark.parametrize(
    ("line_manager", "asset_owner", "told"),
    [
        ("holders: [{person: ann}], conflicts: [asset-owner]", "holders: [{person: ann}]", "ann holds"),
        (
            "holders: [{person: ann}, {person: ben}], conflicts: [Asset owner]",
            "holders: [{person: ben}, {person: ann}], conflicts: [line-manager]",
            "ben and ann hold",
        ),
        ("holders: [{person: ann}], conflicts: [asset-owner]", "holders: [{person: ben}]", ""),
        ("holders: [{person: ann}], conflicts: [asset-owner]", "holders: [{person: ann, to: 2025-01-01}]", ""),
        ("holders: [{person: ann}], conflicts: [gone, approve]", "holders: [{person: ann}]", ""),
    ],
)
def test_people_who_hold_roles_that_conflict(line_manager: str, asset_owner: str, told: str, tmp_path: Path) -> None:
    rows = f"- {{id: line-manager, {line_manager}}}\n- {{id: asset-owner, title: Asset owner, {asset_owner}}}\n"
    findings = lint(library(tmp_path, {ROLES: rows}), LintOptions(select=("SOP304",))).findings
    assert [(one.path, one.message.partition(" `")[0]) for one in findings] == ([(ROLES, told)] if told else [])


@pytest.mark.parametrize(
    ("legal", "dpo", "told"),
    [
        ("holders: [{person: ann}]", "deputies: [{person: ann}]",
         ["ann holds `legal` and is a deputy of `dpo`, which conflict; name another deputy"]),
        ("deputies: [{person: ann}]", "holders: [{person: ann}]",
         ["ann holds `dpo` and is a deputy of `legal`, which conflict; name another deputy"]),
        ("holders: [{person: ann}]", "deputies: [{person: ann, to: 2025-01-01}]", []),
        ("deputies: [{person: ann}]", "deputies: [{person: ann}]", []),
        ("holders: [{person: ann}], deputies: [{person: ann}]", "holders: [{person: ann}], deputies: [{person: ann}]",
         ["ann holds `dpo` and `legal`, which conflict; give one of them to somebody else"]),
    ],
)  # fmt: skip
def test_a_deputy_of_a_role_that_conflicts(legal: str, dpo: str, told: list[str], tmp_path: Path) -> None:
    rows = f"- {{id: legal, {legal}}}\n- {{id: dpo, conflicts: [legal], {dpo}}}\n"
    findings = lint(library(tmp_path, {ROLES: rows}), LintOptions(select=("SOP304",))).findings
    assert [one.message for one in findings] == told


def test_a_step_of_another_person_does_not_excuse_the_next_one(tmp_path: Path) -> None:
    third = ("Ask for access.", "Approve the request of another person.", "Approve the request.")
    assert duties(tmp_path, *third) == ["Asset owner"]


MAY_NOT = "`{}` may not approve, according to the roles register; specify another role"


@pytest.mark.parametrize(
    ("conflicts", "keys", "told"),
    [
        ("[approve]", {"approvers": "[security-lead, asset-owner]"}, [MAY_NOT.format("asset-owner")]),
        ("[approve]", {"approvers": "[Asset owner]"}, [MAY_NOT.format("Asset owner")]),
        ("[approve]", {"approvers": "[security-lead, somebody]"}, []),
        ("[decide]", {"approvers": "[asset-owner]"}, []),
        ("[approve]", {"approvers": "[asset-owner]", "status": "retired"}, []),
    ],
)
def test_a_role_that_may_not_approve_is_no_approver(
    conflicts: str, keys: dict[str, str], told: list[str], tmp_path: Path
) -> None:
    roles = REGISTERS[ROLES].replace("id: asset-owner,", f"id: asset-owner, conflicts: {conflicts},")
    files = {PATH: complete(without=["Procedure"], **keys), ROLES: roles}
    findings = lint(library(tmp_path, files), LintOptions(select=("SOP304",))).findings
    assert [one.message for one in findings] == told


def test_a_role_that_may_not_approve_accepts_no_risk_and_no_exception(tmp_path: Path) -> None:
    files = {
        ROLES: "- {id: dpo, title: Data protection officer, conflicts: [approve]}\n- {id: ceo}\n",
        "registers/risks.yaml": "- {id: A, accepted_by: dpo}\n- {id: B, accepted_by: ceo}\n"
        "- {id: C, accepted_by: dpo, closed: 2026-01-01}\n",
        "registers/exceptions.yaml": "- {id: E, approver: Data protection officer}\n- {id: F, approver: nobody}\n",
    }
    findings = lint(library(tmp_path, files), LintOptions(select=("SOP304",))).findings
    assert [(one.path, one.place.line, one.message) for one in findings] == [
        ("registers/exceptions.yaml", 1, MAY_NOT.format("Data protection officer")),
        ("registers/risks.yaml", 1, MAY_NOT.format("dpo")),
    ]


def test_a_role_that_advises_decides_nothing_in_a_step(tmp_path: Path) -> None:
    roles = REGISTERS[ROLES].replace("id: asset-owner,", "id: asset-owner, conflicts: [decide],")
    text = "## Procedure\n\n1. **Asset owner**: Decide which data are kept.\n2. **Line manager**: Decide the rest.\n"
    report = lint(library(tmp_path, {PATH: complete(text), ROLES: roles}), LintOptions(select=("SOP304",)))
    assert [one.message for one in report.findings] == [
        "`Asset owner` may not decide, says the register of roles; name another role"
    ]
