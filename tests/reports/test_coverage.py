"""What counts as covered, what is only derived, and what no percentage is about."""

import json
import random
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import cast

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.build import AS_OF, complete, library
from tests.examples import examples
from tests.frameworks.test_loader import OWN as BASELINE
from tests.lifecycle.ledger import SET_UP, TODAY, approval, text
from tests.lifecycle.sops import PATH
from tests.repository import BEN, CAT, GitRepository

from sopkit.analysis.control_claims import STRENGTHS
from sopkit.frameworks.loader import load_catalogue
from sopkit.lifecycle.library_status import LibraryStatus, read_library_status
from sopkit.model.errors import SopkitError
from sopkit.reports.coverage import REPORT, coverage
from sopkit.reports.coverage.levels import compute_coverage, find_derived_coverage
from sopkit.reports.coverage.rows import (
    ControlCoverageRow,
    CoverageClaimRow,
    CoverageStepRow,
    CoverageTotalRow,
    DerivedCoverageRow,
)
from sopkit.reports.coverage.summaries import OwnerRow, PolicyRow, SopCoverageRow
from sopkit.reports.report import ReportOptions, ReportResult, report_document
from sopkit.reports.soa.rows import assess_controls
from sopkit.tables.document import document_json

ISO, OLD, NIST = "iso27001-2022", "iso27001-2013", "nist-800-53-r5"
BELIEVED = '[review]\nbasis = "claims"\n[front_matter]\nclaims = {reviewed = "reviewed_on"}\n'
"""Nothing is approved in such a library: an active SOP is enough."""


@contextmanager
def ground(root: Path, files: Mapping[str, str] | None = None, config: str = BELIEVED) -> Iterator[LibraryStatus]:
    library(root, dict(files or {}), config=config)
    with read_library_status(root, AS_OF, AS_OF) as found:
        yield found


def sop(number: int, controls: str, *, status: str = "active", **keys: str) -> tuple[str, str]:
    """Path and text of an SOP that claims controls, as YAML."""
    whole = complete(id=f"AC-{number:03}", status=status, controls=controls, **keys)
    return f"sops/access-control/ac-{number:03}-x.md", whole


def told(root: Path, files: Mapping[str, str], *frameworks: str, by: str = "") -> ReportResult:
    with ground(root, files) as found:
        return coverage(found, ReportOptions(frameworks=frameworks, by=by))


def covers(root: Path, files: Mapping[str, str], *frameworks: str) -> dict[str, str]:
    """The cover of each control that has any."""
    rows = cast("tuple[ControlCoverageRow, ...]", told(root, files, *frameworks).table.rows)
    return {row.control: str(row.cover) for row in rows if row.cover != "none"}


def table(report: ReportResult, name: str) -> tuple[object, ...]:
    return next(one.rows for one in report.tables if one.name == name)


def test_a_questionnaire_is_answered_by_sop_and_section(tmp_path: Path) -> None:
    files = dict(
        [
            sop(1, "{own: [{id: AB-1, section: records}, AB-2]}"),
            ("controls/own.yaml", BASELINE.replace("acme-baseline", "own")),
        ]
    )
    report = told(tmp_path / "own", files, "own")
    rows = cast("tuple[ControlCoverageRow, ...]", report.table.rows)
    assert [(row.control, row.sops, row.sections) for row in rows] == [
        ("AB-1", ("AC-001",), ("AC-001: Records",)),
        ("AB-2", ("AC-001",), ()),
    ]
    assert "sections" in report.table.columns
    assert [row.section for row in cast("tuple[CoverageClaimRow, ...]", table(report, "claims"))] == ["Records", ""]
    assert "sections" not in told(tmp_path / "none", dict([sop(1, "[A.5.18]")])).table.columns


