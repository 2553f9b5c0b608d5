"""SOP105: what tells several things to do, and which of several sections is pointed at."""

from pathlib import Path

import pytest
from tests.build import PATH, complete, library
from tests.lint.rules.found import found

from sopkit.lint.engine import LintOptions, lint
from sopkit.model.finding import Severity

TOLD = ["## Procedure"]


@pytest.mark.parametrize(
    ("procedure", "words"),
    [
        ("Open the console. Suspend the user.", TOLD),
        ("The line manager asks. IT operations grants it.", TOLD),
        ("- Open the console\n- Suspend the user", TOLD),
        ("Open the console.\n\nWait.", TOLD),
        ("Open the console.", []),
        ("Open the console.\n\n## Resolution\n\nSuspend the user.", []),
        ("Follow [the other SOP](#scope).", []),
        ("It depends on the finding. All that was found is in the log.", []),
        ("Open the console.\n\n### Close the ticket", []),
        ("Open the console.\n\n```sh\nSuspend the user.\n```", []),
        ("1. Open the console.", []),
    ],
)
def test_a_procedure_in_prose(procedure: str, words: list[str], tmp_path: Path) -> None:
    given = found(tmp_path, "SOP105", f"## Procedure\n\n{procedure}\n")
    assert [word.strip() for word in given] == words


def test_the_section_that_tells_most_is_pointed_at(tmp_path: Path) -> None:
    text = "## Procedure\n\nRead the log.\n\n## Resolution\n\nOpen the console. Suspend the user.\n"
    assert [word.strip() for word in found(tmp_path, "SOP105", text)] == ["## Resolution"]


def test_in_a_language_without_words_any_prose_is_found(tmp_path: Path) -> None:
    text = "---\nlanguage: fr\n---\n## Procedure\n\nOuvrir la console.\n"
    assert [word.strip() for word in found(tmp_path, "SOP105", text)] == TOLD


@pytest.mark.parametrize(("identity", "severity"), [("id", Severity.WARNING), ("path", Severity.INFO)])
def test_a_handbook_may_tell_of_a_process(identity: str, severity: Severity, tmp_path: Path) -> None:
    files = {PATH: complete("## Procedure\n\nOpen the console. Suspend the user.\n")}
    here = library(tmp_path, files, config=f'[library]\nidentity = "{identity}"\n')
    assert [each.severity for each in lint(here, LintOptions(select=("SOP105",))).findings] == [severity]
