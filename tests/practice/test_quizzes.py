"""What a quiz asks, what is right, and when it is passed."""

import pytest
from tests.parsing.quizzes import QUIZ

from sopkit.model.quiz import Quiz
from sopkit.parsing.quiz import read_quiz
from sopkit.practice.quizzes import AskedQuestion, draw_questions, is_passed


def quiz(text: str = QUIZ) -> Quiz:
    found = read_quiz("quizzes/AC-001.yaml", text.encode()).quiz
    assert found is not None
    return found


def plain(name: str) -> AskedQuestion:
    [found] = [one for one in quiz().questions if one.id == name]
    return AskedQuestion(found, found.options)


@pytest.mark.parametrize(
    ("name", "typed", "right"),
    [
        ("unapproved", "b", True),
        ("unapproved", " B. ", True),
        ("unapproved", "a", False),
        ("unapproved", "a b", None),
        ("unapproved", "d", None),
        ("unapproved", "", None),
        ("who", "a b", True),
        ("who", "b,a", True),
        ("who", "a", False),
        ("who", "a b c", False),
        ("who", "a a", None),
        ("sequence", "abc", True),
        ("sequence", "b a c", False),
        ("sequence", "a b", None),
        ("hours", "4", True),
        ("hours", "4,5 Hours", True),
        ("hours", "4.51", False),
        ("hours", "four", None),
        ("hours", "4 days", None),
        ("hours", "nan", None),
        ("hours", "٤" * 20, None),
    ],
)
def test_an_answer_is_right_wrong_or_none(name: str, typed: str, right: bool | None) -> None:
    if right is None:
        with pytest.raises(ValueError, match="type "):
            plain(name).is_right(typed)
    else:
        assert plain(name).is_right(typed) is right


def test_a_seed_draws_the_same_again_and_critical_questions_always() -> None:
    drawing = quiz(QUIZ.replace("attempts: 2", "draw: 2"))
    draws = [draw_questions(drawing, seed) for seed in range(40)]
    assert draws[0] == draw_questions(drawing, 0)
    assert all(len(one) == 2 and "unapproved" in {asked.question.id for asked in one} for one in draws)
    assert {asked.question.id for one in draws for asked in one} == {"unapproved", "who", "sequence", "hours"}
    sequences = [asked for one in draws for asked in one if asked.question.id == "sequence"]
    assert all(asked.options != asked.question.options and asked.is_right(
        " ".join("abc"[at] for at in asked.right)) for asked in sequences)  # fmt: skip
    first = {asked.right[0] for one in draws for asked in one if asked.question.id == "unapproved"}
    assert first == {0, 1, 2}


@pytest.mark.parametrize(
    ("wrong", "mark", "passed"),
    [((), 100, True), (("hours",), 75, True), (("hours",), 76, False), (("unapproved",), 1, False)],
)
def test_passed_is_enough_and_nothing_critical_wrong(wrong: tuple[str, ...], mark: int, *, passed: bool) -> None:
    asked = draw_questions(quiz(), 1)
    assert is_passed(asked, [one.question.id not in wrong for one in asked], mark) is passed
