"""SOP403, SOP405, SOP407 and SOP408: what the statement of applicability and sopkit.toml promise, against the SOPs."""

from pathlib import Path

import pytest
from tests.build import PATH, complete, library

from sopkit.lint.engine import LintOptions, lint

pytestmark = pytest.mark.slow

SOA = "registers/soa.yaml"
OTHER = "sops/access-control/ac-002.md"


def told(root: Path, code: str, files: dict[str, str], config: str = "") -> list[tuple[str, int, str]]:
    """File, line and first word of the message of each finding of a rule."""
    found = lint(library(root, files, config=config), LintOptions(select=(code,))).findings
    return [(one.path, one.place.line, one.message.split()[0]) for one in found]


def soa(*rows: str) -> str:
    return "".join(f"- {{{row}}}\n" for row in rows)


EXCLUDED = soa("control: A.5.15, applicable: true", "control: A.5.18, applicable: false")
STEP = "## Procedure\n\n1. **IT operations**: Grant the access.\n   - Control: %s\n"


@pytest.mark.parametrize(
    ("text", "rows", "found"),
    [
        (complete(), EXCLUDED, [(PATH, 13, "A.5.18")]),
        (complete(), EXCLUDED.replace("A.5.18", "ISO 27001:2022 A.5.18"), [(PATH, 13, "A.5.18")]),
        (complete("---\ncontrols:\n  iso27001-2022: [A.5.15-18]\n---\n"), EXCLUDED, [(PATH, 13, "A.5.18")]),
        (complete(STEP % "A.5.18", without=("controls",)), EXCLUDED, [(PATH, 47, "A.5.18")]),
        (complete(STEP % "A.5.15", without=("controls",)), EXCLUDED, []),
        (complete(STEP % "5.18", without=("controls",)), EXCLUDED, [(PATH, 47, "A.5.18")]),
        (complete("---\ncontrols: [A.5.18]\n---\n"), EXCLUDED, [(PATH, 12, "A.5.18")]),
        (complete(STEP % "CC6.2", without=("controls",)), EXCLUDED, []),
        (complete("---\ncontrols:\n  iso27001-2022: [A.5.15]\n---\n"), EXCLUDED, []),
        (complete("---\ncontrols:\n  iso27001-2022: [A.5.16]\n---\n"), EXCLUDED, []),
        (complete(status="draft"), EXCLUDED, [(PATH, 13, "A.5.18")]),
        (complete(status="retired"), EXCLUDED, []),
        (complete(), "", []),
        (complete(), soa("control: A.5.18, applicable: maybe"), []),
        (complete(), EXCLUDED + EXCLUDED, []),
        (complete(), soa("control: X.1, applicable: false"), []),
    ],
)
def test_a_claim_against_the_statement(text: str, rows: str, found: list[tuple[str, int, str]], tmp_path: Path) -> None:
    assert told(tmp_path, "SOP403", {PATH: text, SOA: rows}) == found


OPEN = soa("control: A.5.18, applicable: true", "control: A.8.13, applicable: true")
MISSING = [(SOA, 2, "A.8.13")]
ACTION = "- {id: ACT-1, controls: {iso27001-2022: [%s]}%s}\n"


@pytest.mark.parametrize(
    ("files", "found"),
    [
        ({}, MISSING),
        ({OTHER: complete("---\nid: AC-002\ncontrols:\n  iso27001-2022: [A.8.13]\n---\n")}, []),
        ({OTHER: complete("---\nid: AC-002\nstatus: trial\ncontrols:\n  iso27001-2022: [A.8.13]\n---\n")}, MISSING),
        ({OTHER: complete("---\nid: AC-002\nstatus: actve\ncontrols:\n  iso27001-2022: [A.8.13]\n---\n")}, []),
        ({OTHER: "---\nid: [\n---\n"}, []),
        ({PATH: complete("## References\n\n- ISO 27001:2022 A.5.18\n- ISO 27001:2022 A.8.13\n")}, []),
        ({PATH: complete(status="trial")}, []),
        ({"registers/actions.yaml": ACTION % ("A.8.13", "")}, []),
        ({"registers/actions.yaml": ACTION % ("A.8.12-14", "")}, []),
        ({"registers/actions.yaml": ACTION % ("{id: A.8.13, strength: partial}", "")}, []),
        ({"registers/actions.yaml": ACTION % ("A.8.14", "")}, MISSING),
        ({"registers/actions.yaml": ACTION % ("A.8.13", ", done: 2026-11-24")}, MISSING),
        ({"registers/actions.yaml": ACTION % ("A.8.13", ", done: 2026-11-25")}, []),
        ({SOA: soa("control: A.8.13, applicable: false")}, []),
        ({SOA: soa("control: A.8.13, procedure: false")}, []),
        ({SOA: soa("control: A.8.13")}, []),
        ({SOA: soa("control: A.8.13, reason: data are lost without it")}, [(SOA, 1, "A.8.13")]),
        ({SOA: ""}, []),
        ({SOA: OPEN + "- {control: A.8.14, unknown: x}\n"}, []),
    ],
)
def test_an_applicable_control_that_nobody_carries_out(
    files: dict[str, str], found: list[tuple[str, int, str]], tmp_path: Path
) -> None:
    assert told(tmp_path, "SOP405", {PATH: complete(), SOA: OPEN, **files}) == found


