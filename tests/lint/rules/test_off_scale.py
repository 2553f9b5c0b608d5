"""SOP511: ratings of rows in force against the scales of the configuration."""

from pathlib import Path

import pytest
from tests.build import library

from sopkit.lint.engine import LintOptions, lint

RISK = "registers/risks.yaml"
VENDOR = "registers/vendors.yaml"


def said(tmp_path: Path, files: dict[str, str]) -> list[str]:
    return [one.message for one in lint(library(tmp_path, files), LintOptions(select=("SOP511",))).findings]


@pytest.mark.parametrize(
    ("path", "row", "messages"),
    [
        (RISK, "likelihood: often", ["`often` is no likelihood of `[scales]`; write one of rare, unlikely, possible, likely, certain"]),
        (RISK, "impact: Severe", ["`Severe` is no impact of `[scales]`; did you mean `severe`?"]),
        (RISK, "residual: lo", ["`lo` is no residual of `[scales]`; did you mean `low`?"]),
        (RISK, "residual: low, likelihood: rare, impact: minor", []),
        (RISK, "impact: ''", []),
        (RISK, "likelihood: often, closed: 2026-01-01", []),
        (RISK, "likelihood: '[decide: how likely]'", []),
        (VENDOR, "tier: 4", ["`4` is no tier of `[scales]`; write one of 1, 2, 3"]),
        (VENDOR, "tier: 3", []),
    ],
)  # fmt: skip
def test_a_rating_is_on_its_scale(path: str, row: str, messages: list[str], tmp_path: Path) -> None:
    assert said(tmp_path, {path: f"- {{id: R, title: a row, {row}}}\n"}) == messages


def test_the_scale_is_that_of_the_library_and_an_empty_one_lets_any_text_stand(tmp_path: Path) -> None:
    config = "sopkit.toml", '[scales]\nlikelihood = ["1", "2"]\nresidual = []\n'
    row = "- {id: R, title: a row, likelihood: 3, residual: not much}\n"
    assert said(tmp_path, dict([config, (RISK, row)])) == ["`3` is no likelihood of `[scales]`; write one of 1, 2"]


def test_a_rating_that_resembles_none_has_no_fix(tmp_path: Path) -> None:
    rows = "- {id: A, likelihood: Likely}\n- {id: B, likelihood: now and then}\n- {id: C}\n"
    findings = lint(library(tmp_path, {RISK: rows}), LintOptions(select=("SOP511",))).findings
    assert [one.fix.label if one.fix else None for one in findings] == ["write `likely`", None]
