"""What is a gap, in which order, what closes it, and when an action plans to."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import cast

import pytest
from tests.build import AS_OF, library
from tests.reports.test_coverage import BELIEVED, sop

from sopkit.lifecycle.library_status import read_library_status
from sopkit.lint.rules.sop405_control_without_procedure import control_without_procedure
from sopkit.lint.rules.sop407_area_without_procedure import area_without_procedure
from sopkit.lint.rules.sop509_critical_asset_uncovered import critical_asset_uncovered
from sopkit.model.finding import Severity
from sopkit.reports.gaps import GapRow, NextRow, gaps
from sopkit.reports.report import ReportOptions, ReportResult

pytestmark = pytest.mark.slow

SOA = "registers/soa.yaml"
DECIDED = {SOA: "- {control: A.5.18, reason: rights are granted daily}\n"}


def told(root: Path, files: Mapping[str, str], config: str = BELIEVED) -> ReportResult:
    library(root, dict(files), config=config)
    with read_library_status(root, AS_OF, AS_OF) as ground:
        return gaps(ground, ReportOptions())


def rows(report: ReportResult) -> tuple[GapRow, ...]:
    return cast("tuple[GapRow, ...]", report.table.rows)


def todo(report: ReportResult) -> list[tuple[str, tuple[str, ...]]]:
    return [(row.do, row.closes) for row in cast("tuple[NextRow, ...]", report.more[0].rows)]


def ids(report: ReportResult) -> list[str]:
    return [row.id for row in rows(report)]


def risk(number: int, controls: str, **cells: str) -> str:
    said = {"likelihood": "possible", "impact": "major", "treatment": "mitigate", "controls": controls} | cells
    return (
        f"- {{id: RSK-{number}, title: Risk {number}, {', '.join(f'{key}: {cell}' for key, cell in said.items())}}}\n"
    )


def test_a_library_without_gaps(tmp_path: Path) -> None:
    report = told(tmp_path, DECIDED | {"registers/risks.yaml": risk(1, "{iso27001-2022: [A.5.18]}")})
    assert (rows(report), report.findings, report.notes, todo(report)) == ((), (), (), [])


def test_a_control_that_applies_whole(tmp_path: Path) -> None:
    report = told(
        tmp_path,
        {
            SOA: "- {control: A.8.13, reason: data are lost, drivers: [RSK-1, law, RSK-2], owner: it-operations}\n",
            "registers/risks.yaml": risk(1, "{iso27001-2022: [A.5.18]}", impact="severe")
            + risk(2, "{iso27001-2022: [A.5.18]}"),
        },
    )
    assert rows(report) == (
        GapRow(
            rank=1,
            kind=rows(report)[0].kind,
            id="A.8.13",
            title="Information backup",
            why="applies: data are lost; asked for by RSK-1, RSK-2",
            weight=12,
            owner="it-operations",
            controls=("A.8.13",),
            actions=(),
            due=None,
            past_due=False,
            unplanned=("A.8.13",),
            near=(),
            next=(1,),
            path=SOA,
            line=1,
        ),
    )
    assert rows(report)[0].kind == "control"
    assert report.more[0].rows == (
        NextRow(
            1, "write it with `sopkit new backup`", "Back up systems and data", "sopkit new backup", 12, ("A.8.13",)
        ),
    )
    [one] = report.findings
    assert (one.path, one.place.line, one.code, one.severity) == (SOA, 1, "gap-without-action", Severity.WARNING)
    assert one.message == (
        "A.8.13 Information backup: applies: data are lost; asked for by RSK-1, RSK-2; no open action names it: "
        "write it with `sopkit new backup`, or enter one in registers/actions.yaml"
    )


@pytest.mark.parametrize("row", ["applicable: false", "procedure: false", "reason: "])
def test_no_gap_where_none_is_needed_or_nothing_is_decided(row: str, tmp_path: Path) -> None:
    assert ids(told(tmp_path, {SOA: f"- {{control: A.8.13, {row}}}\n- {{control: A.5.18, reason: x}}\n"})) == []


def test_risks_come_first_by_weight_and_stand_for_their_controls(tmp_path: Path) -> None:
    report = told(
        tmp_path,
        {
            SOA: "".join(f"- {{control: {name}, reason: x}}\n" for name in ("A.8.13", "A.8.32", "A.5.18", "A.7.1")),
            "registers/risks.yaml": risk(1, "{iso27001-2022: [A.8.13]}")
            + risk(2, "{iso27001-2022: [A.5.18, A.8.32]}", likelihood="certain")
            + risk(3, "{iso27001-2022: [A.8.13]}", likelihood="now and then")
            + risk(4, "{iso27001-2022: [A.8.13]}", treatment="accept")
            + risk(5, "{iso27001-2022: [A.8.13]}", closed="2020-01-01")
            + risk(6, "{}")
            + risk(7, "{iso27001-2022: [A.5.18]}"),
        },
    )
    assert [(row.id, row.weight, row.controls, row.why) for row in rows(report)] == [
        ("RSK-2", 15, ("A.8.32",), "to be mitigated, and no SOP in force covers A.8.32"),
        ("RSK-1", 9, ("A.8.13",), "to be mitigated, and no SOP in force covers A.8.13"),
        ("RSK-6", 9, (), "to be mitigated, and it names no control and no SOP in force names it"),
        ("RSK-3", None, ("A.8.13",), "to be mitigated, and no SOP in force covers A.8.13"),
        ("A.7.1", None, ("A.7.1",), "applies: x"),
    ]
    assert todo(report) == [
        ("write it with `sopkit new change`", ("RSK-2",)),
        ("write it with `sopkit new backup`", ("RSK-1", "RSK-3")),
        ("name RSK-6 in the SOPs that treat it", ("RSK-6",)),
        ("write one of your own on A.7", ("A.7.1",)),
    ]


def test_without_a_statement_all_of_the_first_framework_are_one_finding(tmp_path: Path) -> None:
    report = told(tmp_path, {})
    assert len(rows(report)) == 92
    assert {row.path for row in rows(report)} == {"sopkit.toml"}
    [finding] = report.findings
    assert finding.message == "nothing is decided of 92 controls without an SOP; begin: sopkit register init soa"
    [finding] = told(tmp_path / "begun", {SOA: "- {control: A.8.13}\n"}).findings
    assert finding.message.endswith("92 controls without an SOP; decide each in registers/soa.yaml")
    assert todo(report)[0][0] == "write it with `sopkit new change`"
    closed = [name for _, some in todo(report) for name in some]
    assert sorted(closed) == sorted(ids(report))


def test_areas_policies_assets_and_vendors(tmp_path: Path) -> None:
    files = DECIDED | {
        "registers/policies.yaml": "- {id: POL-1, title: Paper, controls: {iso27001-2022: [A.5.18]}}\n",
        "registers/assets.yaml": "- {id: db, title: Database, criticality: critical, owner: it-operations}\n",
        "registers/vendors.yaml": "- {id: aws, title: AWS, tier: 1}\n- {id: pen, title: Pens, tier: 2}\n",
    }
    config = BELIEVED + '[areas.access-control]\nprefix = "AC"\n[areas.privacy]\nprefix = "PV"\n'
    report = told(tmp_path, files, config)
    assert [(str(row.kind), row.id, row.why, row.path, row.line) for row in rows(report)] == [
        ("area", "privacy", "sopkit.toml has a table for it, and no SOP of it is in force", "sopkit.toml", 7),
        ("policy", "POL-1", "nobody carries it out: no SOP names it", "registers/policies.yaml", 1),
        (
            "asset",
            "db",
            "critical, and no SOP in force of backup-recovery names it",
            "registers/assets.yaml",
            1,
        ),
        ("vendor", "aws", "of tier 1, and no SOP in force of vendor-management names it", "registers/vendors.yaml", 1),
    ]
    assert set(todo(report)) == {
        ("write one of your own of privacy", ("privacy",)),
        ("name POL-1 in the SOPs that carry it out", ("POL-1",)),
        ("write it with `sopkit new backup`", ("db",)),
        ("write it with `sopkit new vendor-onboarding`", ("aws",)),
    }
    assert len(report.findings) == 4


def test_an_sop_in_force_of_the_area_can_take_an_asset_up(tmp_path: Path) -> None:
    files = DECIDED | {"registers/assets.yaml": "- {id: db, title: Database, criticality: critical}\n"}
    files |= dict([sop(1, "[A.5.18]"), sop(2, "[A.8.13]", area="backup-recovery")])
    assert todo(told(tmp_path / "a", files)) == [("say in AC-002 how they are restored", ("db",))]
    files |= dict([sop(3, "[A.8.13]", area="backup-recovery", status="draft", assets="[db]")])
    assert todo(told(tmp_path / "b", files)) == [("finish AC-003 (draft) and put it in force", ("db",))]


@pytest.mark.parametrize(
    ("status", "strength", "do", "near"),
    [
        ("draft", "full", "finish AC-002 (draft) and put it in force", "AC-002 (draft)"),
        ("trial", "partial", "finish AC-002 (trial) and put it in force", "AC-002 (trial)"),
        ("active", "supporting", "write it with `sopkit new backup`", "AC-002 (active)"),
        ("draft", "supporting", "write it with `sopkit new backup`", "AC-002 (draft)"),
    ],
)
def test_what_comes_nearest(status: str, strength: str, do: str, near: str, tmp_path: Path) -> None:
    claims = f"{{iso27001-2022: [{{id: A.8.13, strength: {strength}}}]}}"
    files = {SOA: "- {control: A.8.13, reason: x}\n"} | dict([sop(1, "[A.5.18]"), sop(2, claims, status=status)])
    report = told(tmp_path, files)
    assert todo(report) == [(do, ("A.8.13",))]
    assert rows(report)[0].near == (near,)


def test_an_active_text_that_nobody_approved_waits_for_that(tmp_path: Path) -> None:
    report = told(tmp_path, DECIDED, config="")
    assert todo(report) == [("have AC-001 approved", ("A.5.18",))]
    assert rows(report)[0].near == ("AC-001 (active, never-reviewed)",)
    assert rows(report)[0].why == "applies: rights are granted daily; only texts that are not in force claim it"


def test_what_only_supports_is_carried_further_where_no_template_fits(tmp_path: Path) -> None:
    claims = "{iso27001-2022: [{id: A.7.1, strength: supporting}]}"
    files = {SOA: "- {control: A.7.1, reason: x}\n"} | dict([sop(1, claims)])
    assert todo(told(tmp_path, files)) == [("carry out in AC-001 what it supports", ("A.7.1",))]


def test_a_template_that_repeats_what_is_claimed_is_not_proposed(tmp_path: Path) -> None:
    files = {SOA: "- {control: A.8.25, reason: x}\n"}
    assert todo(told(tmp_path / "a", files)) == [("write it with `sopkit new change`", ("A.8.25",))]
    files |= dict([sop(1, "[A.8.29, A.8.31, A.8.32]")])
    assert todo(told(tmp_path / "b", files)) == [("write one of your own on A.8", ("A.8.25",))]


def test_a_template_of_the_library_is_proposed(tmp_path: Path) -> None:
    shipped = Path("templates/blank.md").read_text(encoding="utf-8")
    own = shipped.replace("A.5.37", "A.7.1").replace("strength: partial", "strength: full")
    less = {"templates/a.md": own.replace("strength: full", "strength: partial")}
    report = told(tmp_path, {SOA: "- {control: A.7.1, reason: x}\n", "templates/doors.md": own} | less)
    assert todo(report) == [("write it with `sopkit new doors`", ("A.7.1",))]


ACTION = "- {id: ACT-1, action: %s, due: 2026-01-01%s}\n"


@pytest.mark.parametrize(
    ("action", "named"),
    [
        (ACTION % ("write it", ", controls: {iso27001-2022: [A.7.1, A.7.2]}"), True),
        (ACTION % ("write it", ", controls: {iso27001-2022: [A.7.1, A.7.2]}, done: 2025-12-01"), False),
        (ACTION % ("close RSK-1.", ""), True),
        (ACTION % ("close RSK-11", ""), False),
        (ACTION % ("finish it", ", sop: AC-002"), True),
        (ACTION % ("finish it", ", sop: AC-001"), False),
    ],
)
def test_an_action_names_a_gap(action: str, named: bool, tmp_path: Path) -> None:
    files = {"registers/actions.yaml": action, "registers/risks.yaml": risk(1, "{iso27001-2022: [A.7.1, A.7.2]}")}
    files |= {**DECIDED, **dict([sop(1, "[A.5.18]"), sop(2, "[A.7.1]", status="draft")])}
    report = told(tmp_path, files)
    [row] = rows(report)
    found = (row.actions, row.due, row.past_due, bool(row.unplanned), len(report.findings))
    day = date(2026, 1, 1)
    assert found == ((("ACT-1",), day, day < AS_OF, False, 0) if named else ((), None, False, True, 1))


def test_an_action_for_an_asset_goes_before_our_own_advice(tmp_path: Path) -> None:
    files = DECIDED | {"registers/assets.yaml": "- {id: db, title: Database, criticality: critical}\n"}
    files |= {"registers/actions.yaml": ACTION % ("restore db in BK-001", "")}
    files |= dict([sop(1, "[A.5.18]"), sop(2, "[A.8.13]", area="backup-recovery")])
    report = told(tmp_path, files)
    assert (todo(report), report.findings) == ([("ACT-1: restore db in BK-001", ("db",))], ())
    assert report.notes == (
        "gaps: 1; open actions name the whole of 1",
        "gaps whose action is past due: 1; the first is db",
    )


def test_an_action_about_an_sop_in_force_plans_no_gap(tmp_path: Path) -> None:
    files = {SOA: "- {control: A.7.1, reason: x}\n", "registers/actions.yaml": ACTION % ("mend it", ", sop: AC-001")}
    files |= dict([sop(1, "{iso27001-2022: [{id: A.7.1, strength: supporting}]}")])
    [row] = rows(told(tmp_path, files))
    assert (row.actions, row.unplanned) == ((), ("A.7.1",))


def test_of_a_policy_the_first_framework_is_planned(tmp_path: Path) -> None:
    controls = "{iso27001-2022: [A.7.1], soc2-tsc-2017: [CC6.4]}"
    files = DECIDED | {
        "registers/policies.yaml": f"- {{id: POL-1, title: Doors, controls: {controls}}}\n",
        "registers/actions.yaml": "- {id: ACT-1, action: x, due: 2099-01-01, controls: {iso27001-2022: [A.7.1]}}\n",
    }
    [row] = rows(told(tmp_path, files))
    assert (row.controls, row.unplanned, row.past_due) == (("A.7.1", "soc2-tsc-2017:CC6.4"), (), False)


def test_an_action_that_names_a_part_leaves_the_rest(tmp_path: Path) -> None:
    files = {
        "registers/actions.yaml": ACTION % ("write it", ", controls: {iso27001-2022: [A.7.1]}"),
        "registers/risks.yaml": risk(1, "{iso27001-2022: [A.7.1, A.7.2, A.8.32]}"),
    }
    report = told(tmp_path, files | DECIDED)
    [row] = rows(report)
    assert (row.actions, row.unplanned) == (("ACT-1",), ("A.7.2", "A.8.32"))
    assert "no open action names A.7.2, A.8.32: " in report.findings[0].message
    assert {do for do, _ in todo(report)} == {
        "ACT-1: write it",
        "write it with `sopkit new offboarding`",
        "write it with `sopkit new change`",
    }


REGISTERS = {
    SOA: "".join(f"- {{control: {name}, reason: x}}\n" for name in ("A.5.18", "A.8.13", "A.8.32", "A.7.1"))
    + "- {control: A.7.2, procedure: false}\n- {control: A.7.3, applicable: false}\n",
    "registers/actions.yaml": "- {id: ACT-1, action: write it, controls: {iso27001-2022: [A.7.1]}}\n",
    "registers/assets.yaml": "- {id: db, criticality: critical}\n- {id: wiki, criticality: low}\n",
    "registers/vendors.yaml": "- {id: aws, tier: 1}\n",
}
CONFIG = '[areas.access-control]\nprefix = "AC"\n[areas.privacy]\nprefix = "PV"\n'


@pytest.mark.parametrize("basis", [BELIEVED, ""])
def test_whatever_the_linter_tells_is_a_gap(basis: str, tmp_path: Path) -> None:
    found = library(tmp_path, REGISTERS, config=basis + CONFIG)
    rules = (control_without_procedure, area_without_procedure, critical_asset_uncovered)
    linted = {(one.path, one.place.line) for rule in rules for one in rule.check(found)}
    report = told(tmp_path, REGISTERS, basis + CONFIG)
    assert len(linted) == 5
    assert linted <= {(row.path, row.line) for row in rows(report)}
    unplanned = {(row.path, row.line) for row in rows(report) if row.unplanned}
    assert linted <= unplanned
    assert unplanned - linted == (set() if basis else {(SOA, 1), ("sopkit.toml", 1)})


def test_an_sop_more_closes_gaps_and_opens_none(tmp_path: Path) -> None:
    before = ids(told(tmp_path / "a", REGISTERS, BELIEVED + CONFIG))
    files = REGISTERS | dict([sop(1, "[A.5.18]"), sop(2, "[A.8.13]", area="backup-recovery", assets="[db]")])
    after = ids(told(tmp_path / "b", files, BELIEVED + CONFIG))
    assert [name for name in before if name not in after] == ["A.8.13", "db"]
    assert set(after) < set(before)


def test_names_and_order_of_sops_change_nothing(tmp_path: Path) -> None:
    report = told(tmp_path / "a", REGISTERS | dict([sop(1, "[A.8.13]"), sop(2, "[A.7.1]")]))
    other = told(tmp_path / "b", REGISTERS | dict([sop(8, "[A.7.1]"), sop(9, "[A.8.13]")]))
    assert [replace(row, near=()) for row in rows(report)] == [replace(row, near=()) for row in rows(other)]
