"""The procedures of an SOP with their steps, one inside the other as in the text."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from sopkit.analysis.responsibilities import actors_of
from sopkit.analysis.time_limits import limit_mentions
from sopkit.library import Library
from sopkit.model.body import Procedure, Step
from sopkit.model.sop import Sop
from sopkit.tables.rows import Schema, array_schema, object_schema, row_schema, to_json


@dataclass(frozen=True, slots=True)
class SaidRow:
    """A limit of time in a step."""

    text: Annotated[str, "As the step says it."]
    minutes: Annotated[int, "Its length; a month is 30.4375 days."]
    time_limits: Annotated[tuple[str, ...], "Ids of the time limits of the front matter that it says."]


@dataclass(frozen=True, slots=True)
class StepRow:
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
    limits: Annotated[tuple[SaidRow, ...], "Its limits of time."]
    expects: Annotated[tuple[str, ...], "What is to be seen afterwards."]
    evidence: Annotated[tuple[str, ...], "What proves that it was done."]
    controls: Annotated[tuple[str, ...], "Controls that it names, as typed; `controls` of the SOP has them resolved."]
    notes: Annotated[tuple[str, ...], "Notes and warnings."]


def procedures(sop: Sop, library: Library) -> list[dict[str, Any]]:
    """The runs of steps in the order of the text."""
    roles = {id(step): roles for _, step, roles, *_ in actors_of(sop, library)}
    limits: dict[int, list[SaidRow]] = {}
    for step, limit, ids in limit_mentions(sop):
        limits.setdefault(id(step), []).append(SaidRow(limit.text, round(limit.minutes), ids))

    def told(step: Step) -> dict[str, Any]:
        row = _row(sop, step, roles, tuple(limits.get(id(step), ())))
        return {**to_json(row), "steps": [told(child) for child in step.children]}

    return [_procedure(run, sop) | {"steps": [told(step) for step in run.steps]} for run in sop.body.procedures]


def _procedure(run: Procedure, sop: Sop) -> dict[str, Any]:
    heading = run.heading
    return {"heading": to_json(heading.text), "line": sop.source.place(heading.start).line, "actor": to_json(run.actor)}


def _row(sop: Sop, step: Step, roles: Mapping[int, tuple[str, ...]], limits: tuple[SaidRow, ...]) -> StepRow:
    return StepRow(
        number=step.number,
        anchor=step.anchor,
        line=sop.source.place(step.start).line,
        actor=step.actor,
        roles=roles.get(id(step), ()),
        text=step.text,
        condition=step.condition,
        otherwise=step.otherwise,
        limits=limits,
        expects=step.expects,
        evidence=step.evidence,
        controls=step.controls,
        notes=step.notes,
    )


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
    row = row_schema(StepRow)
    inside = {"steps": {"description": "The steps inside it.", **array_schema({"$ref": "#/$defs/step"})}}
    properties, required = row["properties"], row["required"]
    assert isinstance(properties, dict)  # noqa: S101 - as `object_schema` makes it
    assert isinstance(required, list)  # noqa: S101
    return row | {"properties": properties | inside, "required": [*required, *inside]}
