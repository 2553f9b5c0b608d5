"""Ignores: a decision with a reason takes a finding out, and one that does nothing is told."""

from pathlib import Path

import pytest
from tests.build import PATH, complete, library

from sopkit.lint.engine import LintOptions, LintReport, lint
from sopkit.lint.select import Profile

HEDGE = "2. **IT operations**: Wipe the laptop if necessary.\n"


def report(root: Path, text: str, config: str = "", **options: object) -> LintReport:
    return lint(library(root, {PATH: text}, config=config), LintOptions(profile=Profile.AUDIT, **options))  # type: ignore[arg-type] - as asked


def shown(result: LintReport) -> list[tuple[str, str]]:
    return [(finding.code, finding.message) for finding in result.findings]


def procedure(between: str, hedge: str = HEDGE) -> str:
    return complete(
        f"## Procedure\n\n1. **IT operations**: Disable the account.\n{between}{hedge}3. **IT operations**: End.\n"
    )


@pytest.mark.parametrize(
    ("between", "hedge"),
    [
        ("", HEDGE.replace(".\n", ". <!-- sopkit: ignore SOP207 kept on purpose -->\n")),
        ("", HEDGE.replace(".\n", ". <!--sopkit:ignore bare-hedge kept on purpose-->\n")),
        ("<!-- sopkit: ignore SOP207 kept on purpose -->\n", HEDGE),
        ("\n<!-- sopkit: ignore sop207\nkept on\npurpose -->\n\n", HEDGE),
    ],
    ids=["same-line", "by-name", "line-above", "block-above"],
)
def test_a_comment_covers_its_line_and_the_next_block(between: str, hedge: str, tmp_path: Path) -> None:
    result = report(tmp_path, procedure(between, hedge))
    assert (shown(result), [(one.code, " ".join((one.ignored or "").split())) for one in result.ignored]) == (
        *([], [("SOP207", "kept on purpose")]),
    )


def test_a_comment_in_yaml_covers_its_line_and_the_next(tmp_path: Path) -> None:
    text = complete().replace("owner: security-lead", "# sopkit: ignore SOP012 the auditor comes back\nowner: auditor")
    assert shown(report(tmp_path / "a", text)) == []
    text = complete(owner="auditor # sopkit: ignore SOP012 comes back")
    assert shown(report(tmp_path / "b", text)) == []


def test_a_comment_in_a_register_counts(tmp_path: Path) -> None:
    rows = "# sopkit: ignore SOP501 she starts on Monday\n- {id: a, holders: [{person: zoe}]}\n- {id: security-lead, holders: [{person: ann}]}\n"
    rows += "- {id: it-operations, title: IT operations}\n- {id: line-manager, title: Line manager}\n- {id: asset-owner, title: Asset owner}\n"
    result = lint(library(tmp_path, {"registers/roles.yaml": rows}), LintOptions(profile=Profile.AUDIT))
    assert (shown(result), [one.code for one in result.ignored]) == ([], ["SOP501"])


@pytest.mark.parametrize(
    ("comment", "said"),
    [
        ("SOP207", "ignore of SOP207 without a reason does not count; say why behind the code"),
        ("SOP2O7 because", "ignore of `SOP2O7`, which is no rule; sopkit explain lists the rules"),
        ("", "ignore of ``, which is no rule; sopkit explain lists the rules"),
        ("SOP208 because", "ignore of SOP208 matches nothing; delete it"),
    ],
)
def test_an_ignore_that_does_nothing_is_told(comment: str, said: str, tmp_path: Path) -> None:
    result = report(tmp_path, procedure(f"<!-- sopkit: ignore {comment} -->\n"))
    assert [one.code for one in result.findings] == ["SOP017", "SOP207"]
    assert result.findings[0].message == said


def test_an_ignore_in_code_is_no_ignore(tmp_path: Path) -> None:
    text = complete(
        "## Inputs\n\n`<!-- sopkit: ignore SOP207 why -->`\n\n```\n<!-- sopkit: ignore SOP207 why -->\n```\n"
    )
    assert shown(report(tmp_path, text)) == []


def test_an_ignore_of_a_rule_that_does_not_run_is_not_judged(tmp_path: Path) -> None:
    assert shown(report(tmp_path, procedure("<!-- sopkit: ignore SOP207 why -->\n"), ignore=("SOP207",))) == []


CONFIGURED = '[[lint.ignores]]\npaths = ["sops/**"]\ncode = "bare-hedge"\nreason = "rewritten by June"\n'


@pytest.mark.parametrize(
    ("more", "codes"),
    [("", []), ("until = 2026-11-24\n", []), ("until = 2026-11-23\n", ["SOP017", "SOP207"])],
)
def test_an_ignore_of_the_configuration_holds_until_its_day(more: str, codes: list[str], tmp_path: Path) -> None:
    result = report(tmp_path, procedure(""), CONFIGURED + more)
    assert [one.code for one in result.findings] == codes


def test_an_ignore_of_the_configuration_that_matches_nothing_stands_in_it(tmp_path: Path) -> None:
    result = report(tmp_path, complete(), CONFIGURED)
    assert [(one.code, one.path, one.place.line, one.message) for one in result.findings] == [
        ("SOP017", "sopkit.toml", 1, "ignore of SOP207 matches nothing; delete it")
    ]
    assert report(tmp_path, complete(), CONFIGURED, paths=(PATH,)).findings == ()


def test_the_second_ignore_of_the_configuration_has_its_own_line(tmp_path: Path) -> None:
    config = CONFIGURED + "\n" + CONFIGURED.replace("bare-hedge", "SOP208")
    result = report(tmp_path, procedure(""), config)
    assert [(one.code, one.path, one.place.line) for one in result.findings] == [("SOP017", "sopkit.toml", 6)]
