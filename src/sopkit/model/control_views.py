"""The facts about a control and its counterparts in other frameworks, and the JSON Schemas of that output."""

from dataclasses import dataclass
from typing import Any

from pydantic import TypeAdapter

from sopkit.model.catalogue import Catalogue
from sopkit.model.control_ids import ControlMatch, MatchKind, parse_control
from sopkit.model.errors import SopkitError
from sopkit.model.frameworks import sort_key
from sopkit.model.similarity import nearest


@dataclass(frozen=True, slots=True)
class Titled:
    """An id with its title."""

    id: str
    title: str


@dataclass(frozen=True, slots=True)
class Correspondence:
    """The controls of `framework` that one control corresponds to.

    `relation` says what they are to it: successor, predecessor or related. `through` are the controls of a
    framework `between`, when no mapping leads there directly. `partial` are those called partial.
    """

    framework: str
    relation: str
    controls: tuple[Titled, ...]
    partial: tuple[str, ...] = ()
    through: tuple[str, ...] = ()
    between: str = ""


@dataclass(frozen=True, slots=True)
class ControlView:
    """One control as `sopkit control show` tells it."""

    framework: str
    framework_title: str
    id: str
    title: str
    groups: tuple[Titled, ...]
    parent: Titled | None
    facts: tuple[str, ...]
    withdrawn: bool
    withdrawn_note: str
    went_to: tuple[Titled, ...]
    predecessors: tuple[Correspondence, ...]
    successors: tuple[Correspondence, ...]
    crosswalk: tuple[Correspondence, ...]


@dataclass(frozen=True, slots=True)
class ClaimedBy:
    """An SOP that claims a control, or a successor of it: `control` is the id that it claims."""

    id: str
    title: str
    status: str
    strength: str
    path: str
    owner: str
    control: str


@dataclass(frozen=True, slots=True)
class Decided:
    """What the statement of applicability says of a control."""

    applicable: bool
    procedure: bool
    reason: str
    drivers: tuple[str, ...]
    owner: str
    note: str


def describe_control(catalogue: Catalogue, framework_id: str, control_id: str) -> ControlView:
    """Give everything known about a control by its canonical id. KeyError when there is none of that id."""
    framework = catalogue.get(framework_id)
    control = framework.by_id[control_id]
    groups: list[Titled] = []
    group_id: str | None = control.group
    while group_id is not None:
        group = framework.groups_by_id[group_id]
        groups.insert(0, Titled(group.id, group.title))
        group_id = group.parent
    related = [
        found
        for name in catalogue.ids
        if name != framework_id and (found := correspondence(catalogue, framework_id, control_id, name))
    ]
    facts = (
        "new in this edition" if control.new else "",
        f"ISO/IEC 27002 title: {control.title_27002}" if control.title_27002 else "",
        "heading of sub-clauses" if control.heading_only else "",
        f"COSO principle {control.coso_principle}" if control.coso_principle else "",
        control.kind.replace("_", " ") if control.kind else "",
        control.designation or "",
        f"added in release {control.added_in}" if control.added_in else "",
        f"baselines: {', '.join(control.baselines)}" if control.baselines else "",
    )
    return ControlView(
        framework_id,
        framework.title,
        control.id,
        control.title,
        tuple(groups),
        Titled(control.parent, framework.by_id[control.parent].title) if control.parent else None,
        tuple(fact for fact in facts if fact),
        control.withdrawn,
        control.withdrawn_note or "",
        _with_titles(catalogue, framework_id, control.successors),
        tuple(found for found in related if found.relation == "predecessor"),
        tuple(found for found in related if found.relation == "successor"),
        tuple(found for found in related if found.relation == "related"),
    )


def correspondence(catalogue: Catalogue, source: str, control_id: str, target: str) -> Correspondence | None:
    """Give what a control corresponds to in another framework, at most one framework in between, or None."""
    if (mapping := catalogue.mapping(source, target)) is not None:
        row = mapping.by_source.get(control_id)
        if row is None or not row.to:
            return None
        return Correspondence(target, mapping.relation, _with_titles(catalogue, target, row.to), row.partial)
    for between in catalogue.neighbours(source):
        first, second = catalogue.mapping(source, between), catalogue.mapping(between, target)
        if first is None or second is None:
            continue
        through = tuple(step for step in first.targets(control_id) if second.targets(step))
        ends = {end for step in through for end in second.targets(step)}
        if ends:
            ordered = tuple(sorted(ends, key=sort_key))
            return Correspondence(target, "related", _with_titles(catalogue, target, ordered), (), through, between)
    return None


@dataclass(frozen=True, slots=True)
class ControlMapping:
    """A control and what it corresponds to; None when the mapping has nothing for it."""

    framework: str
    control: Titled
    to: Correspondence | None


def map_control(catalogue: Catalogue, written: str, to: str, default: str | None = None) -> tuple[ControlMapping, ...]:
    """Give what a control, or each of a range, corresponds to in the framework `to`.

    SopkitError says why when the id or the framework is unknown, the id ambiguous or no mapping leads there.
    """
    if to not in catalogue.ids:
        near = nearest(to, catalogue.ids, n=1)
        hint = f"did you mean `{near[0]}`?" if near else f"known are {', '.join(catalogue.ids)}"
        raise SopkitError(f"no framework `{to}`", hint)
    match = parse_control(written, catalogue, default)
    framework, ids = _source_control(catalogue, match, to)
    if framework == to:
        raise SopkitError(f"{ids[0]} is already a control of {to}", "name another framework with --to")
    if not _has_mapping(catalogue, framework, to):
        reachable = [name for name in catalogue.ids if name != framework and _has_mapping(catalogue, framework, name)]
        hint = f"there are mappings to {', '.join(reachable)}" if reachable else "there is no mapping from it at all"
        raise SopkitError(f"no mapping leads from {framework} to {to}", hint)
    titled = _with_titles(catalogue, framework, ids)
    return tuple(
        ControlMapping(framework, control, correspondence(catalogue, framework, control.id, to)) for control in titled
    )