def test_a_control_has_its_sops_strongest_first(tmp_path: Path) -> None:
    files = dict(
        [
            sop(1, "{iso27001-2022: [{id: A.5.18, strength: partial, note: only Okta}]}", owner="it-operations"),
            sop(2, "[A.5.18]"),
            sop(3, "{iso27001-2022: [{id: A.5.18, strength: supporting}]}"),
            sop(4, "[A.5.18]", status="draft"),
            sop(5, "[A.5.18]", status="retired"),
        ]
    )
    report = told(tmp_path, files)
    row = next(row for row in cast("tuple[ControlCoverageRow, ...]", report.table.rows) if row.control == "A.5.18")
    assert row == ControlCoverageRow(
        framework=ISO,
        group="A.5",
        group_title="Organizational controls",
        control="A.5.18",
        title="Access rights",
        cover=row.cover,
        counted=True,
        sops=("AC-002", "AC-001", "AC-003", "AC-004"),
        owners=("Security lead", "IT operations"),
        owner="security-lead",
        state=row.state,
        last=None,
        evidence="",
        steps=(),
        sections=(),
        rationale=("AC-001 partial: only Okta",),
        derived=(),
        reason="",
    )
    assert row.cover == "full"
    claim = cast("CoverageClaimRow", table(report, "claims")[1])
    assert (claim.sop, claim.strength, claim.rationale, claim.carries) == ("AC-001", "partial", "only Okta", True)
    assert (claim.owner, claim.owner_title, claim.people) == ("it-operations", "IT operations", ("ben",))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("controls", "status", "cover"),
    [
        ("[A.5.18]", "active", "full"),
        ("{iso27001-2022: [{id: A.5.18, strength: partial}]}", "active", "partial"),
        ("{iso27001-2022: [{id: A.5.18, strength: supporting}]}", "active", "supporting"),
        ("[A.5.18]", "trial", "planned"),
        ("{iso27001-2022: [{id: A.5.18, strength: supporting}]}", "draft", None),
        ("[A.5.18]", "retired", None),
        ("[A.5.99]", "active", None),
    ],
)
def test_what_a_claim_makes_of_a_control(controls: str, status: str, cover: str | None, tmp_path: Path) -> None:
    found = covers(tmp_path, dict([sop(1, controls, status=status)]))
    assert found.get("A.5.18") == cover


def test_a_step_alone_supports(tmp_path: Path) -> None:
    path, plain = sop(1, "[A.5.15]")
    named = plain.replace("in Jira.", "in Jira.\n   - Control: A.5.18").replace(
        "1. **Line", '1. <a id="ask"></a>**Line'
    )
    report = told(tmp_path, {path: named})
    row = next(row for row in cast("tuple[ControlCoverageRow, ...]", report.table.rows) if row.control == "A.5.18")
    assert (row.cover, row.steps) == ("supporting", ("AC-001 step 1 #ask (Procedure)",))
    claim = cast("CoverageClaimRow", table(report, "claims")[1])
    assert (claim.control, claim.claimed, claim.steps) == (
        "A.5.18",
        False,
        (CoverageStepRow("1", "ask", "Procedure", 1 + named[: named.index("1. <a")].count("\n")),),
    )


@pytest.mark.slow
def test_a_text_that_nobody_approved_is_planned(tmp_path: Path) -> None:
    repository = GitRepository.start(tmp_path)
    known, new = text(controls="[A.5.18]"), text(id="AC-002", controls="[A.5.15]")
    repository.commit("2024-02-01", SET_UP | {PATH: known, "sops/access-control/ac-002-x.md": new}, author=BEN)
    repository.commit("2024-03-02", approval(data=known), author=CAT)
    with read_library_status(repository.root, TODAY, TODAY) as found:
        cover = {one.control.id: str(one.cover) for one in compute_coverage(found, ISO) if one.supports}
    assert cover == {"A.5.15": "planned", "A.5.18": "full"}


def test_the_93_by_theme(tmp_path: Path) -> None:
    totals = cast("tuple[CoverageTotalRow, ...]", table(told(tmp_path, {}), "totals"))
    assert [(row.group, row.counted, row.covered, row.percent) for row in totals] == [
        ("", 93, 1, 1.0),
        ("A.5", 37, 1, 2.7),
        ("A.6", 8, 0, 0.0),
        ("A.7", 14, 0, 0.0),
        ("A.8", 34, 0, 0.0),
    ]


