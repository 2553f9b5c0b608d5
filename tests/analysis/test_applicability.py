"""What the statement of applicability decides, and which open actions name a control."""

from pathlib import Path

from tests.build import library

from sopkit.analysis.applicability import applicability_by_control, decision_by_control, decisions, open_actions

SOA = "registers/soa.yaml"
HOME = "iso27001-2022"


def test_rows_of_one_control_in_several_spellings_are_told_apart(tmp_path: Path) -> None:
    rows = (
        "- {control: A.5.19-20, applicable: true}\n"
        "- {control: 5.20, applicable: false}\n"
        "- {control: SOC 2 CC6.1, applicable: true}\n"
        "- {control: A.5.99, applicable: true}\n"
    )
    found = decisions(library(tmp_path, {SOA: rows}))
    assert [(one.at, one.controls, one.again) for one in found] == [
        (0, ((HOME, "A.5.19"), (HOME, "A.5.20")), ()),
        (1, ((HOME, "A.5.20"),), ((HOME, "A.5.20"),)),
        (2, (("soc2-tsc-2017", "CC6.1"),), ()),
        (3, (), ()),
    ]
    first = decision_by_control(library(tmp_path, {SOA: rows}))[HOME, "A.5.20"]
    assert first.row.control == "A.5.19-20"


def test_a_blank_row_decides_nothing(tmp_path: Path) -> None:
    rows = (
        '- {control: A.5.1, applicable: , reason: "", drivers: [RSK-001]}\n'
        "- {control: A.5.2}\n"
        "- {control: A.5.3, reason: so that nobody is alone}\n"
        "- {control: A.5.4, applicable: true}\n"
    )
    assert list(applicability_by_control(library(tmp_path, {SOA: rows}))) == [(HOME, "A.5.3"), (HOME, "A.5.4")]


def test_a_register_that_is_broken_is_silent_for_rules_alone(tmp_path: Path) -> None:
    broken = library(tmp_path, {SOA: "- {control: A.5.1, applicable: true}\n- {control: A.5.2, applicable: perhaps}\n"})
    assert applicability_by_control(broken) == {}
    assert list(decision_by_control(broken)) == [(HOME, "A.5.1")]


def test_actions_are_open_until_the_day_on_which_they_are_done(tmp_path: Path) -> None:
    row = "- {{id: {}, controls: {{iso27001-2022: [{}], soc2-tsc-2017: [CC6.1, nothing]}}{}}}\n"
    rows = row.format("ACT-1", "5.18", "") + row.format("ACT-2", "A.5.18", ", done: 2026-11-24")
    rows += row.format("ACT-3", "A.5.18", ", done: 2026-11-25")
    found = open_actions(library(tmp_path, {"registers/actions.yaml": rows}))
    ids = {control: [action.id for action in actions] for control, actions in found.items()}
    assert ids == {(HOME, "A.5.18"): ["ACT-1", "ACT-3"], ("soc2-tsc-2017", "CC6.1"): ["ACT-1", "ACT-3"]}
