"""Which controls a component carries out, and where: OSCAL's control implementations."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import quote

from sopkit.analysis.control_claims import ControlStep
from sopkit.exports.oscal.names import uuid_of
from sopkit.exports.oscal.scope import Scope, catalog_file
from sopkit.exports.oscal.texts import JsonObject, filled, known, line, own, props
from sopkit.tables.escape import one_line

_SAID = {
    "full": "{name} carries out this control.",
    "partial": "{name} carries out a part of this control.",
    "supporting": "{name} supports this control and does not carry it out by itself.",
    "policy": "{name} sets the rules for this control.",
}


@dataclass(frozen=True, slots=True)
class Requirement:
    """That a component carries out a control; `in_force` is the strength that may be relied on already, or empty."""

    framework: str
    control: str
    strength: str
    note: str = ""
    steps: tuple[ControlStep, ...] = ()
    sections: tuple[str, ...] = ()
    in_force: str = ""
    claimed: bool = True


@dataclass(frozen=True, slots=True)
class Component:
    """What carries out controls: `path` is what its UUIDs are made of, `resource` the UUID of its document."""

    name: str
    path: tuple[str, ...]
    resource: str = ""


def implementations(component: Component, requirements: Iterable[Requirement], scope: Scope) -> list[JsonObject]:
    """The requirements of a component by framework, in the order of the scope's frameworks."""
    found: dict[str, dict[str, Requirement]] = {framework: {} for framework in scope.frameworks}
    for one in requirements:
        if one.framework in found:
            found[one.framework].setdefault(one.control, one)
    return [_implementation(component, framework, some, scope) for framework, some in found.items() if some]


def _implementation(
    component: Component, framework: str, requirements: Mapping[str, Requirement], scope: Scope
) -> JsonObject:
    title = scope.catalogue.get(framework).title
    return {
        "uuid": uuid_of(*component.path, framework),
        "source": catalog_file(framework),
        "description": f"{line(component.name)}: {line(title)}",
        "implemented-requirements": [_requirement(component, one, scope) for one in requirements.values()],
    }


def _requirement(component: Component, one: Requirement, scope: Scope) -> JsonObject:
    steps = ", ".join(line(step.number) for step in one.steps)
    told = props(
        own("control", one.control),
        known("implementation-status", _status(one)),
        own("strength", "" if one.strength == "policy" else one.strength),
        own("named-by", "" if one.claimed else "steps", "No claim in the front matter: only steps name the control."),
        *(own("section", section) for section in one.sections),
        *(own("step", step.anchor or step.number, f"Step {step.number}: {step.text}") for step in one.steps),
    )
    return filled(
        {
            "uuid": uuid_of(*component.path, one.framework, one.control),
            "control-id": scope.token(one.framework, one.control),
            "description": _SAID[one.strength].format(name=line(component.name))
            + (f" Steps: {steps}." if steps else ""),
            "props": told,
            "links": [_link(component, step) for step in one.steps],
            "remarks": line(one.note),
        }
    )


def _status(one: Requirement) -> str:
    """How far the control is implemented by this component, in words that OSCAL knows; of a policy nothing is said."""
    if one.strength == "policy":
        return ""
    if not one.in_force:
        return "planned"
    return "implemented" if one.in_force == "full" else "partial"


def _link(component: Component, step: ControlStep) -> JsonObject:
    link = {"href": f"#{component.resource}", "rel": "reference", "text": line(f"Step {step.number}")}
    return filled({**link, "resource-fragment": quote(one_line(step.anchor))})
