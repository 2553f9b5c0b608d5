"""SOP205: what counts as a word of a step."""

from pathlib import Path

import pytest
from tests.build import PATH, complete, library
from tests.lint.rules.found import found

from sopkit.lint.engine import LintOptions, lint

WORDS = " ".join(["word"] * 39)


@pytest.mark.parametrize(
    ("step", "long"),
    [
        (f"Say {WORDS}.", False),
        (f"Say {WORDS} more.", True),
        (f"**IT operations**: Say {WORDS}.", False),
        (f"**IT operations**: Say {WORDS} more.", True),
        (f"Say {WORDS}.\n   - Note: {WORDS}", False),
        (f"Say {WORDS} – & …", False),
        (f"Say {WORDS[:-4]}`one two three`.", False),
        (f"Say {WORDS} `one`.", True),
        (f"Say {WORDS} ü", True),
    ],
)
def test_words(step: str, long: bool, tmp_path: Path) -> None:
    assert bool(found(tmp_path, "SOP205", f"## Procedure\n\n1. {step}\n")) is long


def test_substeps_are_counted_alone_and_the_count_is_told(tmp_path: Path) -> None:
    text = complete(f"## Procedure\n\n1. Say {WORDS}.\n   1. Say {WORDS} it all.\n").encode()
    findings = lint(library(tmp_path, {PATH: text}), LintOptions(select=("SOP205",))).findings
    assert [finding.message for finding in findings] == [
        "step 1.1 has 42 words; split it, or move details into a bullet below it"
    ]
