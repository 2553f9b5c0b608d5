"""What all practice records have in common: their schema, folders, keys and values (docs/practice.md)."""

from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from sopkit.model.durations import DateText
from sopkit.model.entry import Digest, Evidence
from sopkit.model.paths import OWN_PEOPLE_FOLDER

PRACTICE_SCHEMA = "sopkit/practice/1"
"""Name of the published schema."""

RUNS = "ledger/runs"
EXERCISES = "ledger/exercises"
FEEDBACK = "ledger/feedback"
PEOPLE_RECORDS = OWN_PEOPLE_FOLDER
"""Folders of the records below the library's root; runs and feedback have one folder for each SOP's id in it."""


class PracticeKind(StrEnum):
    """What a record tells of."""

    RUN = "run"
    POPULATION = "population"
    EXERCISE = "exercise"
    FEEDBACK = "feedback"
    DECISION = "decision"
    ATTENDANCE = "attendance"
    SESSION = "session"
    RESULT = "result"
    EXEMPTION = "exemption"
    SUMS = "sums"
    DISPOSAL = "disposal"


def _whole(value: object) -> object:
    return int(value) if isinstance(value, str) and value.isascii() and value.isdigit() else value


Count = Annotated[int, BeforeValidator(_whole), Field(ge=0)]
Rating = Annotated[int, BeforeValidator(_whole), Field(ge=1, le=5)]
Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


def _check_folder_name(value: str) -> str:
    if not value or value.startswith(".") or any(one in "/\\:" or one.isspace() or one < " " for one in value):
        raise PydanticCustomError("folder_name", "`{text}` is no id of an SOP", {"text": value})
    return value


SopId = Annotated[str, AfterValidator(_check_folder_name)]


class RecordPart(BaseModel):
    """A mapping in a record."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True, populate_by_name=True)


class RecordedText(RecordPart):
    """A text that was tried, or on which people were trained."""

    id: SopId = Field(description="Id of the SOP.")
    digest: Digest = Field(description="Digest of the text.")
    version: str = Field("", description="Its version.")


class Opinion(RecordPart):
    """What those who took part think of the text."""

    clarity: Rating | None = Field(None, description="How clear it is, from 1 to 5.")
    usefulness: Rating | None = Field(None, description="How useful it is, from 1 to 5.")
    words: str = Field("", description="In words.")


class PracticeRecord(BaseModel):
    """One record, in one file that nobody changes afterwards."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True, populate_by_name=True)

    schema_: Literal["sopkit/practice/1"] = Field(alias="schema", description="Name of this schema.")
    kind: PracticeKind = Field(description="What the record tells of.")
    library: str = Field("", description="UUID of the library, as `[library] uuid` in its sopkit.toml.")
    by: str = Field(pattern=r"^[^\s/\\:]+$", description="Who recorded it, by key of the people register.")
    date: DateText = Field(description="The day that it tells of; of a population, that of the export.")
    source: str = Field("", description="From where it was imported; empty for what was recorded with sopkit.")
    note: str = Field("", description="Remarks.")
    corrects: str = Field("", description="File name of the record in this folder that this one takes the place of.")
    evidence: Evidence | None = Field(None, description="A signed document that proves it.")
    signature: str = Field("", description="Armoured SSH signature of the bytes before this key, which is the last.")

    @property
    def folder(self) -> str:
        """The folder in which it belongs, below the library's root."""
        raise NotImplementedError

    @model_validator(mode="after")
    def _has_document(self) -> Self:
        if self.evidence is not None and self.evidence.type != "document":
            raise PydanticCustomError("evidence", "evidence of a practice record has the type `document`")
        return self


def is_record(path: str) -> bool:
    """Whether a path of the library is that of a record."""
    if not path.endswith(".yaml"):
        return False
    folder, depth = path.rpartition("/")[0], path.count("/")
    if depth == 3:  # noqa: PLR2004 - ledger/runs/AC-001/…
        return folder.startswith((f"{RUNS}/", f"{FEEDBACK}/"))
    return folder in {EXERCISES, PEOPLE_RECORDS}


def is_practice(path: str) -> bool:
    """Whether a path of the library lies in a folder of practice records."""
    return path.startswith((f"{RUNS}/", f"{EXERCISES}/", f"{FEEDBACK}/", f"{PEOPLE_RECORDS}/"))
