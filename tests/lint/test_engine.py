"""Which rules run, how much findings weigh, and what a path asks for."""

from pathlib import Path

import pytest
from tests.build import COMPLETE, PATH, complete, library

from sopkit.library import Library
from sopkit.lint.engine import LintOptions, LintReport, covers, lint
from sopkit.lint.rules import all_rules
from sopkit.lint.select import Profile, resolve
from sopkit.model.errors import SopkitError
from sopkit.model.finding import Finding, Severity

pytestmark = pytest.mark.slow

AUDIT = LintOptions(profile=Profile.AUDIT)
HEDGED = complete(
    "## Procedure\n\n1. **IT operations**: Act if needed.\n2. **Asset owner**: Check promptly.\n3. **Asset owner**: End.\n"
)
_PLAIN = str.maketrans({'"': "'", "\\": "/", "\n": " "})


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Library:
    return library(tmp_path_factory.mktemp("base"))


def codes(report: LintReport) -> list[str]:
    return [finding.code for finding in report.findings]


def hedged(root: Path, config: str = "", **options: object) -> list[str]:
    report = lint(library(root, {PATH: HEDGED}, config=config), LintOptions(**options))  # type: ignore[arg-type] - as asked
    return codes(report)


def test_a_finding_whole(tmp_path: Path) -> None:
    text = complete(owner="auditor")
    report = lint(library(tmp_path, {PATH: text}), AUDIT)
    at = text.index("auditor")
    assert report.findings == (
        Finding(
            path=PATH,
            place=report.findings[0].place,
            message="nobody holds the role `auditor` on 2026-11-24; name a holder in the register",
            code="SOP012",
            severity=Severity.ERROR,
        ),
    )
    place = report.findings[0].place
    assert (place.line, place.column, place.start, place.end) == (7, 8, at, at + 7)
    assert (report.checked, report.profile, report.fail_on, report.failed) == (1, Profile.AUDIT, Severity.WARNING, True)


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({}, ["SOP207", "SOP208"]),
        ({"profile": Profile.DRAFT}, []),
        ({"select": ("SOP2",)}, ["SOP207", "SOP208"]),
        ({"select": ("bare-hedge",)}, ["SOP207"]),
        ({"select": ("sop208",)}, ["SOP208"]),
        ({"ignore": ("SOP207",)}, ["SOP208"]),
        ({"ignore": ("SOP2",), "extend_select": ("SOP207",)}, []),
        ({"profile": Profile.DRAFT, "extend_select": ("vague-time",)}, ["SOP208"]),
        ({"select": ("ALL",)}, ["SOP207", "SOP208"]),
    ],
)
def test_rules_are_selected(options: dict[str, object], expected: list[str], tmp_path: Path) -> None:
    assert hedged(tmp_path, **options) == expected


@pytest.mark.parametrize(
    ("config", "expected"),
    [
        ('profile = "draft"', []),
        ('select = ["SOP208"]', ["SOP208"]),
        ('ignore = ["bare-hedge"]', ["SOP208"]),
        ('profile = "draft"\nextend_select = ["SOP207"]', ["SOP207"]),
    ],
)
def test_the_configuration_selects_rules(config: str, expected: list[str], tmp_path: Path) -> None:
    assert hedged(tmp_path, f"[lint]\n{config}\n") == expected


def test_a_flag_wins_over_the_configuration(tmp_path: Path) -> None:
    assert hedged(tmp_path, '[lint]\nselect = ["SOP208"]\n', select=("SOP207",)) == ["SOP207"]


def test_the_configuration_weighs_a_finding(tmp_path: Path) -> None:
    config = '[lint]\nfail_on = "info"\n[lint.severity]\nSOP2 = "info"\nvague-time = "error"\n'
    report = lint(library(tmp_path, {PATH: HEDGED}, config=config))
    assert [(one.code, one.severity) for one in report.findings] == [("SOP207", "info"), ("SOP208", "error")]
    assert report.fail_on is Severity.INFO


@pytest.mark.parametrize(
    ("status", "profile", "severity"),
    [
        ("draft", Profile.REVIEW, Severity.WARNING),
        ("active", Profile.REVIEW, Severity.ERROR),
        ("draft", Profile.AUDIT, Severity.WARNING),
    ],
)
def test_an_active_sop_is_judged_more_strictly(
    status: str, profile: Profile, severity: Severity, tmp_path: Path
) -> None:
    text = complete("## Scope\n\n[decide: scope]\n", status=status)
    report = lint(library(tmp_path, {PATH: text}), LintOptions(profile=profile))
    assert [(one.code, one.severity) for one in report.findings] == [("SOP103", severity)]


def test_an_audit_weighs_a_role_without_holder_as_an_error(tmp_path: Path) -> None:
    here = library(tmp_path, {PATH: complete(owner="auditor")})
    weights = [lint(here, LintOptions(profile=profile)).findings[0].severity for profile in Profile]
    assert weights == [Severity.WARNING, Severity.WARNING, Severity.WARNING, Severity.ERROR]


