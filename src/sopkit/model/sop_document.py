"""The schema of an SOP: front matter, the six required sections and control references."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any, Literal, Self

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetJsonSchemaHandler,
    ValidationError,
    ValidationInfo,
    ValidatorFunctionWrapHandler,
    model_validator,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, InitErrorDetails, PydanticCustomError

from sopkit.model.config import Config, Criticality
from sopkit.model.durations import DateText, Duration, OneOrMany

REQUIRED_SECTIONS = ("Purpose", "Scope", "Roles", "Inputs", "Procedure", "References")
SECTION_ORDER = (
    *REQUIRED_SECTIONS[:-1],
    *("Outputs", "Records", "Exceptions", "Escalation", "Rollback", "Metrics", "Feedback"),
    REQUIRED_SECTIONS[-1],
)
"""The sections in the order of the templates. Triggers and Definitions have no place in it: they stand anywhere."""


class Status(StrEnum):
    """What the owner intends; whether an SOP is approved is computed, never written."""

    DRAFT = "draft"
    TRIAL = "trial"
    ACTIVE = "active"
    RETIRED = "retired"


class Classification(StrEnum):
    """Who may read it, from the most public to the most secret."""

    PUBLIC = "public"
    INTERNAL = "internal"
    CONFIDENTIAL = "confidential"
    RESTRICTED = "restricted"


class FrontMatterPart(BaseModel):
    """A mapping inside the front matter."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


class ControlClaim(FrontMatterPart):
    """A control that the SOP carries out, wholly or in part."""

    id: str = Field(description="Control id of the framework under which it stands; a range such as A.5.19-23.")
    strength: Literal["full", "partial", "supporting"] = Field(
        "full", description="How much of the control the SOP carries out."
    )
    note: str = Field("", description="Why it is this strength.")

    @model_validator(mode="before")
    @classmethod
    def _from_id(cls, value: object) -> object:
        return {"id": value} if isinstance(value, str) else value

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """The id alone, or a mapping."""
        mapping = handler.resolve_ref_schema(handler(schema))
        return {"anyOf": [{"type": "string", "description": "Control id."}, {**mapping}]}


class CarriedControl(ControlClaim):
    """A control that an SOP claims, and where in the SOP it is carried out."""

    section: str = Field("", description="Heading or name of the section that carries it out.")


class Trigger(FrontMatterPart):
    """What sets the procedure off: an event, or a period."""

    event: str | None = Field(None, description="What happens.")
    every: Duration | None = Field(None, description="How often it is done.")

    @model_validator(mode="after")
    def _one(self) -> Self:
        if (self.event is None) == (self.every is None):
            raise PydanticCustomError("trigger", "a trigger has either `event` or `every`")
        return self


class RecordKept(FrontMatterPart):
    """A record that carrying out the SOP leaves behind."""

    id: str = Field(description="Id of the record, unique in the SOP.")
    name: str = Field(description="What it is.")
    where: str = Field(description="Where it is kept.")
    retention: str = Field(description="How long it is kept.")


def _number(value: object) -> object:
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 10:  # noqa: PLR2004 - no big integers
        return int(value)
    if isinstance(value, int):
        return value
    raise PydanticCustomError("number", "not a whole number")


class TimeLimit(FrontMatterPart):
    """A promise that an auditor will test."""

    limit: Duration = Field(description="How long.")
    starts: str = Field("", description="What starts the clock.")
    source: Literal["law", "contract", "policy"] | None = Field(None, description="Who asks for it.")
    target: Annotated[int, Field(ge=0, le=100), BeforeValidator(_number)] | None = Field(
        None, description="Percent of the cases that are on time; by default 100 for law and contract, else 95."
    )


class TrainingNeed(FrontMatterPart):
    """How the audience is trained."""

    method: Literal["read", "quiz", "session", "observe"] = Field("read", description="How.")
    pass_mark: Annotated[int, Field(ge=0, le=100), BeforeValidator(_number)] | None = Field(
        None, description="Percent of a quiz; by default that of sopkit.toml."
    )
    refresh: Duration | None = Field(None, description="How often it is repeated.")
    again_on: Literal["major", "minor", "never"] | None = Field(
        None, description="Version step that repeats it; by default that of sopkit.toml."
    )


Ids = OneOrMany[str]
Version = Annotated[str, Field(pattern=r"^\d{1,6}\.\d{1,6}(\.\d{1,6})?$")]


class Sections(FrontMatterPart):
    """The six sections that every SOP has; each is its Markdown."""

    purpose: str = Field(description="Why the procedure exists.")
    scope: str = Field(description="What it covers, and what it does not.")
    roles: str = Field(description="Who does what.")
    inputs: str = Field(description="What must be at hand before the first step.")
    procedure: str = Field(description="The steps.")
    references: str = Field(description="Controls, policies and documents that it rests on.")


Errors = list[InitErrorDetails]


