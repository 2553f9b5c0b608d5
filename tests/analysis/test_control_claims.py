"""Which SOP and which of its steps carry out a control."""

from pathlib import Path

import pytest
from tests.build import PATH, complete, library

from sopkit.analysis.control_claims import ControlImplementation, implementations_by_control

STEPS = """
## Procedure

1. **Line manager**: Ask for access in Jira.
2. <a id="approve"></a>**Asset owner**: Approve the request.
   - Control: A.5.18, A.5.15
3. **IT operations**: Grant the access within 4 hours.
   - Control: SOC 2 CC6.1
"""


def told(support: ControlImplementation) -> tuple[str, str, str, tuple[str, ...], bool]:
    return support.sop.id, support.strength, support.note, tuple(step.number for step in support.steps), support.claimed


def test_claims_and_steps_are_brought_together(tmp_path: Path) -> None:
    text = complete(STEPS, controls="{iso27001-2022: [A.5.18, {id: A.8.2, strength: partial, note: the review only}]}")
    found = implementations_by_control(library(tmp_path, {PATH: text}))
    assert {control: [told(one) for one in some] for control, some in found.items()} == {
        ("iso27001-2022", "A.5.18"): [("AC-001", "full", "", ("2",), True)],
        ("iso27001-2022", "A.8.2"): [("AC-001", "partial", "the review only", (), True)],
        ("iso27001-2022", "A.5.15"): [("AC-001", "supporting", "", ("2",), False)],
        ("soc2-tsc-2017", "CC6.1"): [("AC-001", "supporting", "", ("3",), False)],
    }
    [step] = found["iso27001-2022", "A.5.15"][0].steps
    assert (step.anchor, step.section, step.line) == ("approve", "Procedure", text.splitlines().index(next(
        line for line in text.splitlines() if "Approve" in line)) + 1)  # fmt: skip


@pytest.mark.parametrize(
    ("controls", "ids"),
    [
        ("[A.5.19-21]", ["A.5.19", "A.5.20", "A.5.21"]),
        ("[A.5.18, A.5.18]", ["A.5.18"]),
        ("{iso27001-2013: [A.9.2.2]}", ["A.9.2.2"]),
        ("[A.9.2.2]", []),
        ("[A.5.99]", []),
        ("{nowhere: [A.5.18]}", []),
    ],
    ids=["a range", "twice", "an older edition under its own name", "an older id", "no such id", "no such framework"],
)
def test_what_counts_as_a_claim(controls: str, ids: list[str], tmp_path: Path) -> None:
    found = implementations_by_control(library(tmp_path, {PATH: complete(controls=controls)}))
    assert [control for _, control in found] == ids


def test_a_retired_sop_carries_out_nothing(tmp_path: Path) -> None:
    assert implementations_by_control(library(tmp_path, {PATH: complete(status="retired")})) == {}


def test_a_strength_that_is_none_is_the_least(tmp_path: Path) -> None:
    text = complete(controls="{iso27001-2022: [{id: A.5.18, strength: mostly}]}")
    [support] = implementations_by_control(library(tmp_path, {PATH: text}))["iso27001-2022", "A.5.18"]
    assert support.strength == "supporting"


@pytest.mark.parametrize(("strength", "covers"), [("full", True), ("partial", True), ("supporting", False)])
def test_support_alone_covers_nothing(strength: str, covers: bool, tmp_path: Path) -> None:
    text = complete(controls=f"{{iso27001-2022: [{{id: A.5.18, strength: {strength}}}]}}")
    [support] = implementations_by_control(library(tmp_path, {PATH: text}))["iso27001-2022", "A.5.18"]
    assert support.would_cover is covers


@pytest.mark.parametrize(
    "label",
    [
        "- Control: A.5.15",
        "- control A.5.15",
        "- Controls: A.5.18,\n     A.5.15",
        "- **Control:** A.5.15",
        "- Control: *A.5.15*",
        "- Control: A.5&#46;15",
        "- <a id='x'></a>Control: A.5.15",
        "* CONTROL, A.5.14-15",
        "\n   Control: A.5.15",
    ],
)
def test_a_step_names_a_control_in_each_spelling(label: str, tmp_path: Path) -> None:
    steps = STEPS.replace("- Control: A.5.18, A.5.15", label)
    assert ("iso27001-2022", "A.5.15") in implementations_by_control(library(tmp_path, {PATH: complete(steps)}))


def test_where_a_control_is_carried_out(tmp_path: Path) -> None:
    claims = (
        "{iso27001-2022: [{id: A.5.18, section: procedure}, {id: A.8.2, section: purpose}, {id: A.8.3, section: Gone}]}"
    )
    found = implementations_by_control(library(tmp_path, {PATH: complete(STEPS, controls=claims)}))
    sections = {control: some[0].sections for (_, control), some in found.items()}
    assert sections == {
        "A.5.18": ("Procedure",),
        "A.8.2": ("Purpose",),
        "A.8.3": ("Gone",),
        "A.5.15": ("Procedure",),
        "CC6.1": ("Procedure",),
    }
