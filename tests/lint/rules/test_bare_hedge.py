"""SOP207: where a hedge leaves a decision open, and where the words below it say when."""

from pathlib import Path

import pytest
from tests.build import PATH, complete, library
from tests.lint.rules.found import found

from sopkit.lint.engine import LintOptions, lint
from sopkit.model.finding import Severity

pytestmark = pytest.mark.slow


@pytest.mark.parametrize(
    ("procedure", "hedges"),
    [
        ("1. Wipe the laptop if necessary.\n", ["if necessary"]),
        ("Wipe the laptop if needed.\n", ["if needed"]),
        ("**Wipe** the laptop as required.\n", ["as required"]),
        ("| # | Who | Task |\n|--|--|--|\n| 1 | HR | Wipe it, where\\* applicable |\n", []),
        ("| # | Who | Task |\n|--|--|--|\n| 1 | HR | Wipe it where applicable |\n", ["where applicable"]),
        ("| Activity | When Required |\n|--|--|\n| Call | for new vendors |\n", []),
        ("### Step 1: Roll back (if needed)\n\n- Roll back when a check fails.\n", []),
        ("**Step 1: Review (as needed)**\n\n- Review new vendors.\n", []),
        ("1. Sign, if required by the contract.\n", []),
        ("1. More can be added when needed.\n", []),
        ("1. Tell the vendor, so that it may escalate as needed.\n", []),
        ("1. If required, you can keep a copy.\n", []),
        ("1. If required, keep a copy, which can be long.\n", ["If required"]),
        ("1. You can wait, then wipe it as required.\n", ["as required"]),
        ("1. Ask as many people as needed.\n", []),
        ("1. Read the log, and restart it if needed.\n", ["if needed"]),
        ("1. Add a rule, and repeat the steps as required.\n", []),
        ("- As needed - the officer asks for one.\n", []),
        ("- As needed: the officer asks for one.\n", []),
        ("- As needed ask for one - at once.\n", ["As needed"]),
        ("1. List the snapshots (if applicable).\n", []),
        ("1. List the snapshots, if applicable, and go on.\n", []),
        ("1. List the snapshots, if applicable\n", []),
        ("1. List the snapshots if applicable, and go on.\n", ["if applicable"]),
        ("1. List the snapshots, if applicable today.\n", ["if applicable"]),
        ("1. List the snapshots (if necessary).\n", ["if necessary"]),
    ],
)
def test_hedges(procedure: str, hedges: list[str], tmp_path: Path) -> None:
    assert found(tmp_path, "SOP207", f"## Procedure\n\n{procedure}") == hedges


@pytest.mark.parametrize(
    ("procedure", "severity"),
    [
        ("1. Wipe the laptop if needed.\n", Severity.WARNING),
        ("1. Wipe the laptop.\n   1. Wipe it again if needed.\n", Severity.WARNING),
        ("1. Wipe the laptop.\n\nThen wipe the phone if needed.\n", Severity.INFO),
        ("Wipe the phone if needed.\n\n1. Wipe the laptop.\n", Severity.INFO),
    ],
)
def test_outside_of_steps_it_is_an_info(procedure: str, severity: Severity, tmp_path: Path) -> None:
    here = library(tmp_path, {PATH: complete(f"## Procedure\n\n{procedure}")})
    assert [each.severity for each in lint(here, LintOptions(select=("SOP207",))).findings] == [severity]
