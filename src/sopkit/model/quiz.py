"""The schema of a quiz: questions about the steps and time limits of one SOP."""

import re
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from sopkit.model.durations import OneOrMany
from sopkit.model.practice_base import Count
from sopkit.model.scenario import Line

QUIZ_FOLDER = "quizzes"
"""Folder of the quizzes of a library; each file is named after the id of its SOP."""
MAX_QUESTIONS = 50

_RANGE = re.compile(r"(>=|>|<=|<|==?)?\s*(\d{1,6}(?:\.\d{1,6}){0,2})")


def _check_range(value: str) -> str:
    if not value or _RANGE.sub("", value).strip(" ,"):
        raise PydanticCustomError(
            "version_range", "`{text}` is not a range of versions; write for example `>=2.0 <3.0`", {"text": value}
        )
    return value


def version_fits(version: str, versions: str) -> bool:
    """True if a version such as 2.1 is in a range such as `>=2.0 <3.0`; False for a version that is not numbers."""
    try:
        own = _numbers(version)
    except ValueError:
        return False
    return all(_compare(own, _numbers(match[2]), match[1] or "=") for match in _RANGE.finditer(versions))


def _numbers(version: str) -> tuple[int, ...]:
    numbers = [int(part) for part in version.split(".")]
    return tuple(numbers + [0] * (3 - len(numbers)))


def _compare(own: tuple[int, ...], bound: tuple[int, ...], sign: str) -> bool:
    equal = "=" in sign and own == bound
    return equal or (">" in sign and own > bound) or ("<" in sign and own < bound)


class QuestionType(StrEnum):
    """How a question is answered: one option, several, all in their order, or a number."""

    SCENARIO = "scenario"
    SINGLE = "single"
    MULTI = "multi"
    ORDER = "order"
    NUMBER = "number"


Paragraphs = Annotated[str, AfterValidator(str.strip), Field(min_length=1, max_length=1200)]
Number = Annotated[Decimal, Field(allow_inf_nan=False, max_digits=15)]
Percent = Annotated[Count, Field(ge=1, le=100)]
Truth = Annotated[bool, BeforeValidator(lambda value: {"true": True, "false": False}.get(str(value).lower(), value))]
QuestionId = Annotated[str, Field(pattern=r"^[A-Za-z0-9][\w.-]{0,39}$")]


