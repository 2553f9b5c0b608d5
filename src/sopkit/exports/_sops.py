"""An SOP as data: front matter, status, controls, sections, steps and findings, with the schema."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

from sopkit.analysis.control_claims import implementations_of
from sopkit.analysis.responsibilities import actors_of
from sopkit.analysis.time_limits import limit_mentions, minutes_by_limit
from sopkit.library import Library
from sopkit.lifecycle.library_status import LibraryStatus
from sopkit.lifecycle.status import SopState, StatusFlag
from sopkit.model.body import Step
from sopkit.model.finding import Finding, Severity
from sopkit.model.sop import Sop
from sopkit.parsing.digest import digest
from sopkit.tables.document import Schema, array_schema, object_schema, row_schema, to_json


@dataclass(frozen=True, slots=True)
class FlawRow:
    """What reading and the schema found in a file; `sopkit lint` tells more."""

    code: Annotated[str, "Code of the rule."]
    severity: Annotated[Severity, "How much it weighs."]
    line: Annotated[int, "Line in the file."]
    message: Annotated[str, "What is wrong and what to do."]


def flaw_rows(findings: Iterable[Finding]) -> tuple[FlawRow, ...]:
    """The findings of a file as rows."""
    return tuple(FlawRow(one.code, one.severity, one.place.line, one.message) for one in findings)


@dataclass(frozen=True, slots=True)
class TriggerRow:
    """What sets an SOP off."""

    event: Annotated[str, "What happens; empty for a period."]
    every: Annotated[str, "How often, as typed; empty for an event."]


@dataclass(frozen=True, slots=True)
class RecordRow:
    """A record that an SOP leaves behind, as typed."""

    id: Annotated[str, "Id, unique in the SOP."]
    name: Annotated[str, "What it is."]
    where: Annotated[str, "Where it is kept."]
    retention: Annotated[str, "How long it is kept."]


@dataclass(frozen=True, slots=True)
class TimeLimitRow:
    """A time limit of the front matter."""

    id: Annotated[str, "Id, unique in the SOP."]
    limit: Annotated[str, "How long, as typed."]
    minutes: Annotated[int | None, "The same in minutes, a month being 30.4375 days; null where it is no length."]
    starts: Annotated[str, "What starts the clock."]
    source: Annotated[str, "Who asks for it: law, contract or policy."]
    steps: Annotated[tuple[str, ...], "Numbers of the steps that say it."]


@dataclass(frozen=True, slots=True)
class SopControlRow:
    """A control that an SOP carries out; only ids that exist under their framework are told."""

    framework: Annotated[str, "Id of the framework."]
    control: Annotated[str, "Id of the control."]
    strength: Annotated[str, "full, partial or supporting."]
    note: Annotated[str, "Why it is that strength."]
    section: Annotated[str, "Heading that the claim names; empty when it names none."]
    claimed: Annotated[bool, "Whether the front matter claims it; else only steps name it."]
    steps: Annotated[tuple[str, ...], "Numbers of the steps that name it."]


@dataclass(frozen=True, slots=True)
class SectionRow:
    """A section that was recognised."""

    names: Annotated[tuple[str, ...], "What it is: Purpose, Scope, Roles and so on; one heading may name two."]
    heading: Annotated[str, "Its heading as typed."]
    level: Annotated[int, "Level of the heading, from 1."]
    line: Annotated[int, "Line of the heading."]


@dataclass(frozen=True, slots=True)
class SopStateRow:
    """What can be shown for an SOP; without history only state and digest are known. People are named by key."""

    state: Annotated[str, "State as `sopkit stale` tells it; `uncommitted` for a file that git does not hold."]
    flags: Annotated[tuple[SopState | StatusFlag, ...], "Every state and mark that applies."]
    revision: Annotated[str, "Run of landed texts: r1, r2 and so on."]
    digest: Annotated[str, "Digest of the text (docs/digest.md)."]
    in_force: Annotated[str, "The approved revision that is in force."]
    reviewed: Annotated[date | None, "Day of the last review."]
    reviewed_by: Annotated[str, "Who reviewed, by key."]
    approved: Annotated[date | None, "Day on which the approval of the text landed."]
    approved_by: Annotated[tuple[str, ...], "Who approved it, by key."]
    due: Annotated[date | None, "Last day on which the next review is in time."]
    evidence: Annotated[str, "The latest review or approval that counts, with its level."]
    edited: Annotated[bool, "Whether the file differs from the last commit."]


@dataclass(frozen=True, slots=True)
class SopDataRow:
    """One SOP. Values are as typed; lists are lists, whether typed as one value or several."""

    id: Annotated[str, "Id; empty where there is none."]
    path: Annotated[str, "File, relative to the library; unique."]
    title: Annotated[str, "Title, else the first heading."]
    version: Annotated[str, "Version."]
    status: Annotated[str, "Status."]
    area: Annotated[str, "Area."]
    owner: Annotated[str, "Role that owns it."]
    approvers: Annotated[tuple[str, ...], "Roles that approve it, its own or those of its area."]
    classification: Annotated[str, "Who may read it; `internal` where nothing is said."]
    criticality: Annotated[str, "Criticality."]
    review_every: Annotated[str, "Review interval of its own."]
    effective: Annotated[str, "In force since this day, once approved."]
    summary: Annotated[str, "One or two sentences."]
    language: Annotated[str, "Language tag."]
    template: Annotated[str, "Template and its version."]
    policies: Annotated[tuple[str, ...], "Policies whose rules it carries out."]
    risks: Annotated[tuple[str, ...], "Risks that it treats."]
    assets: Annotated[tuple[str, ...], "Assets that it works on."]
    vendors: Annotated[tuple[str, ...], "Vendors that it concerns."]
    requires: Annotated[tuple[str, ...], "SOPs that must be done first."]
    related: Annotated[tuple[str, ...], "SOPs to read as well."]
    supersedes: Annotated[tuple[str, ...], "SOPs that it replaces."]
    superseded_by: Annotated[tuple[str, ...], "SOPs that replace it."]
    contributors: Annotated[tuple[str, ...], "Roles that described it."]
    audience: Annotated[tuple[str, ...], "Roles that are trained on it."]
    watches: Annotated[tuple[str, ...], "Globs of the files that it describes."]
    tags: Annotated[tuple[str, ...], "Words to find it by."]
    triggers: Annotated[tuple[TriggerRow, ...], "What sets it off."]
    records: Annotated[tuple[RecordRow, ...], "What carrying it out leaves behind."]
    time_limits: Annotated[tuple[TimeLimitRow, ...], "Promised limits of time."]
    controls: Annotated[tuple[SopControlRow, ...], "Controls that it carries out."]
    sections: Annotated[tuple[SectionRow, ...], "Its sections in the order of the text."]
    body: Annotated[str, "The Markdown below the front matter; bytes that are not UTF-8 are replaced."]
    standing: Annotated[SopStateRow, "What can be shown for it."]
    valid: Annotated[bool, "Whether front matter and sections are as the schema asks."]
    flaws: Annotated[tuple[FlawRow, ...], "What is wrong with the file."]


@dataclass(frozen=True, slots=True)
class StepLimitRow:
    """A limit of time in a step."""

    text: Annotated[str, "As the step says it."]
    minutes: Annotated[int, "Its length; a month is 30.4375 days."]
    time_limits: Annotated[tuple[str, ...], "Ids of the time limits of the front matter that it says."]


@dataclass(frozen=True, slots=True)
class SopStepRow:
    """One step."""

    number: Annotated[str, "Its number, with those of the steps around it: `3.1`."]
    anchor: Annotated[str, "Its anchor, which stays when numbers change; empty where it has none."]
    line: Annotated[int, "Its line in the file."]
    actor: Annotated[str, "Who acts, as the step names it."]
    roles: Annotated[
        tuple[str, ...],
        "The roles that act: ids of the register, `everyone`, or names that it lacks; none means as around it.",
    ]
    text: Annotated[str, "What is to be done, without who does it."]
    condition: Annotated[str, "What the step depends on."]
    otherwise: Annotated[str, "What is done else."]
    limits: Annotated[tuple[StepLimitRow, ...], "Its limits of time."]
    expects: Annotated[tuple[str, ...], "What is to be seen afterwards."]
    evidence: Annotated[tuple[str, ...], "What proves that it was done."]
    controls: Annotated[tuple[str, ...], "Controls that it names, as typed; `controls` of the SOP has them resolved."]
    notes: Annotated[tuple[str, ...], "Notes and warnings."]


def procedure_objects(sop: Sop, library: Library) -> list[dict[str, Any]]:
    """The runs of steps in the order of the text."""
    roles = {id(step): roles for _, step, roles, *_ in actors_of(sop, library)}
    limits: dict[int, list[StepLimitRow]] = {}
    for step, limit, ids in limit_mentions(sop):
        limits.setdefault(id(step), []).append(StepLimitRow(limit.text, round(limit.minutes), ids))

    def step_object(step: Step) -> dict[str, Any]:
        row = SopStepRow(
            number=step.number,
            anchor=step.anchor,
            line=sop.source.place(step.start).line,
            actor=step.actor,
            roles=roles.get(id(step), ()),
            text=step.text,
            condition=step.condition,
            otherwise=step.otherwise,
            limits=tuple(limits.get(id(step), ())),
            expects=step.expects,
            evidence=step.evidence,
            controls=tuple(line.text for line in step.controls),
            notes=step.notes,
        )
        return {**to_json(row), "steps": [step_object(child) for child in step.children]}

    return [
        {
            "heading": to_json(run.heading.text),
            "line": sop.source.place(run.heading.start).line,
            "actor": to_json(run.actor),
            "steps": [step_object(step) for step in run.steps],
        }
        for run in sop.body.procedures
    ]


def procedures_schema() -> Schema:
    """The schema of the runs; that of a step is `step` among the definitions of the document."""
    steps = array_schema({"$ref": "#/$defs/step"})
    parts: dict[str, tuple[str, Schema]] = {
        "heading": ("The heading above.", {"type": "string"}),
        "line": ("Its line.", {"type": "integer"}),
        "actor": ("Who acts where a step names nobody.", {"type": "string"}),
        "steps": ("The steps.", steps),
    }
    return array_schema(object_schema(parts))


def step_schema() -> Schema:
    """The schema of a step with the steps inside it."""
    inside = {"description": "The steps inside it.", **array_schema({"$ref": "#/$defs/step"})}
    return _add_properties(row_schema(SopStepRow), {"steps": inside})


def _add_properties(row: Schema, more: Schema) -> Schema:
    """The schema of a row with further keys, all required."""
    properties, required = row["properties"], row["required"]
    assert isinstance(properties, dict)  # noqa: S101 - as `object_schema` makes it
    assert isinstance(required, list)  # noqa: S101
    return row | {"properties": properties | more, "required": [*required, *more]}


_LIST_KEYS = (
    *("policies", "risks", "assets", "vendors", "requires", "related", "supersedes", "superseded_by"),
    *("contributors", "audience", "watches", "tags"),
)
_TEXT_KEYS = (
    *("version", "status", "area", "owner", "criticality", "review_every", "effective"),
    *("summary", "language", "template"),
)


def sop_object(sop: Sop, status: LibraryStatus) -> dict[str, Any]:
    """An SOP with its front matter as it stands in the file, and its procedures."""
    procedures = procedure_objects(sop, status.library) if sop.readable else []
    found = {**to_json(_sop_row(sop, status)), "front_matter": dict(sop.front.typed), "procedures": procedures}
    sop.forget_body()
    return found


def sop_schema() -> Schema:
    """The schema of an SOP."""
    more: Schema = {
        "front_matter": {
            "description": "Every key of the front matter as the file has it; values are text, lists and mappings.",
            "type": "object",
        },
        "procedures": {"description": "The runs of steps.", **procedures_schema()},
    }
    return _add_properties(row_schema(SopDataRow), more)


def _sop_row(sop: Sop, status: LibraryStatus) -> SopDataRow:
    library = status.library
    typed: dict[str, Any] = {key: sop.text(key) for key in _TEXT_KEYS}
    typed |= {key: tuple(name for name, _ in sop.texts(key)) for key in _LIST_KEYS}
    return SopDataRow(
        id=sop.id,
        path=sop.path,
        title=sop.title,
        approvers=library.approvers(sop),
        classification=sop.classification,
        triggers=tuple(
            TriggerRow(_text_of(row, "event"), _text_of(row, "every")) for row, _ in sop.mappings("triggers")
        ),
        records=tuple(
            RecordRow(*(_text_of(row, key) for key in ("id", "name", "where", "retention")))
            for row, _ in sop.mappings("records")
        ),
        time_limits=tuple(_limit_rows(sop)),
        sections=tuple(
            SectionRow(one.names, one.heading.text, one.heading.level, sop.source.place(one.heading.start).line)
            for one in (sop.body.sections if sop.readable else ())
        ),
        body=sop.source.data[sop.body_start :].decode("utf-8", "replace"),
        standing=_state_row(sop, status),
        valid=sop.document is not None,
        flaws=flaw_rows(sop.findings),
        controls=tuple(
            SopControlRow(
                framework=one.framework,
                control=one.control,
                strength=one.strength,
                note=one.note,
                section=one.sections[0] if one.section else "",
                claimed=one.claimed,
                steps=tuple(step.number for step in one.steps),
            )
            for one in implementations_of(sop, library)  # the last, for it frees the body
        ),
        **typed,
    )


def _text_of(row: Mapping[str, object], key: str) -> str:
    value = row.get(key)
    return value if isinstance(value, str) else ""


def _limit_rows(sop: Sop) -> Iterator[TimeLimitRow]:
    mentions = tuple(limit_mentions(sop)) if sop.readable else ()
    minutes = minutes_by_limit(sop)
    limits = sop.front.values.get("time_limits")
    for name, entry in limits.items() if isinstance(limits, dict) else ():
        row = entry if isinstance(entry, dict) else {"limit": entry}
        steps = tuple(dict.fromkeys(one.step.number for one in mentions if name in one.ids))
        yield TimeLimitRow(
            name, _text_of(row, "limit"), minutes.get(name), _text_of(row, "starts"), _text_of(row, "source"), steps
        )


def _state_row(sop: Sop, status: LibraryStatus) -> SopStateRow:
    one = status.of(sop)
    row = one.row
    return SopStateRow(
        state=one.state,
        flags=row.flags if row else (),
        revision=row.revision if row else "",
        digest=digest(sop, status.library.config),
        in_force=one.in_force,
        reviewed=one.reviewed,
        reviewed_by=row.reviewed_by if row else "",
        approved=one.approved,
        approved_by=row.approved_by if row else (),
        due=one.due,
        evidence=one.evidence,
        edited=one.edited,
    )