def test_of_groups_in_groups_the_outermost_have_totals(tmp_path: Path) -> None:
    totals = cast("tuple[CoverageTotalRow, ...]", table(told(tmp_path, {}, OLD), "totals"))
    assert [row.group for row in totals] == ["", *(f"A.{number}" for number in range(5, 19))]
    assert sum(row.counted for row in totals[1:]) == totals[0].counted == 114


def test_covered_controls_whose_sops_are_not_current_are_noted(tmp_path: Path) -> None:
    fresh = {"reviewed_on": AS_OF.isoformat(), "review_every": "12 months"}
    supporting = f"{{{ISO}: [{{id: A.5.18, strength: supporting}}]}}"
    files = dict([sop(1, "[A.5.18]"), sop(2, supporting, **fresh), sop(3, "[A.5.15]", **fresh)])
    assert "covered controls whose SOPs are not current: 1 of 2; see sopkit stale" in told(tmp_path, files).notes


SOA = """\
- {control: A.5.18, applicable: false, reason: nobody signs in}
- {control: A.5.15, procedure: false, reason: the policy says all}
- {control: A.5.16, reason: each has an account}
- {control: A.5.17, procedure: false, reason: an SOP says it as well}
"""
PARTLY = "{iso27001-2022: [{id: A.5.15, strength: partial}, A.5.16, A.5.17, A.5.18]}"


def test_what_the_statement_excludes_or_leaves_to_other_means_is_not_counted(tmp_path: Path) -> None:
    files = dict([sop(1, PARTLY)]) | {"registers/soa.yaml": SOA}
    report = told(tmp_path, files)
    rows = {row.control: row for row in cast("tuple[ControlCoverageRow, ...]", report.table.rows)}
    assert [(str(rows[name].cover), rows[name].counted) for name in ("A.5.15", "A.5.16", "A.5.17", "A.5.18")] == [
        ("other-means", False),
        ("full", True),
        ("full", True),
        ("excluded", False),
    ]
    assert (rows["A.5.18"].reason, rows["A.5.18"].sops) == ("nobody signs in", ("AC-001",))
    whole = cast("CoverageTotalRow", table(report, "totals")[0])
    assert (whole.controls, whole.counted, whole.covered, whole.other_means, whole.excluded) == (93, 91, 2, 1, 1)
    assert report.percent == 2.1


def test_the_statement_of_applicability_tells_the_same(tmp_path: Path) -> None:
    said = {"implemented": "full", "partly": "partial", "other-means": "other-means", "excluded": "excluded"}
    every = [control.id for control in load_catalogue().get(ISO).controls][:12]
    soa = SOA + "".join(f"- {{control: {name}, reason: x}}\n" for name in every)
    strengths = [f"{{id: {name}, strength: {STRENGTHS[at % 3]}}}" for at, name in enumerate(every)]
    files = dict([sop(1, PARTLY), sop(2, f"{{{ISO}: [{', '.join(strengths)}]}}"), sop(3, "[A.5.37]", status="draft")])
    with ground(tmp_path, files | {"registers/soa.yaml": soa}) as found:
        cover = {one.control.id: str(one.cover) for one in compute_coverage(found, ISO)}
        judged = assess_controls(found, load_catalogue().get(ISO))
    told_there = {one.control.id: said.get(str(one.state), "") for one in judged if one.decision is not None}
    assert set(told_there.values()) == {"full", "partial", "other-means", "excluded", ""}
    covered = {"full", "partial", "other-means", "excluded"}
    assert told_there == {name: cover[name] if cover[name] in covered else "" for name in told_there}


@pytest.mark.slow
@pytest.mark.parametrize("by", ["policy", "sop", "owner", "group"])
def test_each_grouping_is_as_the_schema_says(by: str, tmp_path: Path) -> None:
    with ground(tmp_path, {"registers/policies.yaml": POLICIES}) as found:
        data = json.loads(document_json(report_document(REPORT, coverage(found, ReportOptions(by=by)), found)))
    jsonschema.validate(data, REPORT.document.schema(), format_checker=jsonschema.FormatChecker())
    name = {"policy": "policies", "group": "totals"}.get(by, f"{by}s")
    assert [key for key in REPORT.kinds if data[key]] == [name]