AREAS = '[areas.access-control]\nreview_every = "6 months"\n\n[areas.backup-recovery]\nreview_every = "6 months"\n'


@pytest.mark.parametrize(
    ("files", "found"),
    [
        ({}, [("sopkit.toml", 4, "area")]),
        ({OTHER: complete("---\nid: BK-001\narea: backup-recovery\n---\n")}, []),
        (
            {OTHER: complete("---\nid: BK-001\narea: backup-recovery\nstatus: draft\n---\n")},
            [("sopkit.toml", 4, "area")],
        ),
        ({OTHER: complete("---\nid: BK-001\narea: backup-recovery\nstatus: actve\n---\n")}, []),
        ({OTHER: "---\nid: [\n---\n"}, []),
        ({PATH: complete(status="draft")}, []),
    ],
)
def test_an_area_that_has_nothing_in_force(
    files: dict[str, str], found: list[tuple[str, int, str]], tmp_path: Path
) -> None:
    assert told(tmp_path, "SOP407", {PATH: complete(), **files}, AREAS) == found


@pytest.mark.parametrize(("controls", "count"), [("A.8.1-12", 0), ("A.8.1-13", 1), ("A.8.1-12, A.8.12", 0)])
def test_more_than_twelve_controls_of_one_framework(controls: str, count: int, tmp_path: Path) -> None:
    text = complete(f"---\ncontrols:\n  iso27001-2022: [{controls}]\n  soc2-tsc-2017: [CC6.2]\n---\n")
    assert len(told(tmp_path, "SOP406", {PATH: text})) == count


def promise(reason: str, more: str = "") -> str:
    return f"- control: A.5.18\n  applicable: true\n  reason: {reason}\n{more}"


@pytest.mark.parametrize(
    ("reason", "limits", "message"),
    [
        ("we promise it within 4 hours", "{grant: PT4H}", ""),
        ("we promise it within four hours", "{grant: 240 minutes}", ""),
        ("contracts promise it within 4 hours", "{grant: PT4H}", ""),
        ("contracts promise it within 4 hours", "{a: {limit: PT4H, source: policy}, b: {limit: PT4H, source: contract}}", ""),
        ("a law or contract demands it within 4 hours", "{grant: {limit: PT4H, source: law}}", ""),
        ("it may take 4 hours", "{grant: PT8H}", ""),
        ("we promise it within 4 hours", "{grant: PT24H}", "no time limit of AC-001 has that length"),
        ("we promise it within 4 hours", "{}", "no time limit of AC-001 has that length"),
        ("contracts promise it within 4 hours", "{grant: {limit: PT4H, source: policy}}",
         "`grant` of AC-001 has `source: policy`, not contract"),
        ("the law gives it within 1 month", "{grant: {limit: P1M, source: contract}}",
         "`grant` of AC-001 has `source: contract`, not law"),
    ],
)  # fmt: skip
def test_a_promise_of_the_statement_is_kept_by_an_sop(reason: str, limits: str, message: str, tmp_path: Path) -> None:
    files = {PATH: complete(time_limits=limits), SOA: promise(reason)}
    found = lint(library(tmp_path, files), LintOptions(select=("SOP408",))).findings
    assert [(one.path, one.place.line, one.message.partition(", but ")[2].partition(";")[0]) for one in found] == (
        [(SOA, 3, message)] if message else []
    )


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        (complete(status="draft"), promise("we promise it within 8 hours")),
        (complete(without=("controls",)), promise("we promise it within 8 hours")),
        (complete(), promise("we promise it within 8 hours").replace("true", "false")),
        (complete(), "- control: A.5.15\n  applicable: true\n  reason: we promise it within 8 hours\n"),
    ],
)
def test_a_promise_that_no_active_sop_claims_is_not_compared(text: str, rows: str, tmp_path: Path) -> None:
    assert told(tmp_path, "SOP408", {PATH: text, SOA: rows}) == []


def test_one_of_several_sops_keeps_the_promise(tmp_path: Path) -> None:
    other = complete(id="AC-002", time_limits="{grant: PT8H}")
    files = {PATH: complete(), OTHER: other, SOA: promise("we promise it within 8 hours")}
    assert told(tmp_path, "SOP408", files) == []
    files[OTHER] = complete(id="AC-002", time_limits="{grant: PT9H}")
    assert told(tmp_path / "both", "SOP408", files) == [(SOA, 3, "A.5.18")]