class _QuizPart(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


class QuizOption(_QuizPart):
    """An answer that can be chosen, or a part of the order."""

    text: Line = Field(description="What it says.")
    correct: Truth = Field(default=False, description="Whether it is right.")
    why: Annotated[str, BeforeValidator(lambda value: " ".join(str(value).split())), Field(max_length=600)] = Field(
        "", description="Why it is wrong, or right."
    )


class QuizQuestion(_QuizPart):
    """A question about a step or a time limit."""

    id: QuestionId = Field(description="Id, unique in the quiz and never reused.")
    step: str = Field("", description="Anchor or number of the step that it is about.")
    limit: str = Field("", description="Id of the time limit that it is about.")
    type: QuestionType = Field(
        description="scenario and single: one option is right; multi: at least one; order: the options are in the "
        "right order; number: `answer` is right."
    )
    stem: Paragraphs = Field(description="The question.")
    options: OneOrMany[QuizOption] = Field(
        (), max_length=8, description="What can be chosen, or is to be put in order."
    )
    answer: Number | None = Field(None, description="Of type number: the right number.")
    tolerance: Annotated[Number, Field(ge=0)] = Field(
        Decimal(0), description="Of type number: how far off is still right."
    )
    unit: str = Field("", max_length=40, description="Of type number: the unit, such as hours.")
    explain: Annotated[str, AfterValidator(str.strip), Field(max_length=1200)] = Field(
        "", description="Explanation, shown after the answer."
    )
    critical: Truth = Field(default=False, description="Whether the quiz is failed when this question is.")

    @property
    def right(self) -> tuple[int, ...]:
        """The indices of the right options, of type order all in their order; nothing of type number."""
        if self.type is QuestionType.ORDER:
            return tuple(range(len(self.options)))
        return tuple(at for at, option in enumerate(self.options) if option.correct)

    @property
    def is_single(self) -> bool:
        """Whether exactly one option is right."""
        return self.type in {QuestionType.SCENARIO, QuestionType.SINGLE}

    @model_validator(mode="after")
    def _fits_type(self) -> Self:
        if not (self.step or self.limit):
            raise PydanticCustomError("about", "names no `step` and no `limit`; add the one that it is about")
        fault = self._number_fault() if self.type is QuestionType.NUMBER else self._options_fault()
        texts = Counter(option.text.casefold() for option in self.options)
        fault = fault or next((f"has the option `{text}` twice; delete one" for text, n in texts.items() if n > 1), "")
        if fault:
            raise PydanticCustomError("question", "{fault}", {"fault": fault})
        return self

    def _number_fault(self) -> str:
        if self.answer is None:
            return "is of type number and has no `answer`; add the right number"
        return "is of type number, which has no `options`; delete them" if self.options else ""

    def _options_fault(self) -> str:
        marked = sum(option.correct for option in self.options)
        if self.answer is not None or self.tolerance or self.unit:
            return f"is of type {self.type}; only type number has `answer`, `tolerance` and `unit`"
        if len(self.options) < 2:  # noqa: PLR2004 - nothing could be chosen
            return "has fewer than two options; add some"
        if self.type is QuestionType.ORDER:
            return "is of type order: write the options in the right order, without `correct`" if marked else ""
        if not marked:
            return "has no right option; mark it with `correct: true`"
        if self.is_single and marked > 1:
            return f"has {marked} right options, and type {self.type} has one; correct them, or write `type: multi`"
        return "has no wrong option; add one" if marked == len(self.options) else ""


class Quiz(_QuizPart):
    """The quiz about an SOP."""

    sop: str = Field("", description="Id of the SOP.")
    template: str = Field("", description="In a shipped quiz: the template whose SOPs it is about.")
    for_version: Annotated[str, AfterValidator(_check_range)] = Field(
        description="The versions of the SOP that it is about, such as `>=2.0 <3.0`."
    )
    audience: OneOrMany[str] = Field((), description="Roles that take it, when not the whole audience of the SOP.")
    pass_mark: Percent | None = Field(
        None, description="Percent of the questions to pass; else as the SOP or `[training]` says."
    )
    attempts: Annotated[Count, Field(ge=1)] | None = Field(
        None, description="How often somebody may try on one version; without, as often as they like."
    )
    draw: Annotated[Count, Field(ge=1)] | None = Field(None, description="How many questions are asked; without, all.")
    questions: OneOrMany[QuizQuestion] = Field(min_length=1, max_length=MAX_QUESTIONS, description="The questions.")

    @property
    def drawn(self) -> int:
        """How many questions are asked each time."""
        return min(self.draw or len(self.questions), len(self.questions))

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        for fault, at in self._faults():
            raise PydanticCustomError("quiz", "{fault}", {"fault": fault, "at": at})
        return self

    def _faults(self) -> Iterator[tuple[str, tuple[str | int, ...]]]:
        """What is wrong with the quiz as a whole, and where."""
        if bool(self.sop) == bool(self.template):
            yield "name the SOP that it is about: `sop: AC-001`", ()
        seen: set[str] = set()
        for at, question in enumerate(self.questions):
            if question.id in seen:
                yield f"the question id `{question.id}` is there twice; change one", ("questions", at, "id")
            seen.add(question.id)
        critical = sum(question.critical for question in self.questions)
        if self.draw and self.draw > len(self.questions):
            yield f"`draw` is {self.draw}, and there are {len(self.questions)} questions; lower it", ("draw",)
        elif critical > self.drawn:
            yield f"{critical} questions are critical, and always asked; raise `draw` ({self.draw})", ("draw",)