OWN = """\
id: own
title: Ours
edition: "1"
publisher: us
status: current
licence_note: our own
groups: [{id: G, title: All}]
controls: [{id: O-1, title: One, group: G}, {id: O-2, title: Two, group: G}]
"""
MAPPING = """\
id: mapping-own
title: Ours to ISO
source_framework: own
target_framework: iso27001-2022
relation: related
source: us
rows:
  - {from: O-1, to: [A.5.15, A.5.18], partial: [A.5.15]}
  - {from: O-1, to: [A.8.2]}
"""


def test_a_mapping_of_the_library_derives_and_tells_what_is_partial(tmp_path: Path) -> None:
    files = dict([sop(1, "{own: [O-1]}")]) | {"controls/own.yaml": OWN, "controls/mapping-own.yaml": MAPPING}
    derived = cast("tuple[DerivedCoverageRow, ...]", table(told(tmp_path, files), "derived"))
    assert [(row.control, row.from_control, row.partial) for row in derived] == [
        ("A.5.15", "O-1", True),
        ("A.5.18", "O-1", False),
        ("A.8.2", "O-1", False),
    ]
    assert covers(tmp_path, files, OLD)["A.9.2.2"] == "derived"


@pytest.mark.parametrize(
    ("claimed", "derived"),
    [("A.9.2.2", "A.5.18"), ("A.12.5.1", "A.8.19"), ("A.16.1.5", "A.5.26")],
)
def test_the_older_edition_is_derived_and_never_counts(claimed: str, derived: str, tmp_path: Path) -> None:
    report = told(tmp_path, dict([sop(1, f"{{{OLD}: [{claimed}]}}")]), ISO)
    rows = cast("tuple[ControlCoverageRow, ...]", report.table.rows)
    assert [(row.control, str(row.cover), row.derived) for row in rows if row.cover != "none"] == [
        (derived, "derived", (f"{claimed} ({OLD})",))
    ]
    assert table(report, "derived") == (DerivedCoverageRow(ISO, derived, OLD, claimed, False, "", ()),)
    assert report.percent == 0.0
    assert "controls that only a published mapping leads to: 1;" in report.notes[0]


def test_only_what_is_covered_derives_anything(tmp_path: Path) -> None:
    supporting = f"{{{OLD}: [{{id: A.9.2.2, strength: supporting}}]}}"
    draft = sop(2, f"{{{OLD}: [A.9.2.2]}}", status="draft")
    assert covers(tmp_path / "a", dict([sop(1, supporting), draft]), ISO) == {}
    found = covers(tmp_path / "b", dict([sop(1, f"{{{OLD}: [A.9.2.2]}}"), draft]), ISO)
    assert found == {"A.5.18": "derived"}


def test_the_other_way_round_all_that_went_into_it(tmp_path: Path) -> None:
    found = covers(tmp_path, dict([sop(1, "[A.5.18]")]), OLD)
    assert found == dict.fromkeys(("A.9.2.2", "A.9.2.5", "A.9.2.6"), "derived")


def test_nothing_of_2013_leads_to_what_is_new_in_2022(tmp_path: Path) -> None:
    every = [control.id for control in load_catalogue().get(OLD).controls]
    found = covers(tmp_path, dict([sop(1, f"{{{OLD}: [{', '.join(every)}]}}")]), ISO)
    new = {control.id for control in load_catalogue().get(ISO).controls if control.new}
    assert len(new) == 11
    assert set(found) == {control.id for control in load_catalogue().get(ISO).controls} - new
    assert set(found.values()) == {"derived"}


def test_the_crosswalk_to_nist_is_seen_whole(tmp_path: Path) -> None:
    every = [control.id for control in load_catalogue().get(ISO).controls]
    with ground(tmp_path, dict([sop(1, f"[{', '.join(every)}]")])) as found:
        derived = find_derived_coverage(found, NIST)
        some = compute_coverage(found, NIST)
    assert sum(len(pairs) for pairs in derived.values()) == 418
    assert len({pair.control for pairs in derived.values() for pair in pairs}) == 90
    assert {one.control.id for one in some if one.cover == "derived"} == set(derived)
    assert sum(pair.partial for pairs in derived.values() for pair in pairs) == sum(
        len(row.partial)
        for row in load_catalogue().mapping(ISO, NIST).rows  # type: ignore[union-attr] - it is there
    )