@dataclass(frozen=True)
class ValidationContext:
    """What validation needs to know beside the document: the configuration and a checker of control claims."""

    config: Config
    check_controls: Callable[[dict[str, Any]], Errors]


class SopDocument(FrontMatterPart):
    """A valid SOP. `id` to `owner` are asked for from the first draft, the others when the status rises."""

    id: str = Field(description="Unique for ever; ids of retired SOPs are not used again.")
    title: str = Field(description="Title.")
    version: Version = Field(description="MAJOR.MINOR or MAJOR.MINOR.PATCH.")
    status: Status = Field(description="What the owner intends.")
    area: str = Field(description="One of the configured areas.")
    owner: str = Field(description="Role that answers for the SOP.")
    approvers: Ids = Field((), description="Roles that approve; by default those of the area.")
    classification: Classification = Field(Classification.INTERNAL, description="Who may read it.")
    criticality: Criticality | None = Field(None, description="Drives review interval and gates.")
    review_every: Duration | None = Field(None, description="Review interval; by default that of the area.")
    effective: DateText | None = Field(None, description="In force since this day, once approved.")
    policies: Ids = Field((), description="Policies whose rules the SOP carries out.")
    contributors: Ids = Field((), description="Roles that described how it is done today.")
    controls: dict[str, OneOrMany[CarriedControl]] = Field(
        default_factory=dict, description="Framework id to the controls that the SOP carries out."
    )
    risks: Ids = Field((), description="Risks that it treats.")
    assets: Ids = Field((), description="Assets that it works on.")
    vendors: Ids = Field((), description="Vendors that it concerns.")
    triggers: OneOrMany[Trigger] = Field((), description="What sets it off.")
    inputs: Ids = Field((), description="Structured list beside the section.")
    outputs: Ids = Field((), description="Structured list beside the section.")
    records: OneOrMany[RecordKept] = Field((), description="What carrying it out leaves behind.")
    time_limits: dict[str, TimeLimit] = Field(default_factory=dict, description="Promised limits by id.")
    audience: Ids = Field((), description="Roles that are trained on it, or everyone.")
    training: TrainingNeed | None = Field(None, description="How they are trained.")
    watches: Ids = Field((), description="Globs of the code or configuration that it describes.")
    requires: Ids = Field((), description="SOPs that must be done first.")
    related: Ids = Field((), description="SOPs to read as well.")
    supersedes: Ids = Field((), description="SOPs that it replaces.")
    superseded_by: Ids = Field((), description="SOPs that replace it.")
    template: str = Field("", description="Template and its version, as name@version.")
    summary: str = Field("", description="One or two sentences.")
    language: str = Field("", description="BCP 47 language tag.")
    tags: Ids = Field((), description="Words to find it by.")
    sections: Sections = Field(description="The six required sections, read from the body.")

    @model_validator(mode="wrap")
    @classmethod
    def _whole(cls, value: Any, handler: ValidatorFunctionWrapHandler, info: ValidationInfo) -> Self:  # noqa: ANN401 - pydantic's signature
        """Add what depends on several fields, so that all errors come at once."""
        errors: Errors = []
        document: Self | None = None
        try:
            document = handler(value)
        except ValidationError as error:
            for line in error.errors(include_url=False):
                kind: Any = line["type"]
                if kind not in {"missing", "extra_forbidden"}:
                    context = {key: item for key, item in line.get("ctx", {}).items() if key != "error"}
                    kind = PydanticCustomError(kind, "{message}", {**context, "message": line["msg"]})
                errors.append(InitErrorDetails(type=kind, loc=line["loc"], input=line["input"]))
        if isinstance(value, dict) and isinstance(info.context, ValidationContext):
            errors += _context_errors(value, info.context)
        if errors or document is None:
            raise ValidationError.from_exception_data(cls.__name__, errors)
        return document


_TRIAL_KEYS = ("approvers", "criticality", "contributors", "triggers")
_REQUIRED_BY_STATUS = {"trial": _TRIAL_KEYS, "active": (*_TRIAL_KEYS, "effective", "records")}


def _context_errors(value: dict[str, Any], around: ValidationContext) -> Errors:
    errors: Errors = []
    config = around.config
    status, area = value.get("status"), value.get("area")
    if isinstance(area, str) and area not in config.all_areas:
        errors.append(_custom_error("area", ("area",), area, known=tuple(config.all_areas)))
    for key in _REQUIRED_BY_STATUS.get(str(status), ()):
        by_area = key == "approvers" and isinstance(area, str) and config.approvers((), area)
        if not value.get(key) and not by_area:
            errors.append(_custom_error("missing_for_status", (key,), value.get(key), status=str(status)))
    return errors + around.check_controls(value)


def _custom_error(kind: str, loc: tuple[str, ...], value: object, **context: object) -> InitErrorDetails:
    return InitErrorDetails(type=PydanticCustomError(kind, kind, context), loc=loc, input=value)
