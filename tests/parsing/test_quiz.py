"""Reading quizzes: each fault is a finding at its line, with what to do."""

from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.build import library
from tests.examples import examples
from tests.parsing.quizzes import QUIZ

from sopkit.lint.engine import lint
from sopkit.model.quiz import QuestionType, version_fits
from sopkit.parsing.quiz import MAX_QUIZ_BYTES, read_quiz

PATH = "quizzes/AC-001.yaml"


def faults(text: str | bytes, path: str = PATH) -> list[tuple[int, str, str]]:
    read = read_quiz(path, text if isinstance(text, bytes) else text.encode())
    assert (read.quiz is None) == bool(read.findings)
    return [(one.place.line, one.code, one.message) for one in read.findings]


def test_a_quiz_is_read_as_it_is_written() -> None:
    quiz = read_quiz(PATH, QUIZ.encode()).quiz
    assert quiz is not None
    assert (quiz.sop, quiz.for_version, quiz.pass_mark, quiz.attempts, quiz.drawn) == ("AC-001", ">=1.0 <2.0", 75, 2, 4)
    assert [(one.id, one.type, one.right) for one in quiz.questions] == [
        ("unapproved", QuestionType.SCENARIO, (1,)),
        ("who", QuestionType.MULTI, (0, 1)),
        ("sequence", QuestionType.ORDER, (0, 1, 2)),
        ("hours", QuestionType.NUMBER, ()),
    ]
    assert quiz.questions[0].stem.count("\n\n") == 1
    assert quiz.questions[0].critical
    assert (quiz.questions[3].answer, quiz.questions[3].tolerance) == (Decimal(4), Decimal("0.5"))


@pytest.mark.parametrize(
    ("old", "new", "line", "code", "message"),
    [
        ("sop: AC-001", "sop: AC-002", 1, "SOP005", "`sop` is AC-002, and the file is named AC-001.yaml"),
        ("sop: AC-001\n", "", 1, "SOP005", "name the SOP that it is about"),
        ('">=1.0 <2.0"', "two", 2, "SOP005", "`two` is not a range of versions; write for example"),
        ("pass_mark: 75", "pass_mark: 101", 3, "SOP005", "`pass_mark` is more than 100"),
        ("attempts: 2", "atempts: 2", 4, "SOP004", "unknown key `atempts`; did you mean `attempts`?"),
        ("attempts: 2", "attempts: 2\nattempts: 3", 5, "SOP003", "twice"),
        ("attempts: 2", "draw: 9", 4, "SOP005", "`draw` is 9, and there are 4 questions; lower it"),
        ("correct: true}\n      - {text: Grant it for", "why: no}\n      - {text: Grant it for", 6, "SOP005",
         "the question has no right option; mark it with `correct: true`"),
        ("{text: Grant it, ", "{text: Grant it, correct: true, ", 6, "SOP005", "the question has 2 right options"),
        ("{text: Auditor, ", "{text: Auditor, correct: true, ", 19, "SOP005", "the question has no wrong option"),
        ("{text: Auditor, ", "{text: asset owner, ", 19, "SOP005", "has the option `asset owner` twice"),
        ("id: who", "id: hours", 32, "SOP005", "the question id `hours` is there twice; change one"),
        ("id: who", "id: two words", 19, "SOP005", "`two words` is not an id"),
        ("[{text: Ask},", "[{text: Ask, correct: true},", 27, "SOP005", "write the options in the right order"),
        ("[{text: Ask}, {text: Approve}, {text: Grant}]", "[]", 27, "SOP005", "has fewer than two options"),
        ("    answer: 4\n", "", 32, "SOP005", "is of type number and has no `answer`"),
        ("answer: 4", "answer: four", 36, "SOP005", "`answer` is not a number"),
        ("answer: 4", "answer: NaN", 36, "SOP005", "`answer` is not a number"),
        ("unit: hours", "options: [{text: a}, {text: b}]", 32, "SOP005", "type number, which has no `options`"),
        ("limit: grant\n", "critical: false\n", 32, "SOP005", "names no `step` and no `limit`"),
        ("{text: Auditor, why", "{txt: Auditor, why", 26, "SOP004", "unknown key `txt`; did you mean `text`?"),
        ("type: multi", "type: many", 21, "SOP005", "`many` is no known type; write one of scenario"),
        ("stem: Who is part of it?", "stem: ''", 22, "SOP005", "`stem` is empty; fill it in"),
        ("critical: true", "critical: perhaps", 9, "SOP005", "`critical` is neither true nor false"),
    ],
)  # fmt: skip
def test_a_fault_is_found_at_its_line(old: str, new: str, line: int, code: str, message: str) -> None:
    assert QUIZ.count(old) == 1
    found = faults(QUIZ.replace(old, new))
    assert [one[:2] for one in found if message in one[2]] == [(line, code)], found


def test_five_hundred_questions_are_refused_with_the_limit() -> None:
    one = "  - {id: q%d, step: '1', type: number, stem: How many?, answer: 1}\n"
    many = 'sop: AC-001\nfor_version: ">=1.0"\nquestions:\n' + "".join(one % at for at in range(500))
    assert faults(many) == [
        (3, "SOP005", "500 questions; a quiz has 50 at most: delete some, and `draw` from the rest")
    ]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"x: " + b"y" * MAX_QUIZ_BYTES, "SOP001"),
        (b"\xff", "SOP001"),
        (b"sop: a\0b", "SOP001"),
        (b"", "SOP002"),
        (b"- a\n", "SOP002"),
        (b"a: [", "SOP002"),
        (b"[" * 5000, "SOP002"),
    ],
)
def test_what_is_no_quiz_is_one_finding(data: bytes, code: str) -> None:
    assert [one[1] for one in faults(data)] == [code]


def test_aliases_are_not_expanded_without_end() -> None:
    bomb = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
        f"{chr(98 + at)}: &{chr(98 + at)} [{', '.join([f'*{chr(97 + at)}'] * 9)}]\n" for at in range(9)
    )
    assert faults(bomb)


@given(st.text() | st.from_regex(r"(sop|questions|draw|options)?: ?[\[{]?[a-z0-9, ]*[\]}]?\n?", fullmatch=True))
@examples(60)
def test_any_text_gives_a_quiz_or_findings(text: str) -> None:
    faults(text.encode("utf-8", "replace"))


def test_lint_reports_faults_of_quizzes(tmp_path: Path) -> None:
    found = lint(library(tmp_path, {PATH: QUIZ.replace("multi", "many").encode(), "quizzes/notes.md": b"no quiz"}))
    assert [(one.path, one.place.line, one.code) for one in found.findings if one.path == PATH] == [
        (PATH, 21, "SOP005")
    ]


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    there = library(tmp_path, {"quizzes/x.txt": b""})
    (tmp_path / PATH).symlink_to("/etc/passwd")
    found = [one.message for one in lint(there).findings if one.path == PATH]
    assert found == ["file is a symbolic link, so it is not read; put the file itself there"]


@pytest.mark.parametrize(
    ("version", "versions", "fits"),
    [
        ("2.1", ">=2.0 <3.0", True),
        ("3.0", ">=2.0 <3.0", False),
        ("2.10", ">2.9", True),
        ("2.0.0", "2.0", True),
        ("2.0.1", "=2.0", False),
        ("2.0", ">=1.0, <=2.0", True),
        ("1.x", ">=1.0", False),
        ("", ">=1.0", False),
    ],
)
def test_a_version_is_in_a_range_or_not(version: str, versions: str, *, fits: bool) -> None:
    assert version_fits(version, versions) is fits
