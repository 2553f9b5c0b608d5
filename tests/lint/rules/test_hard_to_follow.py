"""SOP224: how the measure is counted, and both ends of the band."""

from pathlib import Path

import pytest
from tests.build import PATH, complete, library, sop

from sopkit.lint.engine import LintOptions, lint
from sopkit.lint.rules.sop224_hard_to_follow import Complexity, measure_complexity

OPTIONS = LintOptions(select=("SOP224",))
BARE = "## Procedure\n\n1. One\n2. Two\n3. Three\n4. Four\n"


def messages(
    root: Path,
    overlay: str,
    band: str = "[8, 100]",
    steps: str = "[3, 15]",
    without: tuple[str, ...] = ("Roles",),
) -> list[str]:
    config = f"[areas.access-control]\ncomplexity = {band}\nsteps = {steps}\n"
    here = library(root, {PATH: complete(overlay, without=without)}, config=config)
    return [finding.message for finding in lint(here, OPTIONS).findings]


@pytest.mark.parametrize(
    ("procedure", "expected"),
    [
        (BARE, Complexity(4, 0, 0, 0)),
        ("1. **HR**: One\n2. **IT**: Two\n3. Three\n4. **it**: Four\n5. **HR**: Five\n", Complexity(5, 0, 2, 2)),
        ("1. One\n   1. Two\n   2. Three\n2. If four, then five\n", Complexity(3, 1, 0, 0)),
        ("1. Go on until it is done, else stop\n2. **HR**: When asked, go\n", Complexity(2, 1, 1, 0)),
        ("1. One\n   - If two, then three\n   - Else: four\n2. Five\n   - Else: six\n", Complexity(2, 2, 0, 0)),
        ("### Day 1: HR\n\n1. One\n2. Two\n", Complexity(2, 0, 1, 0)),
    ],
)
def test_what_is_counted(procedure: str, expected: Complexity) -> None:
    assert measure_complexity(sop(f"## Procedure\n\n{procedure}" if procedure != BARE else BARE)) == expected


def test_a_decision_counts_twice() -> None:
    assert Complexity(4, 3, 2, 1).total == 13


@pytest.mark.parametrize(
    ("overlay", "band", "expected"),
    [
        ("", "[3, 8]", []),
        ("", "[3, 7]", ["complexity 8: 3 steps, 0 with a decision, 3 roles, 2 handovers; at most 7: move a part into an SOP of its own"]),
        ("", "[9, 50]", []),
        (BARE, "[4, 50]", []),
        (BARE, "[5, 50]", ["complexity 4: 4 steps, 0 with a decision, 0 roles; at least 5: say who acts, what is decided, what is checked"]),
        (BARE.replace("One", "**HR**: One"), "[8, 50]", []),
        (f"{BARE}\n{'word ' * 191}\n", "[5, 50]", ["complexity 4: 4 steps, 0 with a decision, 0 roles; at least 5: say who acts, what is decided, what is checked"]),
        (f"{BARE}\n{'word ' * 196}\n", "[5, 50]", []),
        ("## Procedure\n\nOnly words.\n", "[5, 50]", []),
    ],
)  # fmt: skip
def test_both_ends_of_the_band(overlay: str, band: str, expected: list[str], tmp_path: Path) -> None:
    assert messages(tmp_path, overlay, band) == expected


def test_each_procedure_is_short_enough(tmp_path: Path) -> None:
    two = f"{BARE}\n### Later\n\n1. Five\n2. Six\n"
    assert [len(messages(tmp_path / str(most), two, "[1, 5]", f"[3, {most}]")) for most in (3, 4)] == [0, 1]


@pytest.mark.parametrize(("steps", "count"), [("[3, 4]", 1), ("[4, 4]", 1), ("[5, 9]", 0), ("[3, 3]", 0)])
def test_too_few_and_too_many_steps_are_left_to_others(steps: str, count: int, tmp_path: Path) -> None:
    assert len(messages(tmp_path, BARE, "[5, 50]", steps)) == count


@pytest.mark.parametrize(
    ("overlay", "without", "count"),
    [
        (BARE, ("Roles",), 1),
        (BARE, (), 0),  # SOP203 asks who acts
        (f"{BARE}\n   ```sh\n   date\n   ```\n", ("Roles",), 0),
        (f"{BARE}\n## Records\n\n```sh\ndate\n```\n", ("Roles",), 1),
    ],
)
def test_a_bare_procedure_shows_no_command_and_is_nobody_elses(
    overlay: str, without: tuple[str, ...], count: int, tmp_path: Path
) -> None:
    assert len(messages(tmp_path, overlay, "[5, 50]", without=without)) == count
