"""SOP310: syllables of known words, the grade, and what is counted."""

from pathlib import Path

import pytest
from tests.build import PATH, complete, library
from tests.lint.rules.found import found

from sopkit.lint.engine import LintOptions, lint
from sopkit.lint.rules.sop310_hard_to_read import count_words, reading_grade, syllables

KNOWN = {
    1: "step role check named through scheme moves owned tools states pull the a it keys week strength",
    2: "access ticket vendor notice noted granted table tables client being doing user create rotate approve changes "
    "revoked backups business people every report restore request title quiet",
    3: "deletion employee period manager disable area incident regular policy continue notices animal manual annual "
    "document procedure",
    4: "reliable variation information security operation evaluate continuous recovery",
    5: "documentation organisation authorisation",
    6: "responsibility vulnerability availability",
}


@pytest.mark.parametrize(
    ("word", "number"),
    [(word, number) for number, words in KNOWN.items() for word in words.split()],
)
def test_syllables_of_known_words(word: str, number: int) -> None:
    assert syllables(word) == syllables(word.upper()) == number


@pytest.mark.parametrize(("word", "number"), [("re-enable", 4), ("don't", 1), ("x", 1), ("-", 0), ("hmmmm", 1)])
def test_syllables_of_other_words(word: str, number: int) -> None:
    assert syllables(word) == number


def test_words_sentences_and_syllables() -> None:
    assert count_words(["Check the ticket. Close it!", "", "42 …", "Version 1.5 is new"]) == (8, 3, 10)


def test_the_grade_is_that_of_the_formula() -> None:
    assert reading_grade(100, 5, 150) == pytest.approx(0.39 * 20 + 11.8 * 1.5 - 15.59)
    assert reading_grade(10, 10, 10) == pytest.approx(-3.4)


HARD = " ".join(["organisational authorisation necessitates documentation of"] * 10)


@pytest.mark.parametrize(
    ("purpose", "hard"),
    [
        (f"{HARD}.\n\n{HARD}.\n\n{HARD}.", True),
        (f"- {HARD}\n- {HARD}\n- {HARD}", True),
        (f"{HARD}.\n\n{HARD}.", False),
        (f"```\n{HARD}\n{HARD}\n{HARD}\n```", False),
        (f"### {HARD}\n\n### {HARD}\n\n### {HARD}", False),
        ("Give it. " * 90, False),
    ],
)
def test_prose_that_is_long_enough_is_judged(purpose: str, hard: bool, tmp_path: Path) -> None:
    assert found(tmp_path, "SOP310", f"## Purpose\n\n{purpose}\n") == (["# Grant access"] if hard else [])


@pytest.mark.parametrize(("words", "hard"), [(104, []), (105, ["# Grant access"])])
def test_150_words_are_enough_with_the_45_of_the_other_sections(words: int, hard: list[str], tmp_path: Path) -> None:
    purpose = " ".join((f"{HARD} " * 3).split()[:words])
    assert found(tmp_path, "SOP310", f"## Purpose\n\n{purpose}.\n") == hard


@pytest.mark.parametrize("language", ["de", "fr"])
def test_other_languages_are_left_alone(language: str, tmp_path: Path) -> None:
    overlay = f"---\nlanguage: {language}\n---\n\n## Purpose\n\n{HARD}.\n\n{HARD}.\n\n{HARD}.\n"
    assert found(tmp_path, "SOP310", overlay) == []


@pytest.mark.parametrize(
    ("sentence", "how"),
    [(HARD.removesuffix(" of"), "shorten sentences"), ("Organisational authorisation matters", "use shorter words")],
)
def test_the_advice_is_about_what_is_long(sentence: str, how: str, tmp_path: Path) -> None:
    here = library(tmp_path, {PATH: complete(f"## Purpose\n\n{f'{sentence}. ' * 60}\n")})
    [finding] = lint(here, LintOptions(select=("SOP310",))).findings
    assert finding.message.endswith(how)
