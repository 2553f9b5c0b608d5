"""Mending: only what the finding names, every other byte kept, nothing half-written."""

from pathlib import Path

import pytest
from tests.build import PATH, complete, example_library, library

from sopkit.authoring.fix import apply_fixes, find_stable_state, fix_findings, fixes_diff, fixes_summary
from sopkit.library import Library
from sopkit.lint.engine import LintOptions, lint
from sopkit.lint.rule import Rule
from sopkit.lint.rules import all_rules
from sopkit.lint.select import Profile
from sopkit.model.finding import Edit, Fix, FixClass

pytestmark = pytest.mark.slow

AUDIT = LintOptions(profile=Profile.AUDIT)
LONG = complete(review_every="3 years")


def mended(here: Library, *, meaning: bool = True) -> str:
    return fix_findings(here, AUDIT, meaning=meaning).library.by_path[PATH].source.data.decode()


@pytest.mark.parametrize(
    ("overlay", "old", "new"),
    [
        ("---\nreview_every: 3 years\n---\n", "review_every: 3 years", "review_every: 12 months"),
        ("---\nreview_every: '3 years'\n---\n", "review_every: '3 years'", "review_every: 12 months"),
        ("---\ncontrols:\n  iso27001-2022: [A.9.2.2]\n---\n", "[A.9.2.2]", "[A.5.18]"),
        ("---\ntime_limits:\n  other: P1D\n---\n", "  other: P1D\n", "  within-4-hours: PT4H\n  other: P1D\n"),
        ("## Scope\n\nAll <b onclick=x>staff</b>.\n", "<b onclick=x>", "<b>"),
        ("## Scope\n\nAll <script>x()</script> staff.\n", "<script>x()</script>", ""),
        ("## Scope\n\nAll [staff](javascript:x).\n", "[staff](javascript:x)", "staff"),
        (
            "---\ncontrols:\n  iso27001-2022: [A.5.18, A.5.15]\n---\n",
            "A.5.18 Access rights\n",
            "A.5.18 Access rights\n- ISO/IEC 27001:2022 A.5.15 Access control\n",
        ),
    ],
)  # fmt: skip
@pytest.mark.parametrize("end", ["\n", "\r\n"], ids=["lf", "crlf"])
def test_only_what_is_wrong_changes(overlay: str, old: str, new: str, end: str, tmp_path: Path) -> None:
    text = complete(overlay).replace("\n", end)
    old, new = old.replace("\n", end), new.replace("\n", end)
    assert text.count(old) == 1
    here = library(tmp_path, {PATH: text})
    assert mended(here) == text.replace(old, new)
    assert fix_findings(here, AUDIT, meaning=True).report.findings == ()


@pytest.mark.parametrize(
    ("without", "line"),
    [
        (("id",), "id: AC-001\n"),
        (("title",), "title: Grant access\n"),
        (("version",), 'version: "0.1"\n'),
        (("area",), "area: access-control\n"),
        (("criticality",), "criticality: medium\n"),
    ],
)
@pytest.mark.parametrize("end", ["\n", "\r\n"], ids=["lf", "crlf"])
def test_a_key_with_an_obvious_value_is_added(without: tuple[str, ...], line: str, end: str, tmp_path: Path) -> None:
    text = complete(without=without).replace("\n", end)
    line = line.replace("\n", end)
    assert mended(library(tmp_path, {PATH: text})) == text.replace(f"{end}---{end}", f"{end}{line}---{end}", 1)


@pytest.mark.parametrize("name", ["Purpose", "Scope", "Roles", "Inputs", "Procedure", "References"])
@pytest.mark.parametrize("end", ["\n", "\r\n"], ids=["lf", "crlf"])
def test_a_stub_stands_in_its_place(name: str, end: str, tmp_path: Path) -> None:
    text = complete(without=(name,)).replace("\n", end)
    done = fix_findings(library(tmp_path, {PATH: text}), AUDIT, meaning=True)
    new = done.files[PATH][1].decode()
    stub = f"## {name}{end}{end}[decide: {name.lower()}]{end}"
    assert stub in new
    assert new.replace(stub, "").replace(end, "") == text.replace(end, "")
    assert [one.code for one in done.report.findings] == ["SOP103"]
    names = [section.names[0] for section in done.library.sops[0].body.sections if section.names[0] != "Records"]
    assert names == ["Purpose", "Scope", "Roles", "Inputs", "Procedure", "References"]


@pytest.mark.parametrize(
    "rule", [rule for rule in all_rules().values() if rule.fix is FixClass.MATERIAL], ids=lambda rule: rule.name
)
def test_the_fix_of_a_rule_leaves_nothing_but_stubs(rule: Rule, tmp_path: Path) -> None:
    here, _ = example_library(tmp_path, rule.bad)
    done = fix_findings(here, AUDIT, meaning=True)
    assert done.applied
    assert {one.code for one in done.report.findings} <= {"SOP103"}
    assert fix_findings(done.library, AUDIT, meaning=True).applied == 0


