"""SOP009: ceilings by criticality, and units that only look longer."""

from pathlib import Path

import pytest
from tests.build import PATH, complete, library

from sopkit.lint.engine import LintOptions, lint

HIGH = ["`7 months` is over the ceiling of 6 months for high criticality"]
MEDIUM = ["`13 months` is over the ceiling of 12 months for medium criticality"]


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        ({"criticality": "high", "review_every": "6 months"}, []),
        ({"criticality": "high", "review_every": "7 months"}, HIGH),
        ({"criticality": "medium", "review_every": "1 year"}, []),
        ({"criticality": "medium", "review_every": "13 months"}, MEDIUM),
        ({"criticality": "", "review_every": "7 months"}, []),
        ({"criticality": "", "review_every": "13 months"}, MEDIUM),
        ({"criticality": "low", "review_every": "P12M"}, []),
    ],
)
def test_ceilings(keys: dict[str, str], expected: list[str], tmp_path: Path) -> None:
    findings = lint(library(tmp_path, {PATH: complete(**keys)}), LintOptions(select=("SOP009",))).findings
    assert [one.message for one in findings] == expected
