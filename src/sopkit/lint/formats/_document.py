"""The JSON document of `sopkit lint -f json`: its published models, and the report as one of them."""

from collections import Counter
from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from sopkit.lint.format import LintOutput
from sopkit.model.finding import Finding, FixClass, Severity


class _PublishedModel(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class EditRow(_PublishedModel):
    """One replacement in the finding's file."""

    start: int = Field(ge=0, description="Byte offset at which the replaced range begins.")
    end: int = Field(ge=0, description="Byte offset behind the replaced range.")
    text: str = Field(description="What stands there afterwards.")


class FixRow(_PublishedModel):
    """Edits that mend the finding, applied together or not at all."""

    label: str = Field(description="What the fix does.")
    kind: FixClass = Field(description="M: a fix that --fix applies; S: a suggestion that --fix --unsafe applies.")
    command: str | None = Field(description="The command that applies it; null when a person has to.")
    edits: tuple[EditRow, ...] = Field(description="The replacements; offsets are those of the file as linted.")


class FindingRow(_PublishedModel):
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


class Counts(_PublishedModel):
    """Findings by severity, without the ignored ones."""

    error: int = Field(ge=0, description="Findings of severity error.")
    warning: int = Field(ge=0, description="Findings of severity warning.")
    info: int = Field(ge=0, description="Findings of severity info.")


class Summary(_PublishedModel):
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


class LintDocument(_PublishedModel):
    """What `sopkit lint -f json` writes."""

    schema_: Literal["sopkit/lint/1"] = Field("sopkit/lint/1", alias="schema", description="Name of this schema.")
    tool: str = Field(description="Name and version of the program.")
    head: str | None = Field(description="Commit that was linted; null outside a repository.")
    as_of: date = Field(description="The day on which the library was judged.")
    summary: Summary = Field(description="The run in numbers.")
    findings: tuple[FindingRow, ...] = Field(description="Sorted by path, place, code and message.")
    ignored: tuple[IgnoredRow, ...] = Field(description="Accepted findings, sorted likewise.")
    known: tuple[FindingRow, ...] = Field(description="Findings that the baseline has, sorted likewise.")


def lint_document_schema() -> dict[str, object]:
    """The JSON Schema of the document."""
    described = LintDocument.model_json_schema(mode="serialization", by_alias=True)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **described}


def lint_document(output: LintOutput) -> LintDocument:
    """The document with its findings and, apart, the ignored ones."""
    report = output.report
    severities = Counter(finding.severity for finding in report.findings)
    summary = Summary(
        profile=report.profile.value,
        fail_on=report.fail_on,
        failed=report.failed,
        checked=report.checked,
        findings=Counts(
            error=severities[Severity.ERROR], warning=severities[Severity.WARNING], info=severities[Severity.INFO]
        ),
        by_rule=dict(sorted(Counter(finding.code for finding in report.findings).items())),
        ignored=len(report.ignored),
        known=len(report.known),
        fixable=output.fixable,
        left_out=report.left_out,
    )
    return LintDocument(
        tool=output.tool,
        head=output.head or None,
        as_of=output.library.as_of,
        summary=summary,
        findings=tuple(_row(output, finding) for finding in report.findings),
        ignored=tuple(IgnoredRow(**dict(_row(output, one)), reason=one.ignored or "") for one in report.ignored),
        known=tuple(_row(output, finding) for finding in report.known),
    )


def _row(output: LintOutput, finding: Finding) -> FindingRow:
    rule, place, fix = output.report.rules.get(finding.code), finding.place, None
    if finding.fix is not None:
        fix = FixRow(
            label=finding.fix.label,
            kind=finding.fix.kind,
            command=output.fix_command(finding) or None,
            edits=tuple(EditRow(start=edit.start, end=edit.end, text=edit.text) for edit in finding.fix.edits),
        )
    return FindingRow(
        path=finding.path,
        line=place.line,
        column=place.column,
        end_line=place.end_line,
        end_column=place.end_column,
        start=place.start,
        end=place.end,
        code=finding.code,
        name=rule.name if rule else "",
        severity=finding.severity,
        message=finding.message,
        fix=fix,
    )
