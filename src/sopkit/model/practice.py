"""The schema of practice records: that an SOP was followed, tried and commented on (docs/practice.md)."""

from datetime import datetime, timedelta
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self

from pydantic import Field, TypeAdapter, model_validator
from pydantic_core import PydanticCustomError

from sopkit.model.durations import DateText, OneOrMany
from sopkit.model.entry import Digest
from sopkit.model.moments import Moment
from sopkit.model.practice_base import (
    EXERCISES,
    FEEDBACK,
    RUNS,
    Count,
    Opinion,
    PracticeKind,
    PracticeRecord,
    RecordedText,
    RecordPart,
    Sha256,
    SopId,
)
from sopkit.model.training import Attendance, TrainingExemption, TrainingResult, TrainingSession, TrainingSums

if TYPE_CHECKING:
    from pydantic.fields import FieldInfo


class RunStep(RecordPart):
    """A step of a run."""

    anchor: str = Field(description="Anchor of the step, or its number where it has none.")
    state: Literal["done", "skipped"] = Field("done", description="What became of it.")
    at: Moment | None = Field(None, description="When; only where a time limit needs it.")
    why: str = Field("", description="Why it was skipped.")
    evidence: str = Field("", description="What shows it: a link, or words.")


class Deviation(RecordPart):
    """Where somebody did something else than the text says."""

    step: str = Field("", description="Anchor of the step; of an exercise on several SOPs, `AC-001#anchor`.")
    what: str = Field(description="What was done instead.")
    why: str = Field("", description="Why.")


class LimitTimes(RecordPart):
    """When a time limit began and ended."""

    since: Moment | None = Field(None, alias="from", description="When the clock started.")
    until: Moment | None = Field(None, alias="to", description="When it stopped.")


class Objective(RecordPart):
    """What an exercise was to show, and how it went (the ratings of HSEEP)."""

    text: str = Field(description="What was to be shown.")
    rating: Literal["performed", "some challenges", "major challenges", "unable"] | None = Field(
        None, description="How it went."
    )


class TimelinePoint(RecordPart):
    """A key moment of an exercise."""

    at: str = Field("", description="When, as written: a time of day, or minutes from the start.")
    what: str = Field(description="What happened.")


class ExerciseGap(RecordPart):
    """What an exercise found missing."""

    id: str = Field(description="Id of the gap, unique in the record.")
    severity: Literal["low", "medium", "high"] = Field("medium", description="How much it matters.")
    step: str = Field("", description="Anchor of the step that it concerns.")
    text: str = Field(description="What is missing.")


class Run(PracticeRecord):
    """One execution of an SOP."""

    kind: Literal[PracticeKind.RUN] = Field(description="What the record tells of.")
    id: SopId = Field(description="Id of the SOP.")
    digest: Digest = Field(description="Digest of the text that was followed.")
    version: str = Field("", description="Its version.")
    case: str = Field(description="Id of the case, as in the ticket system.")
    url: str = Field("", description="Address of the case.")
    people: OneOrMany[str] = Field((), description="Who carried it out, by key; `by` where none is named.")
    started: Moment = Field(description="When it began.")
    finished: Moment | None = Field(None, description="When it ended.")
    outcome: Literal["done", "cancelled"] = Field("done", description="How it ended.")
    steps: OneOrMany[RunStep] = Field((), description="The steps that were done or skipped, in order.")
    deviations: OneOrMany[Deviation] = Field((), description="Where the text was not followed.")
    limits: dict[str, LimitTimes] = Field(default_factory=dict, description="Times of each time limit, by its id.")

    @property
    def folder(self) -> str:
        """The folder of the SOP's runs."""
        return f"{RUNS}/{self.id}"

    @property
    def persons(self) -> tuple[str, ...]:
        """Keys of the people who carried it out."""
        return self.people or (self.by,)


class Population(PracticeRecord):
    """All cases of a period, as a ticket system lists them. Its table lies beside it."""

    kind: Literal[PracticeKind.POPULATION] = Field(description="What the record tells of.")
    id: SopId = Field(description="Id of the SOP.")
    since: DateText = Field(alias="from", description="First day of the period, by the start of the cases.")
    until: DateText = Field(alias="to", description="Last day of the period.")
    system: str = Field(description="The system that the cases are from: with the case's id it names a case.")
    query: str = Field("", description="What was asked of that system.")
    exported: Moment = Field(description="When the export was made; open cases are judged at this time.")
    timezone: str = Field(description="IANA zone of times that the export wrote without one.")
    rows: Count = Field(description="How many cases there are.")
    table: Sha256 = Field(description="SHA-256 of the table of cases.")
    columns: dict[str, str] = Field(default_factory=dict, description="Column of the table to column of the export.")

    @property
    def folder(self) -> str:
        """The folder of the SOP's runs."""
        return f"{RUNS}/{self.id}"

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.until < self.since:
            raise PydanticCustomError("period", "the period ends before it begins")
        exported = self.exported.date() if isinstance(self.exported, datetime) else self.exported
        if self.until > exported + timedelta(days=1):  # a day more: the export's may be another in the library's zone
            raise PydanticCustomError("period", "the period ends after the export was made")
        return self


class ExerciseType(StrEnum):
    """How an SOP was tried."""

    WALKTHROUGH = "walkthrough"
    TABLETOP = "tabletop"
    SIMULATION = "simulation"
    LIVE = "live"
    RESTORE_TEST = "restore-test"
    INTERNAL_AUDIT = "internal-audit"