@pytest.mark.parametrize(
    ("token", "message", "hint"),
    [
        ("SOP999", "--select: no rule `SOP999`", "did you mean SOP"),
        ("bare-hege", "--select: no rule `bare-hege`", "did you mean bare-hedge? sopkit explain lists the rules"),
        ("missing-sections", "--select: no rule `missing-sections`", "did you mean missing-section? "),
        ("", "--select: no rule ``", "sopkit explain lists the rules"),
        ("SOP", None, None),
    ],
)
def test_an_unknown_rule_names_the_nearest(token: str, message: str | None, hint: str | None) -> None:
    if message is None:
        assert resolve(token, "--select") == set(all_rules())
        return
    with pytest.raises(SopkitError) as raised:
        resolve(token, "--select")
    assert raised.value.message == message
    assert raised.value.hint.startswith(hint or "")


def test_an_unknown_rule_of_the_configuration_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(SopkitError, match=r"sopkit\.toml: lint\.severity: no rule `SOP2O7`"):
        hedged(tmp_path, '[lint.severity]\nSOP2O7 = "info"\n')


@pytest.mark.parametrize(
    ("paths", "path", "expected"),
    [
        (None, "sops/a.md", True),
        ((), "sops/a.md", False),
        (("",), "sops/a.md", True),
        (("sops",), "sops/a.md", True),
        (("sops/a.md",), "sops/a.md", True),
        (("sops/a",), "sops/a.md", False),
        (("so",), "sops/a.md", False),
    ],
)
def test_a_path_covers_what_lies_below_it(paths: tuple[str, ...] | None, path: str, expected: bool) -> None:
    assert covers(paths, path) is expected


def test_a_path_is_judged_against_the_whole_library(tmp_path: Path) -> None:
    files = {PATH: complete(related="[AC-002, AC-003]"), "sops/ac-002-b.md": complete(id="AC-002", owner="nobody")}
    report = lint(library(tmp_path, files), LintOptions(paths=(PATH,)))
    assert ([(one.path, one.code) for one in report.findings], report.checked) == ([(PATH, "SOP501")], 1)


def test_what_is_wrong_in_one_file_leaves_the_others_judged(tmp_path: Path) -> None:
    files = {
        "sops/a.md": b"\xff",
        "sops/b.md": complete(id="AC-002", title="a: b"),
        "sops/ac-003.md": HEDGED.replace("AC-001", "AC-003"),
    }
    report = lint(library(tmp_path, files))
    assert [(one.path, one.code) for one in report.findings] == [
        ("sops/a.md", "SOP001"),
        ("sops/ac-003.md", "SOP207"),
        ("sops/ac-003.md", "SOP208"),
        ("sops/b.md", "SOP002"),
    ]


def test_findings_are_sorted_by_path_and_place(tmp_path: Path) -> None:
    files = {f"sops/ac-00{name}.md": HEDGED.replace("AC-001", f"AC-00{name}") for name in "312"}
    report = lint(library(tmp_path, files))
    assert [finding.sort_key for finding in report.findings] == sorted(one.sort_key for one in report.findings)
    assert len(report.findings) == 6


def test_a_clean_library_does_not_fail(base: Library) -> None:
    report = lint(base, AUDIT)
    assert (report.findings, report.ignored, report.failed) == ((), (), False)
    assert base.sops[0].source.data == COMPLETE.encode()


@pytest.mark.parametrize(
    "text",
    [
        ">" * 10_000,
        "> " * 10_000 + "x",
        "- " * 10_000,
        "[" * 10_000 + "](x)" * 10_000,
        "![" * 10_000,
        "*a _b " * 10_000,
        "`" * 10_001 + "a" + "``" * 5_000,
        "<" * 10_000,
        "<a" * 10_000,
        "&" * 10_000,
        "|" * 10_000 + "\n" + "|-" * 5_000,
        "#" * 10_000,
        "1. " * 10_000,
        "within " * 10_000,
        "if " * 10_000 + ",",
        "step 1 to " * 5_000,
        "{{ " * 10_000,
        "[decide: " * 10_000,
        "<script" * 5_000,
        "<script>" * 2_000,
        "on" + "a" * 10_000 + "=",
        "A " * 10_000 + ": x",
        "password: " * 3_000,
        "A.5.1-" * 3_000,
        "a. x\n" * 3_000,
        "\n".join(f"## {'I' * 50}. Purpose" for _ in range(500)),
    ],
    ids=lambda text: text[:12].strip(),
)
def test_a_hostile_text_does_not_hang_a_rule(text: str, base: Library) -> None:
    bodies = f"## Procedure\n\n1. {text}\n\n## Roles\n\n- {text}\n\n## References\n\n{text}\n"
    for document in (
        complete(bodies),
        complete(title=f'"{text[:5000].translate(_PLAIN)}"'),
        f"---\n{text}\n---\n{text}",
    ):
        assert lint(base.with_texts({PATH: document.encode()}), AUDIT).checked == 1
