"""SOP208: the words that stand for no time, in steps only."""

from pathlib import Path

import pytest
from tests.build import PATH, complete, library
from tests.lint.rules.found import found

from sopkit.lint.engine import LintOptions, lint
from sopkit.model.finding import Severity

pytestmark = pytest.mark.slow


@pytest.mark.parametrize(
    "words",
    [
        "regularly",
        "Promptly",
        "periodically",
        "in a timely manner",
        "in a timely fashion",
        "timely",
        "as soon as possible",
        "as soon as practicable",
        "ASAP",
    ],
)
def test_a_vague_time_in_a_step_is_found(words: str, tmp_path: Path) -> None:
    assert found(tmp_path, "SOP208", f"## Procedure\n\n1. **IT operations**: Close it {words}.\n") == [words]


@pytest.mark.parametrize(
    "text",
    [
        "## Procedure\n\n1. **IT operations**: Close it within 4 hours, untimely or not.\n",
        "## Scope\n\nAll accounts, which are reviewed regularly.\n",
    ],
)
def test_a_time_in_figures_and_another_section_are_let_be(text: str, tmp_path: Path) -> None:
    assert found(tmp_path, "SOP208", text) == []


@pytest.mark.parametrize(
    ("step", "words"),
    [
        ("Review it regularly, at least once a quarter.", []),
        ("Review it in a timely manner, currently monthly.", []),
        ("Tell them promptly: within 30 minutes.", []),
        ("Review it regularly. Keep it for 3 years.", ["regularly"]),
        ("Each month, tell them promptly.", ["promptly"]),
        ("The more promptly you answer, the better.", []),
        ("Answer once more and promptly.", ["promptly"]),
        ("Look once more: answer promptly.", ["promptly"]),
        ("Wait for the job that is periodically run.", []),
        ("Wait for the job, which periodically is run.", ["periodically"]),
        ("A prompt and timely answer.", []),
        ("Ability to find the owner in a timely manner.", []),
        ("The rights should be reviewed regularly.", ["regularly"]),
    ],
)
def test_what_the_sentence_explains_and_comparisons_are_let_be(step: str, words: list[str], tmp_path: Path) -> None:
    assert found(tmp_path, "SOP208", f"## Procedure\n\n1. **IT operations**: {step}\n") == words


@pytest.mark.parametrize(
    ("procedure", "severity"),
    [
        ("1. Wipe the laptop promptly.\n", Severity.WARNING),
        ("1. Wipe the laptop.\n   1. Wipe it again promptly.\n", Severity.WARNING),
        ("1. Wipe the laptop.\n\nThen wipe the phone promptly.\n", Severity.INFO),
        ("Wipe the phone promptly.\n\n1. Wipe the laptop.\n", Severity.INFO),
    ],
)
def test_outside_of_steps_it_is_an_info(procedure: str, severity: Severity, tmp_path: Path) -> None:
    here = library(tmp_path, {PATH: complete(f"## Procedure\n\n{procedure}")})
    assert [each.severity for each in lint(here, LintOptions(select=("SOP208",))).findings] == [severity]
