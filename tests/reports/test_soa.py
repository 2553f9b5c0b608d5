"""The statement of applicability: states, contradictions, and that it agrees with the rules."""

from pathlib import Path

import pytest
from tests.build import AS_OF, PATH, complete, library

from sopkit.lifecycle.library_status import read_library_status
from sopkit.lint.engine import LintOptions, lint
from sopkit.model.errors import SopkitError
from sopkit.model.finding import Severity
from sopkit.reports.report import ReportOptions, ReportResult
from sopkit.reports.soa import soa
from sopkit.reports.soa.rows import DriverRow, StatementRow, StatementTotalRow

SOA, RISKS, ACTIONS, POLICIES = (f"registers/{name}.yaml" for name in ("soa", "risks", "actions", "policies"))
GRANTED = "- {control: A.5.18, applicable: true, reason: rights are granted daily%s}\n"
BACKUP = "- {control: A.8.13, applicable: true, reason: data are lost sometimes%s}\n"
RISK = "- {id: RSK-001, title: Rights outlive their reason, controls: {iso27001-2022: [A.5.18]}%s}\n"
ACTION = "- {id: ACT-001, action: write the SOP, controls: {iso27001-2022: [A.8.13]}, due: 2026-12-18%s}\n"
POLICY = "- {id: POL-1, title: Access, controls: {iso27001-2022: [%s]}}\n"
IN_FORCE = '[review]\nbasis = "claims"\n[front_matter]\nextra = ["reviewed"]\nclaims = {reviewed = "reviewed"}\n'
"""Without approvals to go by, an active SOP is in force."""


def told(
    root: Path, files: dict[str, str], *, config: str = IN_FORCE, frameworks: tuple[str, ...] = ()
) -> ReportResult:
    library(root, files, config=config)
    with read_library_status(root, AS_OF, AS_OF) as ground:
        return soa(ground, ReportOptions("", frameworks))


def rows(report: ReportResult) -> dict[str, StatementRow]:
    return {row.control: row for row in report.table.rows if isinstance(row, StatementRow)}


def found(report: ReportResult) -> list[tuple[str, str, int, str]]:
    """Name, file, line and message; that the others of the 93 are undecided is left out."""
    findings = sorted(report.findings, key=lambda finding: finding.sort_key)
    return [(one.code, one.path, one.place.line, one.message) for one in findings if one.code != "undecided"]


PARTIAL = "{iso27001-2022: [{id: A.5.18, strength: partial}]}"
SUPPORTING = "{iso27001-2022: [{id: A.5.18, strength: supporting}]}"
STATES = [
    ("implemented", GRANTED % "", {}),
    ("partly", GRANTED % "", {"controls": PARTIAL}),
    ("not-implemented", GRANTED % "", {"controls": SUPPORTING}),
    ("other-means", GRANTED % ", procedure: false", {"controls": PARTIAL}),
    ("implemented", GRANTED % ", procedure: false", {}),
    ("planned", GRANTED % "", {"status": "draft"}),
    ("not-implemented", GRANTED % "", {"status": "retired"}),
    ("excluded", "- {control: A.5.18, applicable: false, reason: nobody signs in}\n", {}),
    ("undecided", "- {control: A.5.18}\n", {}),
    ("undecided", "", {}),
]


@pytest.mark.parametrize(("state", "row", "keys"), STATES)
def test_the_state_is_computed_from_the_sops(state: str, row: str, keys: dict[str, str], tmp_path: Path) -> None:
    assert rows(told(tmp_path, {PATH: complete(**keys), SOA: row}))["A.5.18"].state == state


def test_an_sop_that_was_never_approved_is_only_planned(tmp_path: Path) -> None:
    report = told(tmp_path, {SOA: GRANTED % ""}, config="")
    assert rows(report)["A.5.18"].state == "planned"
    assert rows(report)["A.5.18"].sops == ("AC-001 full (not approved)",)
    message = "A.5.18 rest on AC-001, which is active and was never approved; sopkit approve AC-001"
    assert found(report) == [("never-approved", PATH, 5, message)]
    assert report.notes == ("no approval of any SOP was found, so no control counts as implemented",)