class Exercise(PracticeRecord):
    """One trial of one or more SOPs: an exercise, a restore test or an internal audit."""

    kind: Literal[PracticeKind.EXERCISE] = Field(description="What the record tells of.")
    type: ExerciseType = Field(description="How they were tried.")
    title: str = Field("", description="What it was called.")
    sops: OneOrMany[RecordedText] = Field(min_length=1, description="The texts that were tried.")
    roles: OneOrMany[str] = Field((), description="Roles that took part.")
    auditors: OneOrMany[str] = Field((), description="Of an internal audit: who audited, by key.")
    scenario: str = Field("", description="Name of the scenario.")
    objectives: OneOrMany[Objective] = Field((), description="What was to be shown, and how it went.")
    timeline: OneOrMany[TimelinePoint] = Field((), description="Key moments.")
    deviations: OneOrMany[Deviation] = Field((), description="Where the texts were not followed.")
    gaps: OneOrMany[ExerciseGap] = Field((), description="What is missing; actions of the register name them.")
    feedback: Opinion | None = Field(None, description="What those who took part think of the texts.")
    next: DateText | None = Field(None, description="When the next one is due.")
    approved_by: str = Field("", description="Who approved the record, by key.")

    @property
    def folder(self) -> str:
        """The folder of all exercises."""
        return EXERCISES

    @model_validator(mode="after")
    def _fits(self) -> Self:
        ids = [gap.id for gap in self.gaps]
        if len(set(ids)) < len(ids):
            raise PydanticCustomError("gaps", "two gaps have the same id")
        if self.type is ExerciseType.INTERNAL_AUDIT and not self.auditors:
            raise PydanticCustomError("auditors", "an internal audit names its `auditors`")
        return self


class FeedbackRecord(PracticeRecord):
    """What somebody says of an SOP."""

    kind: Literal[PracticeKind.FEEDBACK] = Field(description="What the record tells of.")
    id: SopId = Field(description="Id of the SOP.")
    version: str = Field("", description="The version that was read.")
    digest: Digest | None = Field(None, description="Digest of the text that was read.")
    step: str = Field("", description="Anchor of the step that it is about.")
    text: str = Field(min_length=1, description="What was said.")
    opinion: Opinion | None = Field(None, description="Ratings.")
    url: str = Field("", description="Address of the issue or message; with it an import knows what it has.")

    @property
    def folder(self) -> str:
        """The folder of the SOP's feedback."""
        return f"{FEEDBACK}/{self.id}"


class Decision(PracticeRecord):
    """What the owner of an SOP decided on feedback."""

    kind: Literal[PracticeKind.DECISION] = Field(description="What the record tells of.")
    id: SopId = Field(description="Id of the SOP.")
    about: str = Field(description="File name of the feedback.")
    decision: Literal["changed", "declined", "duplicate"] = Field(description="What was decided.")
    version: str = Field("", description="The version in which the text was changed.")
    why: str = Field("", description="Why it was declined.")
    duplicate_of: str = Field("", description="File name of the feedback that says the same.")

    @property
    def folder(self) -> str:
        """The folder of the SOP's feedback."""
        return f"{FEEDBACK}/{self.id}"

    @model_validator(mode="after")
    def _fits(self) -> Self:
        wanted = {"changed": "version", "declined": "why", "duplicate": "duplicate_of"}[self.decision]
        if not getattr(self, wanted):
            words = "the decision `{decision}` needs `{wanted}`"
            raise PydanticCustomError("decision", words, {"decision": self.decision, "wanted": wanted})
        return self


class PracticeDisposal(PracticeRecord):
    """That records may go, since they are kept no longer."""

    kind: Literal[PracticeKind.DISPOSAL] = Field(description="What the record tells of.")
    of: str = Field(description="The folder of the records, below the library's root.")
    removed: OneOrMany[str] = Field(min_length=1, description="`sha256:` of each file that may go.")

    @property
    def folder(self) -> str:
        """The folder of the records that go."""
        return self.of


AnyRecord = (
    Run
    | Population
    | Exercise
    | FeedbackRecord
    | Decision
    | Attendance
    | TrainingSession
    | TrainingResult
    | TrainingExemption
    | TrainingSums
    | PracticeDisposal
)


@cache
def _adapter() -> "TypeAdapter[AnyRecord]":
    return TypeAdapter(Annotated[AnyRecord, Field(discriminator="kind")])


def validate_record(values: object) -> AnyRecord:
    """The record of a mapping of keys to values. Raises pydantic's ValidationError."""
    return _adapter().validate_python(values)


def record_fields(kind: str) -> "dict[str, FieldInfo]":
    """The fields of the records of a kind; none for what is no kind."""
    kinds: dict[str, type[PracticeRecord]] = {
        PracticeKind.RUN: Run,
        PracticeKind.POPULATION: Population,
        PracticeKind.EXERCISE: Exercise,
        PracticeKind.FEEDBACK: FeedbackRecord,
        PracticeKind.DECISION: Decision,
        PracticeKind.ATTENDANCE: Attendance,
        PracticeKind.SESSION: TrainingSession,
        PracticeKind.RESULT: TrainingResult,
        PracticeKind.EXEMPTION: TrainingExemption,
    }
    return kinds[kind].model_fields if kind in kinds else {}


def practice_json_schema() -> dict[str, Any]:
    """JSON Schema of a practice record."""
    return _adapter().json_schema(by_alias=True)
