"""`[[lint.paths]]`: rules that are off, on or of another weight for some files."""

from pathlib import Path

import pytest
from tests.build import AS_OF, PATH, REGISTERS, complete, library

from sopkit.library import load
from sopkit.lint.baseline import baseline_entries, baseline_text, read_baseline
from sopkit.lint.engine import LintOptions, LintReport, lint
from sopkit.lint.select import Profile
from sopkit.model.errors import SopkitError
from sopkit.model.finding import NO_BASELINE

OLD = "sops/legacy/ac-002-old.md"
STEPS = "## Procedure\n\n1. **IT operations**: Disable it.\n2. **Line manager**: Wipe it if necessary.\n3. **Asset owner**: End.\n"


def report(root: Path, config: str, **options: object) -> LintReport:
    files = {PATH: complete(STEPS), OLD: complete(STEPS, id="AC-002", title="Old")}
    asked = {"profile": Profile.AUDIT, "select": ("SOP207", "SOP017"), **options}
    return lint(library(root, files, config=config), LintOptions(**asked))  # type: ignore[arg-type] - as asked


def told(result: LintReport) -> list[tuple[str, str, str]]:
    return [(one.path, one.code, one.severity.value) for one in result.findings]


def setting(paths: str, *more: str) -> str:
    return "\n".join((f'[[lint.paths]]\npaths = ["{paths}"]', *more, ""))


HERE, THERE = (PATH, "SOP207", "warning"), (OLD, "SOP207", "warning")


@pytest.mark.parametrize(
    ("config", "expected"),
    [
        ("", [HERE, THERE]),
        (setting("sops/legacy/", 'ignore = ["bare-hedge"]'), [HERE]),
        (setting("sops/legacy/", 'ignore = ["SOP2"]'), [HERE]),
        (setting("legacy", 'ignore = ["sop207"]'), [HERE]),
        (setting("sops/legacy/", 'severity = {SOP207 = "info"}'), [HERE, (OLD, "SOP207", "info")]),
        (setting("sops/legacy/", 'severity = {SOP2 = "error"}'), [HERE, (OLD, "SOP207", "error")]),
        ('[lint.severity]\nSOP207 = "error"\n' + setting("legacy", 'severity = {SOP207 = "info"}'), [
            (PATH, "SOP207", "error"),
            (OLD, "SOP207", "info"),
        ]),
        (setting("sops/legacy/", 'severity = {SOP208 = "info"}'), [HERE, THERE]),
    ],
)  # fmt: skip
def test_rules_are_off_or_weigh_otherwise(config: str, expected: list[tuple[str, str, str]], tmp_path: Path) -> None:
    assert told(report(tmp_path, config)) == expected


OFF, ON = 'ignore = ["SOP207"]', 'extend_select = ["SOP207"]'


@pytest.mark.parametrize(
    ("settings", "paths"),
    [
        ([("sops/", OFF), ("sops/legacy/", ON)], [OLD]),
        ([("sops/legacy/", ON), ("sops/", OFF)], []),
        ([("sops/", ON), ("sops/legacy/", OFF)], [PATH]),
        ([("sops/", f"{OFF}\n{ON}")], []),
        ([("sops/", 'severity = {SOP207 = "info"}'), ("sops/legacy/", OFF)], [PATH]),
        ([("sops/", OFF), ("sops/legacy/", 'severity = {SOP207 = "info"}')], []),
    ],
)
def test_the_last_that_names_the_rule_decides(
    settings: list[tuple[str, str]], paths: list[str], tmp_path: Path
) -> None:
    config = '[lint]\nselect = ["SOP207"]\n' + "".join(setting(*one) for one in settings)
    assert [one.path for one in report(tmp_path, config, select=()).findings] == paths


def test_the_last_severity_decides(tmp_path: Path) -> None:
    config = setting("sops/", 'severity = {SOP207 = "error"}') + setting("legacy", 'severity = {SOP2 = "info"}')
    assert told(report(tmp_path, config)) == [(PATH, "SOP207", "error"), (OLD, "SOP207", "info")]