def test_a_row_says_what_the_register_and_the_sops_say(tmp_path: Path) -> None:
    files = {
        SOA: GRANTED % ", drivers: [RSK-001, GDPR], owner: asset-owner, note: by ticket",
        POLICIES: POLICY % "A.5.18",
        RISKS: RISK % "" + RISK.replace("RSK-001", "RSK-002") % "",
        ACTIONS: ACTION.replace("A.8.13", "5.18") % ", owner: CISO",
    }
    assert rows(told(tmp_path, files))["A.5.18"] == StatementRow(
        control="A.5.18",
        title="Access rights",
        theme="A.5",
        applicable="yes",  # type: ignore[arg-type] - a StrEnum
        justification="rights are granted daily",
        drivers=(DriverRow("RSK-001", "Rights outlive their reason"), DriverRow("GDPR", "")),
        risks=(DriverRow("RSK-002", "Rights outlive their reason"),),
        state="implemented",  # type: ignore[arg-type]
        sops=("AC-001 full",),
        policies=("POL-1",),
        note="by ticket",
        owner="Asset owner",
        last=None,
        evidence="",
        actions=("ACT-001",),
        to_do=("ACT-001 write the SOP (Security lead, due 2026-12-18)",),
    )


def test_all_controls_by_theme_and_in_order(tmp_path: Path) -> None:
    report = told(tmp_path, {SOA: GRANTED % "" + BACKUP % ", procedure: false"})
    ids = list(rows(report))
    assert (len(ids), ids[0], ids[36:38], ids[-1]) == (93, "A.5.1", ["A.5.37", "A.6.1"], "A.8.34")
    assert report.more[1].rows == (
        StatementTotalRow("A.5", "Organizational controls", 37, 1, 1, 0, 0, 0, 0, 0, 36),
        StatementTotalRow("A.6", "People controls", 8, 0, 0, 0, 0, 0, 0, 0, 8),
        StatementTotalRow("A.7", "Physical controls", 14, 0, 0, 0, 0, 0, 0, 0, 14),
        StatementTotalRow("A.8", "Technological controls", 34, 1, 0, 0, 0, 1, 0, 0, 33),
        StatementTotalRow("", "all", 93, 2, 1, 0, 0, 1, 0, 0, 91),
    )