def test_one_framework_in_between_is_told(tmp_path: Path) -> None:
    report = told(tmp_path, dict([sop(1, f"{{{OLD}: [A.9.2.2]}}")]), NIST)
    row = next(row for row in cast("tuple[DerivedCoverageRow, ...]", table(report, "derived")) if row.control == "AC-2")
    assert row == DerivedCoverageRow(NIST, "AC-2", OLD, "A.9.2.2", False, ISO, ("A.5.18",))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "counted"),
    [
        (NIST, 300),
        (f"{NIST}:low", 149),
        (f"{NIST}:moderate", 287),
        (f"{NIST}:high", 370),
        ("iso27001-2022-clauses", 30),
        ("hipaa-security-rule", 71),
        (OLD, 114),
        ("nist-csf-2.0", 106),
    ],
)
def test_what_is_counted_of_a_framework(name: str, counted: int, tmp_path: Path) -> None:
    whole = cast("CoverageTotalRow", table(told(tmp_path, {}, name), "totals")[0])
    assert (whole.framework, whole.counted) == (name, counted)


def test_a_refinement_beyond_the_scope_is_shown_and_not_counted(tmp_path: Path) -> None:
    report = told(tmp_path, dict([sop(1, f"{{{NIST}: [AC-2(1)]}}")]), NIST)
    rows = {row.control: row for row in cast("tuple[ControlCoverageRow, ...]", report.table.rows)}
    assert (str(rows["AC-2(1)"].cover), rows["AC-2(1)"].counted, "AC-2(2)" in rows) == ("full", False, False)
    assert cast("CoverageTotalRow", table(report, "totals")[0]).counted == 300


@pytest.mark.parametrize(
    ("asked", "said", "hint"),
    [
        ("iso27001-202", "no framework `iso27001-202`", "did you mean `iso27001-2022`?"),
        ("zzz", "no framework `zzz`", "known: gdpr, "),
        (f"{NIST}:mid", f"{NIST} has no baseline `mid`", "known: high, low, moderate, privacy"),
        (f"{ISO}:low", f"{ISO} has no baseline `low`", f"write only `{ISO}`"),
    ],
)
def test_an_unknown_framework_is_refused(asked: str, said: str, hint: str, tmp_path: Path) -> None:
    with pytest.raises(SopkitError, match=re.escape(said)) as caught:
        told(tmp_path, {}, asked)
    assert caught.value.hint.startswith(hint)


def test_the_percent_is_that_of_the_framework_that_is_covered_least(tmp_path: Path) -> None:
    assert told(tmp_path, {}, ISO, "soc2-tsc-2017").percent == 0.0
    assert told(tmp_path, {}, ISO).percent == 1.0


POLICIES = """\
- {id: POL-1, title: Access, owner: security-lead, controls: {iso27001-2022: [A.5.15, A.5.18]}}
- {id: POL-2, title: Trial, controls: {iso27001-2022: [A.5.15]}}
- {id: POL-3, title: Paper, controls: {iso27001-2022: [A.5.18]}}
- {id: POL-4, title: No controls}
"""


def test_policies_that_nobody_carries_out(tmp_path: Path) -> None:
    files = dict(
        [
            sop(1, "[A.5.18]", policies="[POL-1, POL-4]"),
            sop(2, "[A.5.15]"),
            sop(3, "[A.5.15]", status="draft", policies="[POL-1, POL-2]"),
            sop(4, "{iso27001-2022: [{id: A.5.15, strength: supporting}]}", policies="[POL-1]"),
        ]
    )
    rows = told(tmp_path, files | {"registers/policies.yaml": POLICIES}, by="policy").table.rows
    assert [
        (row.policy, str(row.carried_out), row.owner, row.sops, row.planned, row.controls, row.covered, row.missing)
        for row in cast("tuple[PolicyRow, ...]", rows)
    ] == [
        ("POL-1", "partly", "Security lead", ("AC-001", "AC-004"), ("AC-003",), 2, 1, ("A.5.15",)),
        ("POL-2", "planned", "", (), ("AC-003",), 1, 0, ("A.5.15",)),
        ("POL-3", "nobody", "", (), (), 1, 0, ("A.5.18",)),
        ("POL-4", "wholly", "", ("AC-001",), (), 0, 0, ()),
    ]


