"""`sopkit report roles`: counts, owners, and who cannot be had on the day."""

from collections.abc import Callable

import pytest
from tests.build import PATH, complete
from tests.reports.conftest import Tell

from sopkit.analysis.responsibilities import ResponsibilityKind
from sopkit.model.finding import Severity
from sopkit.reports.roles import DutyRow, HolderRow, OwnedRow, RoleRow

OTHER = "sops/access-control/ac-002-grant-extra-access.md"


def test_the_example_company(of_acme: Callable[..., None]) -> None:
    of_acme("roles")


def test_a_role_whole(tell: Tell) -> None:
    told = tell("roles")
    assert told.table.rows[1] == RoleRow(
        role="auditor",
        title="Auditor",
        known=True,
        sops=0,
        steps=0,
        decides=0,
        told=0,
        approves=0,
        owns=0,
        reports_to="",
        holders=(),
        deputies=(),
        held_by="nobody on 2026-11-24, and there is no deputy",
    )
    asset_owner = told.table.rows[0]
    assert (asset_owner.steps, asset_owner.sops, asset_owner.decides) == (1, 1, 1)  # type: ignore[attr-defined]
    assert (asset_owner.holders, asset_owner.deputies) == (
        (HolderRow("ben", "Ben Roy"),),
        (HolderRow("dee", "Dee Poe"),),
    )  # type: ignore[attr-defined]
    assert asset_owner.held_by == "Ben Roy; deputy Dee Poe"  # type: ignore[attr-defined]
    assert told.findings == ()


def test_by_sop(tell: Tell) -> None:
    told = tell("roles", by="sop")
    assert told.table.rows[0] == DutyRow(
        sop="AC-001",
        role="asset-owner",
        does=(ResponsibilityKind.ACTS, ResponsibilityKind.DECIDES),
        steps=("2",),
        decides=("2",),
        told=(),
        first=("Approve the request.",),
        held_by="Ben Roy; deputy Dee Poe",
        status="active",
        path=PATH,
        line=told.table.rows[0].line,  # type: ignore[attr-defined]
    )
    assert [table.name for table in told.tables] == ["duties", "rows", "owned"]


def test_rows_of_registers_that_a_role_owns(tell: Tell) -> None:
    files = {
        "registers/assets.yaml": "- {id: okta, title: Okta, owner: CISO}\n- {id: old, owner: CISO, retired: 2020-01-01}\n",
        "registers/soa.yaml": "- {control: A.5.1, owner: nobody}\n- {control: A.5.2, applicable: false, owner: auditor}\n",
        "registers/actions.yaml": "- {id: A-1, owner: auditor, done: 2026-01-01}\n- {id: A-2, owner: auditor}\n",
    }
    told = tell("roles", {PATH: complete(), **files})
    assert told.tables[2].rows == (
        OwnedRow("security-lead", "asset", "okta", "Okta", "registers/assets.yaml", 1),
        OwnedRow("auditor", "action", "A-2", "", "registers/actions.yaml", 2),
        OwnedRow("nobody", "control", "A.5.1", "", "registers/soa.yaml", 1),
    )
    rows = {row.role: (row.owns, row.known) for row in told.table.rows}  # type: ignore[attr-defined]
    assert (rows["security-lead"], rows["auditor"], rows["nobody"]) == ((2, True), (1, True), (1, False))


def found(tell: Tell, text: str, **more: str) -> list[str]:
    return [finding.message for finding in tell("roles", {PATH: text}, **more).findings]


def steps(lead: str) -> str:
    return f"## Procedure\n\n1. **{lead}**: Ask.\n2. **{lead}**: Look.\n3. **IT operations**: Grant.\n"


NOBODY = "nobody holds it on 2026-11-24 or stands in; name a holder or a deputy in registers/roles.yaml"


def test_a_step_for_a_role_that_nobody_holds_is_told_once(tell: Tell) -> None:
    told = tell("roles", {PATH: complete(steps("Auditor"))})
    [finding] = told.findings
    assert (finding.path, finding.code, finding.severity) == (PATH, "nobody-to-act", Severity.ERROR)
    assert finding.message == f"step 1 and 1 more wait for `auditor`: {NOBODY}"


def test_owner_and_approver_that_nobody_holds(tell: Tell) -> None:
    assert found(tell, complete(owner="auditor", approvers="[security-lead, auditor]")) == [
        f"owner `auditor`: {NOBODY}",
        f"approver `auditor`: {NOBODY}",
    ]


def test_any_one_approver_is_enough_where_the_configuration_says_so(tell: Tell) -> None:
    text = complete(approvers="[security-lead, auditor]")
    assert found(tell, text, config='[approval]\napprove_by = "any"\n') == []


@pytest.mark.parametrize(("lead", "count"), [("Auditor or line manager", 0), ("Auditor and line manager", 1)])
def test_of_two_roles_either_is_enough_or_both_are_needed(lead: str, count: int, tell: Tell) -> None:
    assert len(found(tell, complete(steps(lead)))) == count


def test_a_role_that_the_register_lacks(tell: Tell) -> None:
    [message] = found(tell, complete(steps("Release manager")))
    advice = "the register has no such role; name one that it has, or add it to registers/roles.yaml"
    assert message == f"step 1 and 1 more wait for `Release manager`: {advice}"


def test_somebody_who_has_left_holds_nothing(tell: Tell) -> None:
    roles = "- {id: auditor, holders: [{person: cat}]}\n- {id: it-operations, title: IT operations, holders: [{person: ben}]}\n"
    text = complete(steps("Auditor"), owner="it-operations", approvers="[it-operations]")
    [finding] = tell("roles", {PATH: text, "registers/roles.yaml": roles}).findings
    assert finding.message == f"step 1 and 1 more wait for `auditor`: {NOBODY}"


@pytest.mark.parametrize("lead", ["Everyone", "All staff"])
def test_everyone_is_always_there(lead: str, tell: Tell) -> None:
    assert found(tell, complete(steps(lead))) == []
    assert tell("roles", {PATH: complete(steps(lead))}).table.rows[-1].held_by == "all people"  # type: ignore[attr-defined]


def test_nothing_is_asked_of_a_draft_and_a_trial_weighs_less(tell: Tell) -> None:
    text = complete(steps("Auditor"))
    assert found(tell, text.replace("status: active", "status: draft")) == []
    [finding] = tell("roles", {PATH: text.replace("status: active", "status: trial")}).findings
    assert finding.severity is Severity.WARNING


def test_retired_sops_are_left_out(tell: Tell) -> None:
    files = {PATH: complete(), OTHER: complete(id="AC-002", status="retired")}
    assert {row.sop for row in tell("roles", files, by="sop").table.rows} == {"AC-001"}  # type: ignore[attr-defined]


def test_without_a_register_names_stand_as_typed_and_nothing_is_found(tell: Tell) -> None:
    told = tell("roles", {PATH: complete(), "registers/roles.yaml": ""})
    assert [row.role for row in told.table.rows] == [
        "Asset owner",
        "IT operations",
        "Line manager",
        "it-operations",
        "security-lead",
    ]  # type: ignore[attr-defined]
    assert told.findings == ()
    assert told.notes == ("registers/roles.yaml has no roles that can be relied on, so who holds one is not known",)
