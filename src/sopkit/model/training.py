"""Practice records about people: who took part, who was trained on which text, and who is exempt (docs/practice.md)."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from sopkit.model.durations import DateText, OneOrMany
from sopkit.model.practice_base import (
    PEOPLE_RECORDS,
    Count,
    Opinion,
    PracticeKind,
    PracticeRecord,
    RecordedText,
    RecordPart,
    Sha256,
    SopId,
)

SMALLEST_GROUP = 5
"""People; sums of fewer could tell of one person."""


class Attendance(PracticeRecord):
    """Who took part in a run or an exercise."""

    kind: Literal[PracticeKind.ATTENDANCE] = Field(description="What the record tells of.")
    about: str = Field(description="File name of the record of the run or exercise.")
    people: OneOrMany[str] = Field(min_length=1, description="Who took part, by key.")

    @property
    def folder(self) -> str:
        """The folder of records about people."""
        return PEOPLE_RECORDS


class QuestionSum(RecordPart):
    """How many of those who took part answered a question of a quiz, and how many of them rightly."""

    sop: SopId = Field(description="Id of the SOP.")
    id: str = Field(description="Id of the question.")
    answered: Count = Field(description="How many answered it.")
    right: Count = Field(description="How many of them were right.")


class TrainingSession(PracticeRecord):
    """An awareness session, or people who were watched at their work."""

    kind: Literal[PracticeKind.SESSION] = Field(description="What the record tells of.")
    type: Literal["session", "observe"] = Field("session", description="Whether it was a talk or an observation.")
    title: str = Field("", description="What it was called.")
    sops: OneOrMany[RecordedText] = Field(min_length=1, description="The texts that it was about.")
    attendees: OneOrMany[str] = Field(min_length=1, description="Who was there, by key.")
    trainer: str = Field("", description="Who held it, by key or name.")
    makes_up: str = Field("", description="File name of the session that these people had missed.")
    questions: OneOrMany[QuestionSum] = Field((), description="Sums of a quiz that they took, of at least five people.")
    feedback: Opinion | None = Field(None, description="What those who were there think of the texts.")

    @property
    def folder(self) -> str:
        """The folder of records about people."""
        return PEOPLE_RECORDS

    @model_validator(mode="after")
    def _hides_answers(self) -> Self:
        _require_group(self.questions)
        return self


class TrainingResult(PracticeRecord):
    """That somebody was trained on texts; of an import, a table of such results lies beside it.

    An acknowledgement ("I have read 2.1") is a result of the method `read`.
    """

    kind: Literal[PracticeKind.RESULT] = Field(description="What the record tells of.")
    person: str = Field("", description="Who was trained, by key; empty where a table lies beside the record.")
    sops: OneOrMany[RecordedText] = Field((), description="The texts.")
    method: Literal["read", "quiz", "session", "observe"] = Field("read", description="How.")
    passed: bool | None = Field(None, description="Of a quiz: whether it was passed.")
    attempt: Count | None = Field(None, description="Of a quiz: which attempt this was.")
    url: str = Field("", description="Address of the issue, form or message; with it an import knows what it has.")
    rows: Count | None = Field(None, description="How many results the table has.")
    table: Sha256 | None = Field(None, description="SHA-256 of the table of results.")
    columns: dict[str, str] = Field(default_factory=dict, description="Column of the table to column of the export.")
    questions: OneOrMany[QuestionSum] = Field((), description="Sums of a quiz in an export, of at least five people.")

    @property
    def folder(self) -> str:
        """The folder of records about people."""
        return PEOPLE_RECORDS

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if (self.table is None) != (self.rows is None):
            raise PydanticCustomError("table", "`table` and `rows` belong together")
        if self.table is None and not (self.person and self.sops):
            raise PydanticCustomError("person", "name the `person` and the `sops`")
        if self.table is not None and (self.person or self.sops):
            raise PydanticCustomError("person", "people and texts stand in the table")
        if self.table is None and (self.method == "quiz") != (self.passed is not None):
            raise PydanticCustomError("passed", "say of a quiz, and of nothing else, whether it was `passed`")
        _require_group(self.questions)
        return self


class TrainingExemption(PracticeRecord):
    """That somebody need not be trained on an SOP for a time."""

    kind: Literal[PracticeKind.EXEMPTION] = Field(description="What the record tells of.")
    id: SopId = Field(description="Id of the SOP.")
    person: str = Field(min_length=1, description="Who is exempt, by key.")
    reason: Literal["absent", "equivalent-training", "not-exercised"] = Field(description="Why.")
    until: DateText = Field(description="Last day of the exemption, at most twelve months from its date.")

    @property
    def folder(self) -> str:
        """The folder of records about people."""
        return PEOPLE_RECORDS

    @model_validator(mode="after")
    def _ends(self) -> Self:
        leap_day = self.date.month == 2 and self.date.day == 29  # noqa: PLR2004 - the day that most years lack
        latest = self.date.replace(year=self.date.year + 1, day=28 if leap_day else self.date.day)
        if not self.date <= self.until <= latest:
            raise PydanticCustomError("until", "an exemption ends within twelve months of its date")
        if self.note:
            raise PydanticCustomError("note", "an exemption has no note: a reason about a person belongs elsewhere")
        return self


class TrainedCount(RecordPart):
    """How many people have a record of training on a version; the version is empty where several are put together."""

    id: str = Field("", description="Id of the SOP; empty where several are put together.")
    version: str = Field("", description="The version.")
    people: Annotated[Count, Field(ge=SMALLEST_GROUP)] = Field(description="How many people, at least five.")


class TrainingSums(PracticeRecord):
    """What remains of records about people that were disposed of: sums of one quarter, without people."""

    kind: Literal[PracticeKind.SUMS] = Field(description="What the record tells of.")
    quarter: str = Field(pattern=r"^\d{4}-Q[1-4]$", description="The quarter of the records, as 2026-Q1.")
    counts: OneOrMany[TrainedCount] = Field((), description="How many people were trained on each version.")

    @property
    def folder(self) -> str:
        """The folder of records about people."""
        return PEOPLE_RECORDS


def _require_group(questions: tuple[QuestionSum, ...]) -> None:
    if any(one.answered < SMALLEST_GROUP or one.right > one.answered for one in questions):
        raise PydanticCustomError("questions", "sums of questions are of at least five people")