EXCLUDED = "- {control: A.5.18, applicable: false, reason: nobody signs in}\n"
ELSEWHERE = "- {control: A.8.13, applicable: false, reason: nothing is kept}\n"
APPLIES = "A.5.18 Access rights applies and"
NOBODY = (
    "A.8.13 Information backup applies and no active SOP claims it; write the SOP, enter an action, or write "
    "`procedure: false` and why"
)
CONTRADICTIONS = [
    (
        "excluded-but-claimed",
        Severity.ERROR,
        {SOA: EXCLUDED},
        {SOA: ELSEWHERE},
        f"A.5.18 is excluded, but claimed by AC-001 ({PATH}); make it applicable or delete the claim",
    ),
    (
        "excluded-but-treats",
        Severity.ERROR,
        {SOA: ELSEWHERE, RISKS: RISK.replace("A.5.18", "A.8.13") % ""},
        {SOA: ELSEWHERE, RISKS: RISK.replace("A.5.18", "A.8.13") % ", closed: 2026-01-01"},
        "A.8.13 is excluded, but treats RSK-001; make it applicable, or treat that otherwise",
    ),
    (
        "excluded-but-asked",
        Severity.WARNING,
        {SOA: ELSEWHERE, POLICIES: POLICY % "A.8.13"},
        {SOA: ELSEWHERE, POLICIES: POLICY % "A.5.18"},
        "A.8.13 is excluded, but POL-1 asks for it; make it applicable or take it out there",
    ),
    (
        "other-means-unsaid",
        Severity.WARNING,
        {SOA: BACKUP % ", procedure: false"},
        {SOA: BACKUP % ", procedure: false", POLICIES: POLICY % "A.8.13"},
        "A.8.13 is met without a procedure, and nothing says by what; write it under `note`",
    ),
    (
        "excluded-without-reason",
        Severity.ERROR,
        {SOA: "- {control: A.8.13, applicable: false}\n"},
        {SOA: ELSEWHERE},
        "A.8.13 is excluded without a reason; write why it does not apply",
    ),
    (
        "applicable-without-reason",
        Severity.WARNING,
        {SOA: '- {control: A.5.18, applicable: true, reason: "[decide: why it applies]"}\n'},
        {SOA: GRANTED % ""},
        "A.5.18 Access rights applies without a justification; write why under `reason`",
    ),
    (
        "carried-out-by-nobody",
        Severity.WARNING,
        {SOA: BACKUP % ""},
        {SOA: BACKUP % "", ACTIONS: ACTION % ""},
        NOBODY,
    ),
    (
        "carried-out-by-nobody",
        Severity.WARNING,
        {SOA: BACKUP % "", ACTIONS: ACTION % ", done: 2026-01-01"},
        {SOA: BACKUP % ", procedure: false, note: a setting"},
        NOBODY,
    ),
    (
        "planned-without-action",
        Severity.WARNING,
        {SOA: GRANTED % "", PATH: complete(status="draft")},
        {SOA: GRANTED % "", PATH: complete(status="draft"), ACTIONS: ACTION.replace("A.8.13", "A.5.18") % ""},
        f"{APPLIES} is claimed only by AC-001 (draft); enter the action that puts that in force, with a due day",
    ),
    (
        "only-supported",
        Severity.WARNING,
        {SOA: GRANTED % "", PATH: complete(controls=SUPPORTING)},
        {SOA: GRANTED % "", PATH: complete(controls=PARTIAL)},
        f"{APPLIES} is only supported, by AC-001; claim it in full or in part, or enter an action",
    ),
    (
        "planned-with-note",
        Severity.INFO,
        {SOA: BACKUP % ", note: an auditor comes each November", ACTIONS: ACTION % ""},
        {SOA: BACKUP % ", procedure: false, note: an auditor comes each November", ACTIONS: ACTION % ""},
        "A.8.13 counts as planned: only ACT-001 names it; if the note says what meets it, write `procedure: false`",
    ),
    (
        "procedure-after-all",
        Severity.INFO,
        {SOA: GRANTED % ", procedure: false"},
        {SOA: GRANTED % ""},
        "A.5.18 needs no procedure by this row, but is carried out by AC-001; take `procedure: false` out",
    ),
    (
        "unknown-control",
        Severity.ERROR,
        {SOA: "- {control: A.5.99, applicable: false, reason: none}\n"},
        {SOA: ELSEWHERE},
        "`A.5.99` is no control of iso27001-2022; did you mean A.5.9, A.5.29, A.5.19?",
    ),
    (
        "row-twice",
        Severity.ERROR,
        {SOA: GRANTED % "" + GRANTED.replace("A.5.18", "5.18") % ""},
        {SOA: GRANTED % "" + BACKUP % ", procedure: false, note: a setting"},
        "`5.18` is about A.5.18, which is decided above; keep one of the rows",
    ),
    (
        "unknown-driver",
        Severity.WARNING,
        {SOA: GRANTED % ", drivers: [rsk-001]", RISKS: RISK % ""},
        {SOA: GRANTED % ", drivers: [RSK-001, NIS 2]", RISKS: RISK % ""},
        "rsk-001 is no row of registers/risks.yaml; did you mean RSK-001?",
    ),
    (
        "closed-driver",
        Severity.WARNING,
        {SOA: GRANTED % ", drivers: [RSK-001]", RISKS: RISK % ", closed: 2026-01-01"},
        {SOA: GRANTED % ", drivers: [RSK-001]", RISKS: RISK % ", closed: 2027-01-01"},
        "RSK-001 drives A.5.18 and was closed on 2026-01-01; name what drives it now",
    ),
    (
        "owner-without-holder",
        Severity.WARNING,
        {SOA: GRANTED % ", owner: auditor"},
        {SOA: GRANTED % ", owner: CISO"},
        "`auditor` answers for A.5.18 and is held by nobody on 2026-11-24; enter who holds it",
    ),
    (
        "owner-without-holder",
        Severity.WARNING,
        {SOA: GRANTED % ", owner: king"},
        {SOA: GRANTED % ", owner: security-lead"},
        "`king` answers for A.5.18 and is no role of the register; name a role of registers/roles.yaml",
    ),
]


@pytest.mark.parametrize(
    ("code", "severity", "bad", "good", "message"), CONTRADICTIONS, ids=[case[0] for case in CONTRADICTIONS]
)
def test_a_contradiction_is_found_and_its_neighbour_is_clean(
    code: str, severity: Severity, bad: dict[str, str], good: dict[str, str], message: str, tmp_path: Path
) -> None:
    report = told(tmp_path / "bad", bad)
    line = bad[SOA].count("\n")
    assert found(report) == [(code, SOA, line, message)]
    assert [one.severity for one in report.findings if one.code == code] == [severity]
    assert found(told(tmp_path / "good", good)) == []


