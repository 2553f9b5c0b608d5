"""An SOP as data: what it says of itself, what can be shown for it, and what is wrong with it."""

from collections.abc import Iterator, Mapping
from typing import Any

from sopkit.analysis.control_claims import implementations_of
from sopkit.analysis.time_limits import limit_mentions, minutes_by_limit
from sopkit.exports._library.flaws import flaws
from sopkit.exports._library.sop_rows import (
    ControlRow,
    RecordRow,
    SectionRow,
    SopRow,
    StandingRow,
    TimeLimitRow,
    TriggerRow,
)
from sopkit.exports._library.steps import procedures, procedures_schema
from sopkit.library import Library
from sopkit.lifecycle.library_status import LibraryStatus
from sopkit.model.sop import Sop
from sopkit.parsing.digest import digest
from sopkit.tables.rows import Schema, row_schema, to_json

_LISTS = (
    *("policies", "risks", "assets", "vendors", "requires", "related", "supersedes", "superseded_by"),
    *("contributors", "audience", "watches", "tags"),
)
_TEXTS = (
    *("version", "status", "area", "owner", "criticality", "review_every", "effective"),
    *("summary", "language", "template"),
)


def sop_object(sop: Sop, standings: LibraryStatus) -> dict[str, Any]:
    """An SOP with its front matter as it stands in the file, and its procedures."""
    of_steps = procedures(sop, standings.library) if sop.readable else []
    whole = {**to_json(_row(sop, standings)), "front_matter": dict(sop.front.typed), "procedures": of_steps}
    sop.forget_body()
    return whole


def sop_schema() -> Schema:
    """The schema of an SOP."""
    row = row_schema(SopRow)
    more: Schema = {
        "front_matter": {
            "description": "Every key of the front matter as the file has it; values are text, lists and mappings.",
            "type": "object",
        },
        "procedures": {"description": "The runs of steps.", **procedures_schema()},
    }
    properties, required = row["properties"], row["required"]
    assert isinstance(properties, dict)  # noqa: S101 - as `object_schema` makes it
    assert isinstance(required, list)  # noqa: S101
    return row | {"properties": properties | more, "required": [*required, *more]}


def _row(sop: Sop, standings: LibraryStatus) -> SopRow:
    library = standings.library
    typed: dict[str, Any] = {key: sop.text(key) for key in _TEXTS}
    typed |= {key: tuple(name for name, _ in sop.texts(key)) for key in _LISTS}
    return SopRow(
        id=sop.id,
        path=sop.path,
        title=sop.title,
        approvers=library.approvers(sop),
        classification=sop.classification,
        triggers=tuple(TriggerRow(_text(row, "event"), _text(row, "every")) for row, _ in sop.mappings("triggers")),
        records=tuple(
            RecordRow(*(_text(row, key) for key in ("id", "name", "where", "retention")))
            for row, _ in sop.mappings("records")
        ),
        time_limits=tuple(_limits(sop)),
        sections=tuple(_sections(sop)),
        body=sop.source.data[sop.body_start :].decode("utf-8", "replace"),
        standing=_standing(sop, standings),
        valid=sop.document is not None,
        flaws=flaws(sop.findings),
        controls=tuple(_controls(sop, library)),  # the last, for it frees the body
        **typed,
    )


def _text(row: Mapping[str, object], key: str) -> str:
    value = row.get(key)
    return value if isinstance(value, str) else ""


def _limits(sop: Sop) -> Iterator[TimeLimitRow]:
    said = tuple(limit_mentions(sop)) if sop.readable else ()
    minutes = minutes_by_limit(sop)
    limits = sop.front.values.get("time_limits")
    for name, entry in limits.items() if isinstance(limits, dict) else ():
        row = entry if isinstance(entry, dict) else {"limit": entry}
        steps = tuple(dict.fromkeys(one.step.number for one in said if name in one.ids))
        yield TimeLimitRow(
            name, _text(row, "limit"), minutes.get(name), _text(row, "starts"), _text(row, "source"), steps
        )


def _controls(sop: Sop, library: Library) -> Iterator[ControlRow]:
    for one in implementations_of(sop, library):
        steps = tuple(step.number for step in one.steps)
        section = one.sections[0] if one.section else ""
        yield ControlRow(one.framework, one.control, one.strength, one.note, section, one.claimed, steps)


def _sections(sop: Sop) -> Iterator[SectionRow]:
    for one in sop.body.sections if sop.readable else ():
        line = sop.source.place(one.heading.start).line
        yield SectionRow(one.names, one.heading.text, one.heading.level, line)


def _standing(sop: Sop, standings: LibraryStatus) -> StandingRow:
    one, row = standings.of(sop), standings.rows.get(sop.path)
    return StandingRow(
        state=one.state,
        flags=row.flags if row else (),
        revision=row.revision if row else "",
        digest=digest(sop, standings.library.config),
        in_force=one.in_force,
        reviewed=one.reviewed,
        reviewed_by=row.reviewed_by if row else "",
        approved=one.approved,
        approved_by=row.approved_by if row else (),
        due=one.due,
        evidence=one.evidence,
        edited=one.edited,
    )
