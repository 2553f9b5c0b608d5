"""Situations for sessions and role cards: what would you do if, with the step that answers."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from sopkit.analysis.responsibilities import ANYBODY, StepActors, actors_of
from sopkit.library import Library
from sopkit.model.quiz import Quiz, QuizQuestion, version_fits
from sopkit.model.sop import Sop
from sopkit.tables.escape import clip, one_line

_THEN = re.compile(r",?\s+then\s+|\s*,\s*(?=go to\b)")
_MAX_WORDS = 240  # characters of a question or an answer


class Situation(NamedTuple):
    """A question about a step: `step` is its number, `answer` what the text says, empty where it is to be found."""

    sop_id: str
    step: str
    anchor: str
    roles: tuple[str, ...]
    question: str
    answer: str
    is_quiz: bool = False


def situations_of(text: Sop, library: Library, version: str) -> tuple[Situation, ...]:
    """The situations of a text: the questions of its quiz, then its decisions, then its time limits."""
    steps = list(actors_of(text, library))
    return (
        *_from_quiz(text, library, version, steps),
        *(found for one in steps for found in _from_decision(text.id, one)),
        *(found for one in steps for found in _from_limit(text.id, one)),
    )


def quiz_of(library: Library, sop_id: str, version: str) -> Quiz | None:
    """The quiz about a version of an SOP; None where there is none without faults that fits it."""
    file = next((one for one in library.quizzes.values() if one.name == sop_id), None)
    quiz = file.quiz if file else None
    return quiz if quiz is not None and version_fits(version, quiz.for_version) else None


def _from_quiz(text: Sop, library: Library, version: str, steps: list[StepActors]) -> Iterator[Situation]:
    quiz = quiz_of(library, text.id, version)
    by_name = {name: one for one in reversed(steps) for name in (one.step.number, one.step.anchor) if name}
    for question in quiz.questions if quiz else ():
        one = by_name.get(question.step)
        number, anchor, roles = (one.step.number, one.anchor, one.roles) if one else ("", "", ())
        stem = clip(one_line(question.stem), _MAX_WORDS)
        yield Situation(text.id, number, anchor, roles, stem, _right_answer(question), is_quiz=True)


def _right_answer(question: QuizQuestion) -> str:
    if question.answer is not None:
        return f"{question.answer} {question.unit}".strip()
    mark = ", then " if question.type == "order" else "; "
    return clip(one_line(mark.join(question.options[at].text for at in question.right)), _MAX_WORDS)


def _from_decision(sop_id: str, one: StepActors) -> Iterator[Situation]:
    case, *then = _THEN.split(one.step.condition, maxsplit=1)
    case = one_line(case).strip(" .,:")
    if case and then:
        yield _situation(sop_id, one, f"What do you do if {case}?", then[0])


def _from_limit(sop_id: str, one: StepActors) -> Iterator[Situation]:
    for limit in one.step.limits[:1]:
        lead = one_line(one.step.text.replace(limit.text, "…")).rstrip(".")
        yield _situation(sop_id, one, f'How much time do you have for this step: "{lead}"?', limit.text)


def _situation(sop_id: str, one: StepActors, question: str, answer: str) -> Situation:
    roles = tuple(role for role in one.roles if role != ANYBODY)
    answer = one_line(answer)
    answer = answer[:1].upper() + answer[1:]
    return Situation(sop_id, one.step.number, one.anchor, roles, clip(question, _MAX_WORDS), clip(answer, _MAX_WORDS))