def test_undecided_controls_are_one_finding_at_the_first_blank_row(tmp_path: Path) -> None:
    report = told(tmp_path, {SOA: GRANTED % "" + "- {control: A.8.13}\n"})
    (finding,) = report.findings
    words = "92 controls are undecided: A.5.1, A.5.2, A.5.3, A.5.4, A.5.5 and 87 more; "
    assert (finding.code, finding.place.line) == ("undecided", 2)
    assert finding.message == words + "write for each whether it applies, and why"


def test_without_the_register_a_note_says_how_to_begin(tmp_path: Path) -> None:
    report = told(tmp_path, {})
    words = "nothing is decided yet: registers/soa.yaml has no rows; begin it with: sopkit register init soa"
    assert (report.findings, report.notes) == ((), (words,))
    assert {row.state for row in rows(report).values()} == {"undecided"}


def test_an_overdue_sop_behind_controls_is_told(tmp_path: Path) -> None:
    text = complete(review_every="6 months", reviewed="2025-01-02")
    report = told(tmp_path, {PATH: text, SOA: GRANTED % ""})
    message = "A.5.18 rest on AC-001, whose review is overdue; sopkit review AC-001"
    assert [(one[0], one[3]) for one in found(report)] == [("overdue-behind", message)]


@pytest.mark.parametrize(
    "row", [EXCLUDED, BACKUP % "", GRANTED % "", BACKUP % ", procedure: false, note: a setting", ELSEWHERE]
)
def test_the_report_agrees_with_the_linter(row: str, tmp_path: Path) -> None:
    report = told(tmp_path, {SOA: row})
    codes = {one.code for one in lint(library(tmp_path, {SOA: row}), LintOptions(select=("SOP403", "SOP405"))).findings}
    same = {"excluded-but-claimed": "SOP403", "carried-out-by-nobody": "SOP405"}
    assert {same[code] for code, *_ in found(report)} == codes


def test_another_framework(tmp_path: Path) -> None:
    report = told(
        tmp_path,
        {SOA: "- {control: SOC 2 CC6.1, applicable: true, reason: asked for}\n"},
        frameworks=("soc2-tsc-2017",),
    )
    assert rows(report)["CC6.1"].state == "not-implemented"
    with pytest.raises(SopkitError, match="no framework `iso27001`"):
        told(tmp_path, {}, frameworks=("iso27001",))
    with pytest.raises(SopkitError, match="is about one framework"):
        told(tmp_path, {}, frameworks=("gdpr", "soc2-tsc-2017"))


def test_a_broken_row_is_noted_and_the_others_are_told(tmp_path: Path) -> None:
    report = told(tmp_path, {SOA: GRANTED % "" + "- {control: A.8.13, applicable: perhaps}\n"})
    assert rows(report)["A.5.18"].state == "implemented"
    assert report.notes == (
        f"{SOA} has findings of its own, see `sopkit lint`; rows that cannot be read are left out",
        "1 of 1 controls that are carried out rest on SOPs that are not current: sopkit stale",
    )


def test_the_page_names_version_day_and_theme_and_takes_no_markup(tmp_path: Path) -> None:
    report = told(tmp_path, {SOA: EXCLUDED.replace("nobody", "no|body <b>")})
    page = report.forms["markdown"]()
    assert page.startswith(
        "# Statement of Applicability\n\nISO/IEC 27001:2022 Annex A. As of 2026-11-24. Version: no commit"
    )
    assert "| A.5.18 Access rights | no | no\\|body \\<b\\> signs in |" in page
    assert [line for line in page.split("\n") if line.startswith("## ")] == [
        "## Totals",
        "## A.5 Organizational controls",
        "## A.6 People controls",
        "## A.7 Physical controls",
        "## A.8 Technological controls",
        "## SOPs behind the controls",
        "## Contradictions",
        "## Notes",
    ]


def test_on_the_page_a_remark_says_what_meets_a_control_that_applies(tmp_path: Path) -> None:
    excluded = "- {control: A.7.6, applicable: false, reason: r, note: n}\n"
    page = told(tmp_path, {SOA: BACKUP % ", procedure: false, note: a cloud" + excluded}).forms["markdown"]()
    assert "| A.8.13 Information backup | yes | data are lost sometimes |  | other means | a cloud |" in page
    assert "| A.7.6 Working in secure areas | no | r; n |  | excluded |  |" in page
