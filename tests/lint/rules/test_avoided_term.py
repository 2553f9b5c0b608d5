"""SOP308: words that the glossary says to avoid, and the term in their place."""

from pathlib import Path

import pytest
from tests.build import PATH, complete, library

from sopkit.authoring.fix import apply_fixes
from sopkit.lint.engine import LintOptions, lint
from sopkit.model.finding import Finding

pytestmark = pytest.mark.slow

GLOSSARY = """\
- {term: laptop, meaning: a computer, avoid: [workstation, note book]}
- {term: entry, meaning: a line, avoid: [record line]}
- {term: access, meaning: a right, avoid: [permission]}
- {term: AWS, meaning: Amazon Web Services, avoid: [amazon cloud]}
- {term: key, meaning: a thing that opens, avoid: [opener]}
"""


def findings(root: Path, text: str, glossary: str = GLOSSARY, **files: str) -> tuple[bytes, list[Finding]]:
    data = complete(f"## Scope\n\n{text}\n", language=files.pop("language", "en"))
    given = {PATH: data, "registers/glossary.yaml": glossary, **files}
    return data.encode(), list(lint(library(root, given), LintOptions(select=("SOP308",))).findings)


def mended(root: Path, text: str, **files: str) -> str:
    data, found = findings(root, text, **files)
    assert found
    new, _ = apply_fixes(data, [finding.fix for finding in found if finding.fix])
    return new.decode().partition("## Scope\n\n")[2].partition("\n\n## ")[0]


@pytest.mark.parametrize(
    ("text", "new"),
    [
        ("Lock the workstation.", "Lock the laptop."),
        ("Workstations are locked.", "Laptops are locked."),
        ("The WORKSTATION.", "The LAPTOP."),
        ("Take an entry. Take a record line.", "Take an entry. Take an entry."),
        ("A record line.", "An entry."),
        ("All record lines.", "All entries."),
        ("An opener, two openers.", "A key, two keys."),
        ("The permissions.", "The accesses."),
        ("The amazon cloud and the Amazon Cloud.", "The AWS and the AWS."),
        ("A **workstation** of mine.", "A **laptop** of mine."),
        ("The note book.", "The laptop."),
        ("The note\nbook.", "The note\nbook."),
    ],
)
def test_the_term_keeps_case_plural_and_article(text: str, new: str, tmp_path: Path) -> None:
    assert mended(tmp_path, text) == new


@pytest.mark.parametrize(
    "text",
    [
        "The laptop, and the `workstation`.",
        'Press "New workstation".',
        'Press "OK" and "New workstation".',
        "Press “New workstation”.",
        "The workstationed, the pre-workstation and the workstation-to-be.",
        "## Definitions\n\nLaptop, not workstation.",
        "```\nworkstation\n```",
    ],
)
def test_what_may_be_written(text: str, tmp_path: Path) -> None:
    assert findings(tmp_path, text)[1] == []


@pytest.mark.parametrize(
    "text", ['The "form" of a workstation.', "The “form” of a workstation.", '"Form", workstation.']
)
def test_quotation_marks_that_are_closed_before_quote_nothing(text: str, tmp_path: Path) -> None:
    assert len(findings(tmp_path, text)[1]) == 1


def test_a_longer_name_of_a_register_may_hold_it(tmp_path: Path) -> None:
    assets = "- {id: vm, title: Workstation pool}\n- {id: workstation, title: workstation}\n"
    _, found = findings(tmp_path, "The workstation pool, and a workstation.", **{"registers/assets.yaml": assets})
    assert [one.message for one in found] == ["`workstation` is a word to avoid, says the glossary; write `laptop`"]


def test_the_plural_of_another_language_is_not_ours_to_make(tmp_path: Path) -> None:
    assert mended(tmp_path, "Workstations, a workstation, a record line.", language="de") == (
        "Workstations, a laptop, a entry."
    )


def test_without_a_sound_glossary_or_words_to_avoid_it_is_silent(tmp_path: Path) -> None:
    for at, glossary in enumerate(["", "- {term: x, avoid: [workstation], age: 7}\n", "- {term: workstation}\n"]):
        assert findings(tmp_path / str(at), "A workstation.", glossary)[1] == []
