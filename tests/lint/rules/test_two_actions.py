"""SOP206: where a second verb begins a second action."""

from pathlib import Path

import pytest
from tests.lint.rules.found import found


@pytest.mark.parametrize(
    ("step", "two"),
    [
        ("Disable the account and revoke the tokens.", True),
        ("Disable the account, then wait for the mail.", True),
        ("Disable the account and then re-enable it.", True),
        ("Report it. Disable the account and revoke the tokens.", True),
        ("**IT operations**: Disable the account and revoke the tokens.", True),
        ("Disable the account and request tokens.", False),
        ("Check and approve the request.", False),
        ("The manager reads it and signs the form.", False),
        ("Disable the account and the tokens.", False),
        ("Disable the account and revoke", False),
        ("Disable the account, and", False),
        ("Disable the account. Revoke the tokens.", False),
    ],
)
def test_steps(step: str, two: bool, tmp_path: Path) -> None:
    assert bool(found(tmp_path, "SOP206", f"## Procedure\n\n1. {step}\n")) is two


def test_a_step_of_three_actions_is_one_finding(tmp_path: Path) -> None:
    step = "Read the form and sign the copy and send it to HR."
    assert found(tmp_path, "SOP206", f"## Procedure\n\n1. {step}\n") == [step]


@pytest.mark.parametrize(
    ("step", "two"),
    [
        ("Das Konto sperren und die Schlüssel löschen.", True),
        ("Das Konto und die Schlüssel löschen.", False),
        ("Das Konto sperren und die Schlüssel.", False),
    ],
)
def test_verbs_at_the_end(step: str, two: bool, tmp_path: Path) -> None:
    overlay = f"---\nlanguage: de\n---\n## Procedure\n\n1. {step}\n"
    assert bool(found(tmp_path, "SOP206", overlay)) is two