def test_by_sop_and_by_owner(tmp_path: Path) -> None:
    files = dict([sop(1, "[A.5.18, A.5.15]"), sop(2, "[A.5.18]", owner="it-operations")])
    sops = cast("tuple[SopCoverageRow, ...]", told(tmp_path, files, by="sop").table.rows)
    assert [(row.sop, row.controls, row.alone) for row in sops] == [
        ("AC-001", ("A.5.15", "A.5.18"), ("A.5.15",)),
        ("AC-002", ("A.5.18",), ()),
    ]
    owners = cast("tuple[OwnerRow, ...]", told(tmp_path, files, by="owner").table.rows)
    assert [(row.owner, row.people, row.sops, row.covered, row.alone) for row in owners] == [
        ("it-operations", ("ben",), ("AC-002",), 1, 0),
        ("security-lead", ("ann",), ("AC-001",), 2, 1),
    ]


def test_the_picture_fits_a_terminal_and_has_a_mark_for_each_control(tmp_path: Path) -> None:
    every = load_catalogue().ids
    drawn = told(tmp_path, dict([sop(1, f"{{{ISO}: [A.5.18], {OLD}: [A.5.1.1]}}")]), *every).picture
    assert max(map(len, drawn.splitlines())) <= 80
    whole = told(tmp_path / "bare", {}, ISO).picture.splitlines()
    assert whole[0] == "ISO/IEC 27001:2022 Annex A: 1 of 93 covered, 1 %"
    assert whole[1:5] == [
        "  A.5  Organizational controls                · · · · · · · · · ·  1 of 37",
        "      A.5.11 …                                · · · · · · · █ · ·",
        "      A.5.21 …                                · · · · · · · · · ·",
        "      A.5.31 …                                · · · · · · ·",
    ]
    assert sum(line.count("·") + line.count("█") for line in whole[1:-2]) == 93


CONTROLS = ("A.5.15", "A.5.16", "A.5.18", "A.8.2")
CLAIM = st.tuples(st.sampled_from(CONTROLS), st.sampled_from(("full", "partial", "supporting")))
LIBRARY = st.lists(st.tuples(st.sampled_from(("active", "draft")), st.lists(CLAIM, max_size=3)), min_size=1, max_size=4)


def written(sops: list[tuple[str, list[tuple[str, str]]]], numbers: list[int]) -> dict[str, str]:
    files = {}
    for number, (status, claims) in zip(numbers, sops, strict=True):
        items = ", ".join(f"{{id: {control}, strength: {strength}}}" for control, strength in claims)
        files.update([sop(number, f"{{{ISO}: [{items}]}}", status=status)])
    return files


@pytest.mark.slow
@examples(5)
@given(LIBRARY, CLAIM, st.integers(0, 3), st.randoms())
def test_a_claim_more_never_lowers_and_names_and_order_change_nothing(
    tmp_path_factory: pytest.TempPathFactory,
    sops: list[tuple[str, list[tuple[str, str]]]],
    more: tuple[str, str],
    at: int,
    chance: random.Random,
) -> None:
    numbers = list(range(1, len(sops) + 1))
    before = told(tmp_path_factory.mktemp("a"), written(sops, numbers))
    grown = [(status, [*claims, more] if place == at else claims) for place, (status, claims) in enumerate(sops)]
    after = told(tmp_path_factory.mktemp("b"), written(grown, numbers))
    assert (after.percent or 0) >= (before.percent or 0)
    mixed = [number + 40 for number in numbers]
    chance.shuffle(mixed)
    renamed = told(tmp_path_factory.mktemp("c"), written(sops, mixed))
    rows = cast("tuple[tuple[ControlCoverageRow, ...], ...]", (before.table.rows, renamed.table.rows))
    assert [row.cover for row in rows[0]] == [row.cover for row in rows[1]]
    assert table(before, "totals") == table(renamed, "totals")
