"""The JSON document of `sopkit lint -f json`, which other programs may rely on."""

from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from sopkit.model.finding import FixClass, Severity


class _Published(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class EditRow(_Published):
    """One replacement in the finding's file."""

    start: int = Field(ge=0, description="Byte offset at which the replaced range begins.")
    end: int = Field(ge=0, description="Byte offset behind the replaced range.")
    text: str = Field(description="What stands there afterwards.")


class FixRow(_Published):
    """Edits that mend the finding, applied together or not at all."""

    label: str = Field(description="What the fix does.")
    kind: FixClass = Field(description="M: a fix that --fix applies; S: a suggestion that --fix --unsafe applies.")
    command: str | None = Field(description="The command that applies it; null when a person has to.")
    edits: tuple[EditRow, ...] = Field(description="The replacements; offsets are those of the file as linted.")


class FindingRow(_Published):
    """One thing that is wrong, and where."""

    path: str = Field(description=r"File, relative to the library, with `/`; bytes that are not UTF-8 as `\xff`.")
    line: int = Field(ge=1, description="First line, from 1.")
    column: int = Field(ge=1, description="First column, from 1, in code points.")
    end_line: int = Field(ge=1, description="Last line.")
    end_column: int = Field(ge=1, description="Column behind the last character.")
    start: int = Field(ge=0, description="Byte offset of the first byte.")
    end: int = Field(ge=0, description="Byte offset behind the last byte.")
    code: str = Field(description="Code of the rule; it never changes.")
    name: str = Field(description="Name of the rule.")
    severity: Severity = Field(description="How much the finding weighs in this run.")
    message: str = Field(description="What is wrong and what to do.")
    fix: FixRow | None = Field(description="How a program can mend it, or null.")


class IgnoredRow(FindingRow):
    """A finding that somebody accepted."""

    reason: str = Field(description="Why it was accepted.")


class Counts(_Published):
    """Findings by severity, without the ignored ones."""

    error: int = Field(ge=0, description="Findings of severity error.")
    warning: int = Field(ge=0, description="Findings of severity warning.")
    info: int = Field(ge=0, description="Findings of severity info.")


class Summary(_Published):
    """What the run did, in numbers."""

    profile: str = Field(description="The rule set that ran.")
    fail_on: Severity = Field(description="The least severity that fails.")
    failed: bool = Field(description="Whether a finding is as severe as fail_on.")
    checked: int = Field(ge=0, description="SOPs that were linted, or registers that were checked.")
    findings: Counts = Field(description="Findings by severity.")
    by_rule: dict[str, int] = Field(description="Findings by the code of their rule.")
    ignored: int = Field(ge=0, description="Findings that an ignore took out.")
    known: int = Field(ge=0, description="Findings that the baseline has.")
    fixable: int = Field(ge=0, description="Findings that a plain --fix mends.")
    left_out: tuple[str, ...] = Field(description="Codes of rules that could not run without the history.")


class LintDocument(_Published):
    """What `sopkit lint -f json` writes."""

    schema_: Literal["sopkit/lint/1"] = Field("sopkit/lint/1", alias="schema", description="Name of this schema.")
    tool: str = Field(description="Name and version of the program.")
    head: str | None = Field(description="Commit that was linted; null outside a repository.")
    as_of: date = Field(description="The day on which the library was judged.")
    summary: Summary = Field(description="The run in numbers.")
    findings: tuple[FindingRow, ...] = Field(description="Sorted by path, place, code and message.")
    ignored: tuple[IgnoredRow, ...] = Field(description="Accepted findings, sorted likewise.")
    known: tuple[FindingRow, ...] = Field(description="Findings that the baseline has, sorted likewise.")


def schema() -> dict[str, object]:
    """The JSON Schema of the document."""
    described = LintDocument.model_json_schema(mode="serialization", by_alias=True)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **described}
