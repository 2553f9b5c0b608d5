"""The schema of a scenario: a situation in which procedures are tried."""

from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from sopkit.model.durations import OneOrMany
from sopkit.model.practice import ExerciseType
from sopkit.model.practice_base import Count


def _one_line(value: object) -> object:
    return " ".join(value.split()) if isinstance(value, str) else value


Line = Annotated[str, BeforeValidator(_one_line), Field(min_length=1, max_length=600)]


class Inject(BaseModel):
    """News that the facilitator gives during an exercise."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    minute: Count = Field(description="When it is given, in minutes from the start.")
    text: Line = Field(description="What happens.")
    question: Annotated[str, BeforeValidator(_one_line), Field(max_length=600)] = Field(
        "", description="Key question to the people who take part."
    )


class Scenario(BaseModel):
    """A situation, the news that change it, and what the exercise is to show. Its name is that of its file."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    title: Line = Field(description="Title.")
    type: ExerciseType = Field(ExerciseType.TABLETOP, description="How it is usually tried.")
    areas: OneOrMany[str] = Field((), description="Areas of the SOPs that it fits, the best first.")
    sops: OneOrMany[str] = Field((), description="Ids of the SOPs that it was written for.")
    situation: Line = Field(description="What the people know at the start.")
    injects: OneOrMany[Inject] = Field(min_length=1, max_length=12, description="News, in the order of time.")
    objectives: OneOrMany[Line] = Field(min_length=1, max_length=8, description="What is to be shown, and rated.")
    questions: OneOrMany[Line] = Field((), max_length=12, description="Questions for the discussion at the end.")
    good: OneOrMany[Line] = Field((), max_length=12, description="What good looks like; for the facilitator.")
