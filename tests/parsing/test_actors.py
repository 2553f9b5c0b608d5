"""Which leads of steps say who acts, and which are titles."""

import pytest
from tests.build import sop


def actors(*leads: str, before: str = "", **keys: str) -> list[str]:
    """The actor of each step of a procedure with these leads."""
    steps = "".join(f"{number}. **{lead}**: Do it.\n" for number, lead in enumerate(leads, 1))
    return [step.actor for step in sop(f"{before}## Procedure\n\n{steps}", **keys).body.steps]


@pytest.mark.parametrize(
    "leads",
    [
        ["Check the logs", "Set a meeting date", "Containment"],
        ["Week 1", "Week 2"],
        ["Triage", "Asset owner's approval and its review", "Response"],
    ],
)
def test_where_no_lead_is_a_role_all_are_titles(leads: list[str]) -> None:
    assert actors(*leads) == ["" for _ in leads]


@pytest.mark.parametrize(
    "lead",
    [
        "Asset owner",
        "the Asset Owner (deputy)",
        "Asset ownr",
        "Legal and line manager",
        "Release manager",
        "System/Data Owner",
        "Security",
        "CTO",
        "HR/IT",
    ],
)
def test_a_lead_that_is_declared_or_ends_like_a_role_is_one(lead: str) -> None:
    assert actors("Triage", "Containment", "Recovery", lead) == ["", "", "", lead]


def test_a_lead_that_comes_back_is_a_role() -> None:
    assert actors("Triage", "Ferryman", "Recovery", "Ferryman") == ["", "Ferryman", "", "Ferryman"]


@pytest.mark.parametrize("title", ["Check the logs", "Hour 3", "Everything that the owner must know"])
def test_beside_roles_only_what_reads_like_a_title_is_one(title: str) -> None:
    assert actors("Line manager", title) == ["Line manager", ""]
    assert actors("Line manager", "Access wizard") == ["Line manager", "Access wizard"]
    assert actors("Line manager", "Access wizard", "Ferryman") == ["Line manager", "", ""]


def test_five_words_may_be_a_role() -> None:
    assert actors("Line manager", "Chief of platform and data") == ["Line manager", "Chief of platform and data"]


def test_the_words_of_a_title_are_of_the_text() -> None:
    document = sop("## Procedure\n\n1. **Check the logs:** Look for `ERR`.\n2. Weekly restart: Wait.\n")
    assert [(step.actor, step.actor_start, step.text) for step in document.body.steps] == [
        ("", -1, "Check the logs: Look for ERR."),
        ("", -1, "Weekly restart: Wait."),
    ]


def test_sub_steps_have_titles_and_roles_too() -> None:
    text = "1. **Line manager**: Ask.\n   1. **Check the logs**: Look.\n   2. **IT operations**: Grant.\n"
    assert [step.actor for step in sop(f"## Procedure\n\n{text}").body.steps] == ["Line manager", "", "IT operations"]


def test_a_column_of_who_acts_has_no_titles() -> None:
    table = "| # | Task | Who |\n| - | - | - |\n| 1 | Ask | Week 1 |\n| 2 | Send | Ferryman |\n"
    assert [step.actor for step in sop(f"## Procedure\n\n{table}").body.steps] == ["Week 1", "Ferryman"]


def test_a_language_without_words_for_roles_keeps_its_leads() -> None:
    assert actors("Ablauf", "Woche 1", language="fr") == ["Ablauf", "Woche 1"]


@pytest.mark.parametrize(
    ("step", "actor"),
    [("Choose `Next: Networks`", ""), ("Release manager: choose `Next: Networks`", "Release manager")],
)
def test_a_colon_within_code_is_none_behind_who_acts(step: str, actor: str) -> None:
    assert [each.actor for each in sop(f"## Procedure\n\n1. {step}\n").body.steps] == [actor]