def test_an_active_sop_is_shown_and_left(tmp_path: Path) -> None:
    done = fix_findings(library(tmp_path, {PATH: LONG}), AUDIT)
    assert (done.files, done.applied, [one.code for one in done.withheld]) == ({}, 0, ["SOP009"])
    draft = complete(review_every="3 years", status="draft")
    done = fix_findings(library(tmp_path, {PATH: draft}), AUDIT)
    assert (list(done.files), done.applied, done.withheld, done.report.findings) == ([PATH], 1, (), ())


def test_the_difference_is_a_unified_diff(tmp_path: Path) -> None:
    done = fix_findings(library(tmp_path, {PATH: LONG.rstrip("\n")}), AUDIT, meaning=True)
    assert fixes_diff(done).splitlines()[:2] == [f"--- a/{PATH}", f"+++ b/{PATH}"]
    assert "-review_every: 3 years\n+review_every: 12 months\n" in fixes_diff(done)


def test_edits_that_meet_wait_for_each_other() -> None:
    fixes = [Fix("a", (Edit(0, 1, "A"),)), Fix("b", (Edit(1, 2, "B"),)), Fix("c", (Edit(3, 3, "C"), Edit(5, 6, "D")))]
    assert apply_fixes(b"abcdef", fixes) == (b"AbcCdeD", 2)


def test_an_open_fence_is_not_filled_with_stubs(tmp_path: Path) -> None:
    text = complete(without=("References",)) + "\n```\n"
    here = library(tmp_path, {PATH: text})
    assert [one.code for one in lint(here, AUDIT).findings] == ["SOP111"]
    assert mended(here) == text


def go(steps: dict[str, str], weights: dict[str, int]) -> str:
    return find_stable_state("a", steps.get, str, lambda state: weights.get(state, 0))


def test_passes_end_where_nothing_follows() -> None:
    assert go({}, {}) == "a"
    assert go({"a": "b", "b": "c"}, {"c": 9}) == "c"


def test_passes_that_come_back_end_with_the_lightest_of_the_circle() -> None:
    assert go({"a": "a"}, {"a": 1}) == "a"
    assert go({"a": "b", "b": "c", "c": "b"}, {"a": 0, "b": 2, "c": 1}) == "c"
    assert go({"a": "b", "b": "c", "c": "b"}, {"a": 0, "b": 1, "c": 1}) == "b"


def test_passes_without_end_stop_at_the_twelfth() -> None:
    seen: list[int] = []

    def grow(state: int) -> int:
        seen.append(state)
        return state + 1

    assert find_stable_state(0, grow, int, lambda state: -state) == 12
    assert seen == list(range(12))


DRAFT = complete(status="draft", owner="securty-lead", review_every="3 years")


def test_a_suggestion_waits_to_be_asked_for(tmp_path: Path) -> None:
    here = library(tmp_path, {PATH: DRAFT})
    done = fix_findings(here, AUDIT)
    assert (done.applied, [one.code for one in done.suggested]) == (1, ["SOP012"])
    assert fixes_summary(done) == "mended 1 in 1 file; 1 suggestion left alone (--unsafe)"
    done = fix_findings(here, AUDIT, unsafe=True)
    assert done.library.by_path[PATH].source.data.decode() == complete(status="draft", review_every="12 months")
    assert (done.applied, done.suggested, fixes_summary(done)) == (2, (), "mended 2 in 1 file")


@pytest.mark.parametrize("status", ["active", "Active", "actve"])
def test_a_suggestion_for_a_text_in_force_is_asked_for_twice(status: str, tmp_path: Path) -> None:
    here = library(tmp_path, {PATH: complete(status=status, owner="securty-lead")})
    done = fix_findings(here, AUDIT, unsafe=True)
    assert (done.files, done.applied) == ({}, 0)
    assert "SOP012" in [one.code for one in done.withheld]
    assert fixes_summary(done) == f"mended 0 in 0 files; {len(done.withheld)} in active SOPs left alone (--meaning)"
    done = fix_findings(here, AUDIT, unsafe=True, meaning=True)
    assert (done.files[PATH][1].decode(), done.report.findings) == (complete(), ())


def test_a_register_is_mended_where_the_finding_stands(tmp_path: Path) -> None:
    risks = "# ours\r\n- {id: RSK-001, ownr: security-lead}\r\n- {id: RSK-002, owner: securty-lead}\r\n"
    here = library(tmp_path, {PATH: complete(risks="[RSK-002]"), "registers/risks.yaml": risks})
    done = fix_findings(here, AUDIT, unsafe=True)
    right = risks.replace("ownr", "owner").replace("securty", "security")
    assert done.files == {"registers/risks.yaml": (risks.encode(), right.encode())}
    assert done.report.findings == ()
    assert here.registers["risks"].source.data == risks.encode()
