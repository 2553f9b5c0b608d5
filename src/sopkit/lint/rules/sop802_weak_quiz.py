"""SOP802: A quiz tests whether people can act, and its answers cannot be guessed."""

import re
from collections.abc import Iterator

from sopkit.library import Library
from sopkit.lint.advice import EXAMPLE_QUIZ
from sopkit.lint.rule import Example, RuleScope, rule
from sopkit.model.finding import Finding, Severity
from sopkit.model.quiz import QuestionType, Quiz
from sopkit.parsing.quiz import QuizFile

_FILE = "quizzes/AC-001.yaml"
_CATCH_ALL = re.compile(r"(all|none|both|neither) of (the above|these|them)\W*", re.IGNORECASE)
MIN_ASKED, MAX_ASKED = 3, 6


@rule(
    "SOP802",
    severity=Severity.INFO,
    scope=RuleScope.LIBRARY,
    bad=Example("", files={_FILE: EXAMPLE_QUIZ.replace("type: scenario", "type: single")}),
    good=Example("", files={_FILE: EXAMPLE_QUIZ}),
)
def weak_quiz(library: Library) -> Iterator[Finding]:
    """A quiz tests whether people can act, and its answers cannot be guessed.

    It asks three to six questions, at least one of them a scenario. Each wrong option says why it is wrong, no option
    is "all of the above", and the right one is not always the longest or always in the same position of the file.

    Why: a quiz that everybody passes without reading shows nothing, and a long one is answered without thinking.
    Mend: write a case from practice, wrong options that a colleague would choose, and a reason for each.
    """
    for file in library.quizzes.values():
        if file.quiz is not None:
            yield from _size(file, file.quiz)
            yield from _options(file, file.quiz)
            yield from _patterns(file, file.quiz)


def _size(file: QuizFile, quiz: Quiz) -> Iterator[Finding]:
    if not MIN_ASKED <= quiz.drawn <= MAX_ASKED:
        many = "1 question is" if quiz.drawn == 1 else f"{quiz.drawn} questions are"
        advice = "write more" if quiz.drawn < MIN_ASKED else f"set `draw` to {MAX_ASKED} or fewer"
        yield file.finding(
            f"{many} asked; ask {MIN_ASKED} to {MAX_ASKED}: {advice}", "draw" if quiz.draw else "questions"
        )
    if all(question.type is not QuestionType.SCENARIO for question in quiz.questions):
        yield file.finding("no question is a scenario; describe a case, and ask what to do", "questions")


def _options(file: QuizFile, quiz: Quiz) -> Iterator[Finding]:
    for at, question in enumerate(quiz.questions):
        for number, option in enumerate(question.options if question.type is not QuestionType.ORDER else ()):
            place = ("questions", at, "options", number)
            if not option.correct and not option.why:
                yield file.finding("this wrong option has no `why`; say why it is wrong", *place)
            if _CATCH_ALL.fullmatch(option.text):
                yield file.finding(f"`{option.text}` refers to the others; write one option for each", *place)


def _patterns(file: QuizFile, quiz: Quiz) -> Iterator[Finding]:
    single = [(question.right[0], [len(one.text) for one in question.options]) for question in quiz.questions
              if question.is_single]  # fmt: skip
    if len(single) < MIN_ASKED:
        return
    if all(
        lengths[right] > max(length for at, length in enumerate(lengths) if at != right) for right, lengths in single
    ):
        yield file.finding(
            "the right option is always the longest; shorten some, or write longer wrong ones", "questions"
        )
    if len({right for right, _ in single}) == 1:
        position = single[0][0] + 1
        yield file.finding(f"the right option is always number {position}; change the order of some", "questions")
