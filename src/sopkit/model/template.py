"""A template: the schema of its header, and the text from which an SOP is created."""

from dataclasses import dataclass
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from sopkit.model.durations import OneOrMany
from sopkit.model.registers import YesNo
from sopkit.model.sop_document import ControlClaim

MarkText = Annotated[str, StringConstraints(min_length=1, max_length=90, pattern=r"^[^\[\]\n]*$")]
"""What a mark in brackets can hold and the linter still knows for a mark."""

DEFAULT_COMPANY = "the company"
"""What an organisation without a name is called."""


class TemplatePart(BaseModel):
    """A mapping in the header of a template."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


class TemplateDecision(TemplatePart):
    """What no default can know: the company decides it."""

    ask: MarkText = Field(description="What must be decided; completes `[decide: …]`, without brackets.")
    example: MarkText = Field(description="An answer that a company may give.")

    @property
    def mark(self) -> str:
        """What stands in the text until it is decided."""
        return f"[decide: {self.ask}, e.g. {self.example}]"


class TemplateHeader(TemplatePart):
    """The YAML above the text of a template."""

    version: str = Field(min_length=1, description="Version of the template.")
    title: str = Field(min_length=1, description="Default title of the SOP.")
    area: str = Field(min_length=1, description="Area to which the SOP belongs.")
    owner: str = Field(min_length=1, description="Role id of the owner.")
    approvers: OneOrMany[str] = Field(description="Role ids of those who approve.")
    summary: str = Field(min_length=1, description="One line for the list of templates.")
    starter: YesNo = Field(default=False, description="Whether `sopkit init` begins its area with it.")
    controls: dict[str, OneOrMany[ControlClaim]] = Field(
        default_factory=dict, description="Framework id to the controls that the SOP carries out."
    )
    decisions: dict[str, TemplateDecision] = Field(default_factory=dict, description="Name to what must be decided.")


@dataclass(frozen=True)
class Template:
    """A template as read; `path` names its file in messages, `first_line` is the line on which the text begins."""

    name: str
    path: str
    own: bool
    header: TemplateHeader
    text: str
    first_line: int
    source: bytes

    @property
    def label(self) -> str:
        """What the SOP says that it was made from."""
        return f"{self.name}@{self.header.version}"