def _source_control(catalogue: Catalogue, match: ControlMatch, to: str) -> tuple[str, tuple[str, ...]]:
    if match.kind is MatchKind.GROUP and match.framework is not None:
        inside = catalogue.get(match.framework).within(match.ids[0])
        return match.framework, tuple(control.id for control in inside)
    if match.kind is MatchKind.AMBIGUOUS:
        leading = [
            choice
            for choice in match.choices
            if choice[1] in catalogue.get(choice[0]).by_id and _has_mapping(catalogue, choice[0], to)
        ]
        if len(leading) == 1:  # only one of the choices can be mapped to there
            return leading[0][0], parse_control(match.text, catalogue, leading[0][0]).ids
    elif match.kind is not MatchKind.UNKNOWN and match.framework is not None:
        return match.framework, match.ids
    raise SopkitError(*explain_match(match))


def explain_match(match: ControlMatch) -> tuple[str, str]:
    """Say in a sentence what is wrong with a written id, and what to do about it."""
    choices = " or ".join(f"{control_id} of {framework}" for framework, control_id in match.choices)
    typed = f"`{match.text.strip()}`"
    successors = ", ".join(match.successors)
    match match.kind:
        case MatchKind.AMBIGUOUS:
            return f"{typed} may be {choices}", "name the framework"
        case MatchKind.GROUP:
            return f"{typed} is a group of {match.framework}, not a control", "name the controls in it"
        case MatchKind.SUPERSEDED:
            hint = f"{match.superseded_by} has {successors}" if successors else f"see {match.superseded_by}"
            return f"{typed} is an id of {match.framework}, which is superseded", hint
        case MatchKind.WITHDRAWN:
            return f"{typed} was withdrawn from {match.framework}", f"use {successors}" if successors else ""
        case MatchKind.UNKNOWN:
            of = f" of {match.framework}" if match.framework else ""
            if match.choices:
                return f"{typed} is no control{of}; {choices} is", "put it under that framework"
            hint = f"did you mean {', '.join(match.nearest)}?" if match.nearest else "look it up: sopkit control list"
            return f"{typed} is no control{of or ' that is known'}", hint
    return f"{typed} is {', '.join(match.ids)} of {match.framework}", ""


def _has_mapping(catalogue: Catalogue, source: str, target: str) -> bool:
    return source != target and any(
        target == name or target in catalogue.neighbours(name) for name in catalogue.neighbours(source)
    )


def _with_titles(catalogue: Catalogue, framework: str, ids: tuple[str, ...]) -> tuple[Titled, ...]:
    controls = catalogue.get(framework).by_id
    return tuple(Titled(control_id, controls[control_id].title) for control_id in ids if control_id in controls)


_TEXT: dict[str, Any] = {"type": "string"}
_COUNT: dict[str, Any] = {"type": "integer", "minimum": 0}
_LISTS: dict[str, tuple[str, dict[str, Any]]] = {
    "frameworks": (
        "The frameworks, as `sopkit control list -f json` writes them.",
        {"id": _TEXT, "edition": _TEXT, "status": _TEXT, "controls": _COUNT, "title": _TEXT},
    ),
    "controls": (
        "The controls of a framework, as `sopkit control list FRAMEWORK -f json` writes them.",
        {"id": _TEXT, "title": _TEXT, "group": _TEXT, "note": _TEXT},
    ),
    "mapping": (
        "What a control corresponds to, as `sopkit control map -f json` writes it.",
        {"from": _TEXT, "to": _TEXT, "title": _TEXT, "relation": _TEXT},
    ),
}


def control_schemas() -> dict[str, dict[str, Any]]:
    """Each document's JSON Schema, by the word for it in the document's `schema`."""
    found = {what: _document(what, about, _object(row)) for what, (about, row) in _LISTS.items()}
    view = TypeAdapter(ControlView).json_schema(mode="serialization")
    sop = TypeAdapter(ClaimedBy).json_schema(mode="serialization")
    decided = TypeAdapter(Decided).json_schema(mode="serialization")
    row = {
        **view["properties"],
        "sops": {"type": "array", "items": sop, "description": "The SOPs that claim it."},
        "decided": {
            "anyOf": [decided, {"type": "null"}],
            "description": "What registers/soa.yaml says of it; null where nothing is decided.",
        },
    }
    controls = _document("control", "Controls, as `sopkit control show -f json` writes them.", _object(row))
    return {**found, "control": {**controls, "$defs": view["$defs"]}}


def _object(properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "required": list(properties),
        "additionalProperties": False,
        "properties": properties,
    }


def _document(what: str, about: str, row: dict[str, Any]) -> dict[str, Any]:
    head = {"schema": {"const": f"sopkit/{what}/1"}, "tool": _TEXT, "head": _TEXT, "as_of": _TEXT}
    return {"description": about, **_object({**head, "rows": {"type": "array", "items": row}})}