@pytest.mark.parametrize(
    ("options", "paths"),
    [
        ({}, [OLD]),
        ({"select": ("SOP101",)}, []),
        ({"ignore": ("SOP207",)}, []),
        ({"extend_select": ("SOP207",)}, [PATH, OLD]),
        ({"paths": ("sops/access-control",)}, []),
        ({"paths": ("sops/legacy",)}, [OLD]),
    ],
)
def test_a_rule_may_run_for_some_files_alone(options: dict[str, object], paths: list[str], tmp_path: Path) -> None:
    """The caller's own choice goes before it."""
    config = '[lint]\nselect = ["SOP101"]\n' + setting("sops/legacy/", ON)
    result = report(tmp_path, config, **{"select": (), **options})
    assert [one.path for one in result.findings] == paths


def test_registers_and_the_configuration_are_files_too(tmp_path: Path) -> None:
    rows = REGISTERS["registers/roles.yaml"].replace("{person: ann}", "{person: zoe}", 1)
    for config, count in (("", 1), (setting("registers/roles.yaml", 'ignore = ["SOP501"]'), 0)):
        found = lint(library(tmp_path, {"registers/roles.yaml": rows}, config=config), LintOptions(select=("SOP501",)))
        assert len(found.findings) == count
    late = '[[lint.ignores]]\npaths = ["a"]\ncode = "SOP207"\nreason = "gone"\n'
    assert [one.code for one in report(tmp_path, late).findings].count("SOP017") == 1
    quiet = late + setting("sopkit.toml", 'ignore = ["SOP017"]')
    assert [one.code for one in report(tmp_path, quiet).findings].count("SOP017") == 0


def test_a_setting_that_is_for_no_file_stands_in_the_configuration(tmp_path: Path) -> None:
    config = setting("sops/", OFF) + "\n" + setting("sops/legcy/", OFF)
    message = "[[lint.paths]] whose `paths` match no file; mend them, or delete the table"
    assert [(one.path, one.place.line, one.code, one.message) for one in report(tmp_path, config).findings] == [
        ("sopkit.toml", 5, "SOP017", message)
    ]
    assert report(tmp_path, config, paths=("sops",)).findings == ()
    assert report(tmp_path, setting("registers/", OFF)).findings[0].path == PATH


@pytest.mark.parametrize(
    ("config", "said"),
    [
        (setting("a", 'ignore = ["bare-hegde"]'), "sopkit.toml:1: lint.paths: no rule `bare-hegde`"),
        (
            "\n\n" + setting("a") + setting("b", 'extend_select = ["SOP999"]'),
            "sopkit.toml:5: lint.paths: no rule `SOP999`",
        ),
        (setting("a", 'severity = {x = "error"}'), "sopkit.toml:1: lint.paths: no rule `x`"),
        (setting("a", 'severity = {SOP207 = "off"}'), "sopkit.toml:3: lint.paths.0.severity.SOP207: "),
        (setting("a", 'select = ["SOP207"]'), "sopkit.toml:3: unknown key `lint.paths.0.select`"),
        ("[[lint.paths]]\nignore = []\n", "sopkit.toml:1: lint.paths.0.paths"),
        (setting("a/**/b/**/c/**/d/**/e"), "is no path pattern"),
    ],
)
def test_a_wrong_setting_is_told_with_its_line(config: str, said: str, tmp_path: Path) -> None:
    with pytest.raises(SopkitError) as caught:
        report(tmp_path, config)
    assert said in caught.value.message


def test_an_ignore_where_the_rule_is_off_is_not_judged(tmp_path: Path) -> None:
    text = complete(STEPS.replace("3. ", "<!-- sopkit: ignore SOP208 the vendor's word -->\n3. "))
    for config, codes in (("", ["SOP017"]), (setting("sops/", 'ignore = ["SOP208"]'), [])):
        shelf = library(tmp_path, {PATH: text}, config=config)
        found = lint(shelf, LintOptions(profile=Profile.AUDIT, ignore=("SOP207",)))
        assert [one.code for one in found.findings] == codes


def test_what_a_baseline_knows_where_the_rule_is_off_is_not_gone(tmp_path: Path) -> None:
    before = report(tmp_path, "", baseline=NO_BASELINE)
    entries = baseline_entries(before.findings, load(tmp_path, AS_OF).sources)
    known = read_baseline(baseline_text(entries).encode(), "known.txt")
    assert len(known.entries) == 2
    assert report(tmp_path, setting("sops/legacy/", OFF), baseline=known).findings == ()
