"""SOP218: which lengths of time are limits, which are listed, and the entry that a fix adds."""

from pathlib import Path

import pytest
from tests.lint.rules.found import found, mended

pytestmark = pytest.mark.slow


@pytest.mark.parametrize(
    ("text", "limits"),
    [
        ("Disable the account within 2 days.", ["within 2 days"]),
        ("If you leave within 120 days of a review, write one.", []),
        ("If nobody answers within 15 minutes, page the lead.", ["within 15 minutes"]),
        ("If it failed, restore it within 2 hours.", ["within 2 hours"]),
    ],
)
def test_limits(text: str, limits: list[str], tmp_path: Path) -> None:
    steps = f"1. **HR**: Report it.\n2. **HR**: {text}\n3. **HR**: Close it.\n"
    assert found(tmp_path, "SOP218", f"## Procedure\n\n{steps}") == limits


STEPS = "## Procedure\n\n1. **HR**: Report it.\n2. **HR**: {} it {}.\n3. **HR**: Close it.\n"


@pytest.mark.parametrize(
    ("listed", "limits"),
    [
        ("{a: PT1H, b: P1D}", []),
        ("{a: {limit: PT1H}, b: {limit: ' 24 hours ', from: report}}", []),
        ("{a: PT1H}", ["within 1 day"]),
        ("", ["within 60 minutes", "within 1 day"]),
        ("{a: PT1H, b: soon}", []),
    ],
)
def test_listed_limits(listed: str, limits: list[str], tmp_path: Path) -> None:
    steps = STEPS.format("Check", "within 60 minutes, and end within 1 day")
    assert found(tmp_path, "SOP218", f"---\ntime_limits: {listed}\n---\n{steps}") == limits


@pytest.mark.parametrize(
    ("length", "limits"),
    [
        ("P5D", ["within 5 working days"]),
        ("P7D", []),
        ("P10D", []),
        ("P14D", ["within 5 working days"]),
        ("PT5H", ["within 5 working days"]),
    ],
)
def test_working_days_take_more_of_the_calendar(length: str, limits: list[str], tmp_path: Path) -> None:
    steps = STEPS.format("Check", "within 5 working days")
    assert found(tmp_path, "SOP218", f"---\ntime_limits: {{a: {length}}}\n---\n{steps}") == limits


@pytest.mark.parametrize(
    ("listed", "anchor", "limit", "added"),
    [
        ("\n  a: P9D", "", "within 2 days", "+  within-2-days: P2D"),
        ("\n    a: P9D", "", "within 36 hours", "+    within-36-hours: PT36H"),
        ("\n  a: P9D", "", "within four (4) calendar days", "+  within-four-4-calendar-days: P4D"),
        ("\n  a: P9D", "", "within  four (4) Business days", ""),  # how long these may take, a person decides
        ("\n  a: P9D", "", "within 1 month", "+  within-1-month: P1M"),
        ("\n  a: P9D", "", "within 2 weeks", "+  within-2-weeks: P2W"),
        ("\n  a: P9D", "", "within 45-minutes", "+  within-45-minutes: PT45M"),
        ("\n  a: P9D", "wipe", "within 90 minutes", "+  wipe: PT90M"),
        ("\n  wipe: P9D", "wipe", "within 90 minutes", ""),
        (" {a: P9D}", "", "within 2 days", ""),
        ("\n  {a: P9D}", "", "within 2 days", ""),
        ("", "", "within 2 days", ""),
        (" {}", "", "within 2 days", ""),
    ],
)
def test_the_entry_that_a_fix_adds(listed: str, anchor: str, limit: str, added: str, tmp_path: Path) -> None:
    steps = STEPS.format(f'<a id="{anchor}"></a>Wipe' if anchor else "Wipe", limit)
    assert mended(tmp_path, "SOP218", f"---\ntime_limits:{listed}\n---\n{steps}") == added


def test_without_time_limits_a_fix_adds_them(tmp_path: Path) -> None:
    steps = STEPS.format("Wipe", "within 2 days")
    assert mended(tmp_path, "SOP218", steps, without=["time_limits"]) == "+time_limits:\n+  within-2-days: P2D"
