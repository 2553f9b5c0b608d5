"""The results of the tools; their descriptions are published as the schemas of the tools."""

from datetime import date

from pydantic import BaseModel, ConfigDict, Field, field_validator

from sopkit.tables.hidden_characters import remove_hidden


class ResultModel(BaseModel):
    """A part of an answer."""

    model_config = ConfigDict(frozen=True)

    @field_validator("*")
    @classmethod
    def _remove_hidden(cls, value: object) -> object:
        """No text has characters that no reader sees."""
        if isinstance(value, tuple):
            return tuple(remove_hidden(item) if isinstance(item, str) else item for item in value)
        return remove_hidden(value) if isinstance(value, str) else value


class SopSource(ResultModel):
    """The SOP that something is taken from, and whether it may be relied on."""

    sop: str = Field(description="Id of the SOP.")
    title: str = Field(description="Its title.")
    version: str = Field(description="Version label of the text that is quoted.")
    status: str = Field(description="draft, trial, active or retired, as the SOP says today.")
    approved: bool = Field(description="Whether the quoted text is the approved one that is in force.")
    state: str = Field(description="State of its review, such as current or overdue; unknown without history.")


class SopPassage(SopSource):
    """Words out of an SOP with the place to cite."""

    cite: str = Field(description="The place to cite, such as `AC-001 2.1, Procedure, step 3`.")
    text: str = Field(description="The words that stand there.")


class StepText(ResultModel):
    """One step."""

    cite: str = Field(description="The place to cite.")
    number: str = Field(description="Number of the step, such as 3 or 3.1.")
    actor: str = Field(description="Who acts; empty where nobody is named.")
    text: str = Field(description="What is done.")
    within: tuple[str, ...] = Field((), description="Time limits, as written.")
    expects: tuple[str, ...] = Field((), description="What is to be seen afterwards.")
    evidence: tuple[str, ...] = Field((), description="What proves that it was done.")
    otherwise: str = Field("", description="What is done in the other case.")


class SectionText(ResultModel):
    """One section as Markdown."""

    cite: str = Field(description="The place to cite.")
    heading: str = Field(description="Heading as written.")
    text: str = Field(
        description="Content as Markdown, as far as the page shows it: without comments and the targets of links."
    )


class SopText(SopSource):
    """An SOP, as approved where it is."""

    approval: str = Field(description="What the ledger says of the quoted text, in one sentence.")
    owner: str = Field(description="The role that answers for it.")
    classification: str = Field(description="Who may read it.")
    due: date | None = Field(description="Last day on which its next review is in time.")
    note: str = Field("", description="What has to be known before the text is used.")
    sections: tuple[SectionText, ...] = Field((), description="Its sections in order.")
    steps: tuple[StepText, ...] = Field((), description="Its steps and sub-steps in order.")


class ControlClaimResult(SopSource):
    """An SOP that claims a control."""

    controls: tuple[str, ...] = Field(description="The controls asked for that it claims, as framework:id.")
    owner: str = Field(description="The role that answers for it.")
    steps: tuple[SopPassage, ...] = Field((), description="The steps that name the control themselves.")


class DueSopResult(SopSource):
    """An SOP that needs something."""

    owner: str = Field(description="The role that answers for it.")
    due: date | None = Field(description="Last day on which its next review is in time.")
    days: int | None = Field(description="Days until then; negative when overdue.")
    reason: str = Field(description="Why it is in that state.")


class RoleDuty(SopPassage):
    """Something that a role has to do."""

    kind: str = Field(description="step, owns, approves or is trained.")
    within: tuple[str, ...] = Field((), description="Time limits, as written.")
