"""SOP209: what leaves an obligation open in a step, and what only tells what is to be seen."""

from pathlib import Path

import pytest
from tests.build import PATH, complete, library
from tests.lint.rules.found import found

from sopkit.lint.engine import LintOptions, lint

pytestmark = pytest.mark.slow


@pytest.mark.parametrize(
    ("step", "words"),
    [
        ("IT should check the log.", ["should"]),
        ("It should check the log.", []),
        ("IT operations should disable the account.", ["should"]),
        ("The account should be disabled, and it should be reported.", ["should", "should"]),
        ("The account should be quickly disabled.", ["should"]),
        ("The mail should be sent.", ["should"]),
        ("The account should not be deleted.", ["should not"]),
        ("You may want to call the user.", ["may want to"]),
        ("Try to reach the user.", ["Try to"]),
        ("Note the tools you might want to use.", []),
        ("Then you may want to call the user.", ["may want to"]),
        ("Note the tools you should use.", ["should"]),
        ("If the alert stays, you should call the vendor.", ["should"]),
        ("You should see the list.", []),
        ("The pods should automatically be restarted.", []),
        ("The list should be empty.", []),
        ("The job should run to its end.", []),
        ("The block should be lifted automatically.", []),
        ("Search, and it should pull up the mail.", []),
        ("Search. It should pull up the mail.", []),
        ("The unit should pull up the mail.", ["should"]),
        ("By now you should have two keys.", []),
        ("The team should have two keys.", ["should"]),
        ("You should hold two keys.", ["should"]),
        ("There should be 3 of them.", []),
        ("The time should be right.", []),
        ("Should the check fail, call the vendor.", []),
        ("Decide which rights should be kept.", []),
        ("Ask the owner whether we should pay.", []),
        ("Know that we should pay.", []),
        ("Run `should`.", []),
        ("Pay what you should", []),
        ("Choose the shoulder.", []),
        ("Disable it.\n   - Note: You should call.", []),
        ("Disable it.\n\n   You should call.", []),
    ],
)
def test_steps(step: str, words: list[str], tmp_path: Path) -> None:
    assert found(tmp_path, "SOP209", f"## Procedure\n\nThis should be read.\n\n1. {step}\n") == words


@pytest.mark.parametrize(
    ("step", "mended_step"),
    [
        ("HR should sign.", "HR must sign."),
        ("HR should not sign.", "HR must not sign."),
        ("HR shouldn't sign it.", "HR must not sign it."),
        ("HR should sign nothing.", "HR should sign nothing."),
        ("HR may want to sign.", "HR may want to sign."),
    ],
)
def test_the_fix_keeps_what_is_denied(step: str, mended_step: str, tmp_path: Path) -> None:
    text = complete(f"## Procedure\n\n1. {step}\n").encode()
    [finding] = lint(library(tmp_path, {PATH: text}), LintOptions(select=("SOP209",))).findings
    edits = finding.fix.edits if finding.fix else ()
    for edit in edits:
        text = text[: edit.start] + edit.text.encode() + text[edit.end :]
    assert text.decode() == complete(f"## Procedure\n\n1. {mended_step}\n")
