"""What an SOP asks of roles: who acts and decides, who is told, and what is no role."""

from pathlib import Path

import pytest
from tests.build import PATH, complete, library

from sopkit.analysis.responsibilities import ResponsibilityKind, responsibilities_in

FRONT = {ResponsibilityKind.OWNS, ResponsibilityKind.APPROVES, ResponsibilityKind.TRAINED}


def asked(
    root: Path, text: str, *kinds: ResponsibilityKind, registers: str | None = None
) -> list[tuple[str, str, tuple[str, ...]]]:
    files = {PATH: text} | ({"registers/roles.yaml": registers} if registers is not None else {})
    whole = library(root, files)
    return [
        (str(one.kind), one.where, one.roles)
        for one in responsibilities_in(whole.sops[0], whole)
        if one.kind in (kinds or set(ResponsibilityKind) - FRONT)
    ]


def steps(*lines: str) -> str:
    return complete("## Procedure\n\n" + "".join(f"{number}. {line}\n" for number, line in enumerate(lines, 1)))


def test_a_complete_sop_whole(tmp_path: Path) -> None:
    assert asked(tmp_path, complete(), *ResponsibilityKind) == [
        ("owns", "", ("security-lead",)),
        ("approves", "", ("security-lead",)),
        ("trained", "", ("it-operations",)),
        ("acts", "1", ("line-manager",)),
        ("acts", "2", ("asset-owner",)),
        ("decides", "2", ("asset-owner",)),
        ("acts", "3", ("it-operations",)),
    ]


def test_the_area_approves_where_the_sop_names_nobody(tmp_path: Path) -> None:
    config = '[areas.access-control]\napprovers = ["auditor"]\n'
    whole = library(tmp_path, {PATH: complete(without=["approvers"])}, config=config)
    [approves] = [one for one in responsibilities_in(whole.sops[0], whole) if one.kind is ResponsibilityKind.APPROVES]
    assert (approves.roles, approves.place) == (("auditor",), ("area",))


@pytest.mark.parametrize(
    ("lead", "roles"),
    [
        ("CISO", ("security-lead",)),
        ("The asset owner", ("asset-owner",)),
        ("Line manager and asset owner", ("line-manager", "asset-owner")),
        ("Everyone", ("everyone",)),
        ("Release manager", ("Release manager",)),
    ],
)
def test_a_lead_is_a_role_by_any_of_its_names(lead: str, roles: tuple[str, ...], tmp_path: Path) -> None:
    text = steps(f"**{lead}**: Ask for access.", "**IT operations**: Grant it.", "**IT operations**: Close the ticket.")
    assert asked(tmp_path, text, ResponsibilityKind.ACTS)[0] == ("acts", "1", roles)


def test_either_of_two_may_act(tmp_path: Path) -> None:
    whole = library(
        tmp_path, {PATH: steps("**Auditor or line manager**: Ask.", "**Auditor**: Look.", "**Auditor**: End.")}
    )
    assert [one.either for one in responsibilities_in(whole.sops[0], whole) if one.kind is ResponsibilityKind.ACTS] == [
        True,
        False,
        False,
    ]


def test_a_step_with_two_ways_is_a_decision(tmp_path: Path) -> None:
    text = steps("**Auditor**: Look.\n   - If it is empty, then end.\n   - Else: go on.", "**Auditor**: Write it down.")
    assert asked(tmp_path, text, ResponsibilityKind.DECIDES) == [("decides", "1", ("auditor",))]


@pytest.mark.parametrize(
    ("sentence", "roles"),
    [
        ("Page the CISO and the line manager.", ("security-lead", "line-manager")),
        ("Assign the ticket to the asset owner.", ("asset-owner",)),
        ("Notify line managers.", ("line-manager",)),
        ("Send what the asset owner approved.", ()),
        ("Read the auditor's letter to the line manager's deputy.", ()),
        ("Tell it to nobody.", ()),
        ("Ask IT operations.", ()),
    ],
)
def test_who_is_told(sentence: str, roles: tuple[str, ...], tmp_path: Path) -> None:
    text = steps(f"**IT operations**: {sentence}")
    assert asked(tmp_path, text, ResponsibilityKind.TOLD) == ([("told", "1", roles)] if roles else [])


def test_who_is_told_in_german(tmp_path: Path) -> None:
    text = complete("## Procedure\n\n1. **IT operations**: Informieren Sie den CISO.\n", language="de")
    assert asked(tmp_path, text, ResponsibilityKind.TOLD) == [("told", "1", ("security-lead",))]


def test_a_short_id_is_no_word_of_a_sentence(tmp_path: Path) -> None:
    text = steps("**Auditor**: Tell it to no one.", "**Auditor**: Tell IT.")
    roles = "- {id: it, title: IT}\n- {id: auditor, title: Auditor}\n"
    assert asked(tmp_path, text, ResponsibilityKind.TOLD, registers=roles) == [("told", "2", ("it",))]


def test_escalation_in_a_table_and_in_a_list(tmp_path: Path) -> None:
    table = "| When | To whom |\n| --- | --- |\n| The asset owner is silent | CISO, then the auditor |\n"
    assert asked(tmp_path, complete(f"## Escalation\n\n{table}"), ResponsibilityKind.TOLD) == [
        ("told", "Escalation", ("security-lead", "auditor"))
    ]
    listed = "## Escalation\n\n- The asset owner is silent: page the CISO.\n- Wait for the auditor.\n"
    assert asked(tmp_path, complete(listed), ResponsibilityKind.TOLD) == [("told", "Escalation", ("security-lead",))]


LETTERS = "| Step | Line manager | Auditor | Mail |\n| --- | --- | --- | --- |\n| Ask | A/R | C | I |\n| Grant | I | A | R |\n"
NAMES = (
    "| Step | Responsible | Accountable | Informed |\n| --- | --- | --- | --- |\n| Ask | Line manager | CISO | - |\n"
)


def test_a_matrix_of_letters(tmp_path: Path) -> None:
    assert asked(tmp_path, complete(f"## Roles\n\n{LETTERS}", without=["Procedure"])) == [
        ("accountable", "Ask", ("line-manager",)),
        ("responsible", "Ask", ("line-manager",)),
        ("consulted", "Ask", ("auditor",)),
        ("informed", "Grant", ("line-manager",)),
        ("accountable", "Grant", ("auditor",)),
    ]


def test_a_table_of_names(tmp_path: Path) -> None:
    assert asked(tmp_path, complete(f"## Roles\n\n{NAMES}", without=["Procedure"])) == [
        ("responsible", "Ask", ("line-manager",)),
        ("accountable", "Ask", ("security-lead",)),
    ]


def test_without_a_register_names_count_as_typed(tmp_path: Path) -> None:
    assert asked(tmp_path, complete(), ResponsibilityKind.ACTS, registers="")[0] == ("acts", "1", ("Line manager",))


def test_a_document_that_cannot_be_read_asks_nothing(tmp_path: Path) -> None:
    whole = library(tmp_path, {PATH: b"---\nid: \xff\xfe\x00\n"})
    assert tuple(responsibilities_in(whole.sops[0], whole)) == ()
