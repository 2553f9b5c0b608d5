"""A quiz in other formats: GIFT for learning systems such as Moodle, Markdown for paper."""

import re
from collections.abc import Iterator

from sopkit.model.quiz import QuestionType, Quiz, QuizOption, QuizQuestion
from sopkit.practice.quizzes import LETTERS, AskedQuestion, arrange_question
from sopkit.tables.escape import escape_markdown, one_line

_RIGHT_SHARES = ("", "100", "50", "33.33333", "25", "20", "16.66667", "14.28571", "12.5")
"""Percent of each right option, by how many there are: Moodle takes no other numbers."""
_ARROW = "\N{RIGHTWARDS ARROW}"
"""In the place of `->`, which GIFT cannot escape."""


def quiz_gift(quiz: Quiz, title: str) -> str:
    """The questions in GIFT; an order becomes pairs of position and text, as GIFT has none."""
    head = f"// {one_line(f'{quiz.sop} {title}').strip()}, for version {one_line(quiz.for_version)}\n"
    return head + "".join(f"\n{_gift_question(quiz, one)}\n" for one in quiz.questions)


def _gift_question(quiz: Quiz, question: QuizQuestion) -> str:
    name = _gift(f"{quiz.sop} {question.id}")
    explain = f"\n####{_gift(question.explain)}" if question.explain else ""
    stem = f"{question.stem} ({question.unit})" if question.unit else question.stem
    return f"::{name}::[plain]{_gift(stem)}{{{''.join(_gift_answers(question))}{explain}\n}}"


def _gift_answers(question: QuizQuestion) -> Iterator[str]:
    if question.type is QuestionType.NUMBER:
        yield f"#{question.answer:f}:{question.tolerance:f}"
        return
    for at, option in enumerate(question.options, 1):
        if question.type is QuestionType.ORDER:
            yield f"\n={at} -> {_gift(option.text.replace('->', _ARROW))}"
        else:
            why = f"#{_gift(option.why)}" if option.why else ""
            yield f"\n{_gift_mark(question, option)}{_gift(option.text)}{why}"


def _gift_mark(question: QuizQuestion, option: QuizOption) -> str:
    if question.type is QuestionType.MULTI:
        return f"~%{_RIGHT_SHARES[len(question.right)] if option.correct else '-100'}%"
    if option.text.startswith("%"):  # or its first number would be the weight
        return "=%100%" if option.correct else "~%0%"
    return "=" if option.correct else "~"


def _gift(text: str) -> str:
    """A text in which nothing is a mark of GIFT, on one line."""
    plain = "\n".join(map(one_line, text.splitlines()))
    return re.sub(r"([\\~=#{}:])", r"\\\1", plain).replace("\n", "\\n")


def quiz_markdown(quiz: Quiz, title: str) -> str:
    """The questions as a sheet to print, the answers at its end."""
    asked = [arrange_question(one) for one in quiz.questions]
    lines = [f"# Quiz: {escape_markdown(one_line(f'{quiz.sop} {title}').strip())}", ""]
    lines += [
        f"For version {escape_markdown(quiz.for_version)}.",
        "",
        "Name: ______________________  Date: ____________",
    ]
    for number, one in enumerate(asked, 1):
        lines += ["", f"## Question {number}", "", *_paragraphs(one.question.stem), *_sheet_options(one)]
    lines += ["", "## Answers"]
    for number, one in enumerate(asked, 1):
        lines += ["", f"### Question {number}: {_sheet_answer(one)}", ""]
        lines += [f"- {LETTERS[at]}: {_plain(option.why)}" for at, option in enumerate(one.options) if option.why]
        lines += ["", *_paragraphs(one.question.explain)] if one.question.explain else []
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).rstrip() + "\n"


def _plain(text: str) -> str:
    return escape_markdown(one_line(text))


def _paragraphs(text: str) -> Iterator[str]:
    for line in text.splitlines():
        yield from (_plain(line), "") if line.strip() else ()


def _sheet_options(asked: AskedQuestion) -> Iterator[str]:
    if asked.question.type is QuestionType.NUMBER:
        yield f"Answer: ________ {_plain(asked.question.unit)}".rstrip()
        return
    hints = {QuestionType.MULTI: "One or more are right.", QuestionType.ORDER: "Number them in the right order."}
    if hint := hints.get(asked.question.type):
        yield from (hint, "")
    box = "\\_\\_ " if asked.question.type is QuestionType.ORDER else "[ ] "
    yield from (f"- {box}{LETTERS[at]}: {_plain(option.text)}" for at, option in enumerate(asked.options))


def _sheet_answer(asked: AskedQuestion) -> str:
    if asked.question.type is QuestionType.NUMBER:
        off = f", at most {asked.question.tolerance} off" if asked.question.tolerance else ""
        return _plain(asked.answer + off)
    return ", ".join(LETTERS[at] for at in asked.right)
