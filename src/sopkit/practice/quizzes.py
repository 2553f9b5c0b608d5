"""Asks the questions of a quiz: which ones, in which order, what is right, and what is passed."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from random import Random

from sopkit.library import Library
from sopkit.lifecycle.history import History
from sopkit.model.config import Config
from sopkit.model.errors import SopkitError
from sopkit.model.practice_base import RecordedText
from sopkit.model.quiz import QUIZ_FOLDER, QuestionType, Quiz, QuizOption, QuizQuestion, version_fits
from sopkit.model.similarity import nearest
from sopkit.model.sop import Sop
from sopkit.model.training import TrainingResult
from sopkit.parsing.quiz import QuizFile
from sopkit.practice.landing import read_practice

LETTERS = "abcdefgh"


def find_quiz(library: Library, sop_id: str) -> tuple[QuizFile, Quiz]:
    """The quiz about an SOP. Raises SopkitError where there is none, or where it has faults."""
    known = {file.name: file for file in library.quizzes.values()}
    if sop_id not in known:
        near = nearest(sop_id.upper(), list(known), 1, 0.6)
        advice = f"did you mean {near[0]}?" if near else f"write one: {QUIZ_FOLDER}/{sop_id}.yaml"
        raise SopkitError(f"there is no quiz about {sop_id}", advice)
    file = known[sop_id]
    if file.quiz is None:
        first = file.findings[0]
        raise SopkitError(f"{file.path}:{first.place.line}: {first.message}", f"see: sopkit quiz check {sop_id}")
    return file, file.quiz


def require_fitting(quiz: Quiz, file: QuizFile, text: RecordedText) -> None:
    """Raise SopkitError when a quiz is not about the version of a text."""
    if not version_fits(text.version, quiz.for_version):
        place = f"{file.path}:{file.place('for_version').line}"
        raise SopkitError(
            f"{place}: the quiz is for {quiz.for_version}, and version {text.version or '?'} is in force",
            "check its questions, then correct `for_version`",
        )


@dataclass(frozen=True)
class AskedQuestion:
    """A question as it is asked, with its options in the order in which they are shown."""

    question: QuizQuestion
    options: tuple[QuizOption, ...]

    @property
    def right(self) -> tuple[int, ...]:
        """The indices of the right options as they are shown, of type order all in the right order."""
        shown = {option.text: at for at, option in enumerate(self.options)}
        return tuple(shown[self.question.options[at].text] for at in self.question.right)

    @property
    def answer(self) -> str:
        """The right answer in words."""
        if self.question.type is QuestionType.NUMBER:
            return f"{self.question.answer} {self.question.unit}".strip()
        joint = ", then " if self.question.type is QuestionType.ORDER else "; "
        return joint.join(self.options[at].text for at in self.right)

    def is_right(self, typed: str) -> bool:
        """Whether an answer is right. Raises ValueError, with what to type, for what is no answer."""
        if self.question.type is QuestionType.NUMBER:
            return self._is_right_number(typed)
        chosen = self.choices(typed)
        return chosen == self.right if self.question.type is QuestionType.ORDER else set(chosen) == set(self.right)

    def choices(self, typed: str) -> tuple[int, ...]:
        """The indices of the options that letters name. Raises ValueError, with what to type."""
        count, kind = len(self.options), self.question.type
        letters = [one for one in typed.casefold() if one not in " ,;."]
        known = all(one in LETTERS[:count] for one in letters) and len(set(letters)) == len(letters)
        wanted = 1 if self.question.is_single else count if kind is QuestionType.ORDER else len(letters)
        if not letters or not known or len(letters) != wanted:
            words = {
                QuestionType.MULTI: "one or more letters, such as a c",
                QuestionType.ORDER: "all letters, in order",
            }
            raise ValueError(f"type {words.get(kind, f'one letter, a to {LETTERS[count - 1]}')}")
        return tuple(LETTERS.index(one) for one in letters)

    def _is_right_number(self, typed: str) -> bool:
        unit = re.escape(self.question.unit)
        match = re.fullmatch(rf"([+-]?\d{{1,15}}(?:[.,]\d{{1,9}})?)\s*(?:{unit})?", typed.strip(), re.IGNORECASE)
        if match is None or self.question.answer is None:
            raise ValueError("type a number, such as 4 or 0.5")
        return abs(Decimal(match[1].replace(",", ".")) - self.question.answer) <= self.question.tolerance


def draw_questions(quiz: Quiz, seed: int) -> tuple[AskedQuestion, ...]:
    """The questions that a seed draws: the critical ones and others, in a mixed order, with mixed options."""
    order = Random(seed)  # noqa: S311 - no secret
    critical = [one for one in quiz.questions if one.critical]
    others = [one for one in quiz.questions if not one.critical]
    chosen = [*critical, *order.sample(others, quiz.drawn - len(critical))]
    order.shuffle(chosen)
    return tuple(AskedQuestion(one, _mix(one, order)) for one in chosen)


def arrange_question(question: QuizQuestion) -> AskedQuestion:
    """A question with its options in a mixed order that is the same each time, for paper and pages."""
    return AskedQuestion(question, _mix(question, Random(question.id)))  # noqa: S311 - no secret


def _mix(question: QuizQuestion, order: Random) -> tuple[QuizOption, ...]:
    options = list(question.options)
    order.shuffle(options)
    if question.type is QuestionType.ORDER and tuple(options) == question.options:
        options.reverse()  # never the right order
    return tuple(options)


def pass_mark_of(quiz: Quiz | None, sop: Sop | None, config: Config) -> int:
    """Percent to pass: as the quiz says, else the SOP, else the configuration."""
    need = sop.front.values.get("training") if sop else None
    own = str(need.get("pass_mark") or "") if isinstance(need, dict) else ""
    return (quiz.pass_mark if quiz else 0) or (int(own) if own.isdecimal() else config.training.pass_mark)


def is_passed(asked: Sequence[AskedQuestion], answers: Sequence[bool], mark: int) -> bool:
    """Whether a quiz is passed: enough right answers, and no critical question wrong."""
    failed = any(one.question.critical and not right for one, right in zip(asked, answers, strict=True))
    return not failed and sum(answers) * 100 >= mark * len(asked)


def next_attempt(history: History, person: str, text: RecordedText) -> int:
    """The number of a person's next attempt on a text: counted from 1 again after each one that was passed."""
    landed = [
        (result.landed, record)
        for result, record in read_practice(history).counting(TrainingResult)
        if record.person == person and record.method == "quiz" and text.digest in {one.digest for one in record.sops}
    ]
    landed.sort(key=lambda pair: pair[0])
    count = 0
    for _, record in landed:
        count = 0 if record.passed else max(count + 1, record.attempt or 0)
    return count + 1
