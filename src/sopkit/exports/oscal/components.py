"""The OSCAL component definition: SOPs and policies with the controls that they implement and the roles responsible."""

import os
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from urllib.parse import quote

from sopkit.analysis.control_claims import ControlStep, implementations_of
from sopkit.exports.oscal.elements import (
    DocumentHead,
    JsonObject,
    build_document,
    drop_empty,
    drop_empty_properties,
    escape_line,
    make_tokens,
    make_uuid,
    oscal_property,
    sopkit_property,
)
from sopkit.exports.oscal.scope import (
    OscalScope,
    catalog_file,
    catalog_resource,
    catalog_uuid,
    policy_claims,
    select_policies,
    select_sops,
)
from sopkit.library import Library
from sopkit.lifecycle.library_status import LibraryStatus
from sopkit.model.registers import Policy
from sopkit.model.sop import Sop
from sopkit.parsing.digest import digest
from sopkit.tables.escape import one_line


class OscalRoles:
    """The roles of a library; the metadata lists those that are used."""

    def __init__(self, library: Library, names: Iterable[str]) -> None:
        self.library = library
        typed = (self._id(name) for name in names)
        self.tokens = make_tokens(dict.fromkeys((*(row.key for row in library.roles.rows), *typed)))
        self.used: set[str] = set()

    def _id(self, name: str) -> str:
        role = self.library.role(name)
        return role.id if role else " ".join(name.split())

    def responsible(self, duties: Mapping[str, Iterable[str]]) -> list[JsonObject]:
        """The roles that have duties, each once with all of its duties."""
        found: dict[str, list[str]] = {}
        for duty, names in duties.items():
            for role in dict.fromkeys(self._id(name) for name in names if name.strip()):
                found.setdefault(role, []).append(duty)
        self.used |= found.keys()
        party = [str(self.party["uuid"])] if self.party else []
        return [
            drop_empty(
                {
                    "role-id": self.tokens[role],
                    "props": [sopkit_property("duty", name) for name in of_role],
                    "party-uuids": party,
                }
            )
            for role, of_role in found.items()
        ]

    @cached_property
    def party(self) -> JsonObject:
        """The organisation; empty when the library has no name."""
        name = one_line(self.library.config.library.name)
        return {"uuid": make_uuid("library", name), "type": "organization", "name": name} if name else {}

    @property
    def metadata(self) -> JsonObject:
        """Roles and parties as metadata has them."""
        roles = [
            drop_empty(
                {
                    "id": token,
                    "title": escape_line(self.library.role_title(role)) or token,
                    "props": [sopkit_property("role", role)] if token != role else [],
                }
            )
            for role, token in self.tokens.items()
            if role in self.used
        ]
        return {"roles": roles, "parties": [self.party] if self.party else []}


_DESCRIPTIONS = {
    "full": "{name} carries out this control.",
    "partial": "{name} carries out a part of this control.",
    "supporting": "{name} supports this control and does not carry it out by itself.",
    "policy": "{name} sets the rules for this control.",
}


@dataclass(frozen=True, slots=True)
class OscalRequirement:
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
class OscalComponent:
    """What carries out controls: `path` is what its UUIDs are made of, `resource` the UUID of its document."""

    name: str
    path: tuple[str, ...]
    resource: str = ""


def build_implementations(
    component: OscalComponent, requirements: Iterable[OscalRequirement], scope: OscalScope
) -> list[JsonObject]:
    """The requirements of a component by framework, in the order of the scope's frameworks."""
    found: dict[str, dict[str, OscalRequirement]] = {framework: {} for framework in scope.frameworks}
    for one in requirements:
        if one.framework in found:
            found[one.framework].setdefault(one.control, one)
    return [
        {
            "uuid": make_uuid(*component.path, framework),
            "source": catalog_file(framework),
            "description": f"{escape_line(component.name)}: {escape_line(scope.catalogue.get(framework).title)}",
            "implemented-requirements": [_build_requirement(component, one, scope) for one in some.values()],
        }
        for framework, some in found.items()
        if some
    ]


def _build_requirement(component: OscalComponent, one: OscalRequirement, scope: OscalScope) -> JsonObject:
    steps = ", ".join(escape_line(step.number) for step in one.steps)
    links: list[JsonObject] = [
        {
            "href": f"#{component.resource}",
            "rel": "reference",
            "text": escape_line(f"Step {step.number}"),
            "resource-fragment": quote(one_line(step.anchor)),
        }
        for step in one.steps
    ]
    # How far this component implements the control, in words that OSCAL knows; of a policy nothing is said.
    implemented = {"": "planned", "full": "implemented"}.get(one.in_force, "partial")
    is_policy = one.strength == "policy"
    properties = drop_empty_properties(
        sopkit_property("control", one.control),
        oscal_property("implementation-status", "" if is_policy else implemented),
        sopkit_property("strength", "" if is_policy else one.strength),
        sopkit_property(
            "named-by", "" if one.claimed else "steps", "No claim in the front matter: only steps name the control."
        ),
        *(sopkit_property("section", section) for section in one.sections),
        *(
            sopkit_property("step", step.anchor or step.number, f"Step {step.number}: {step.text}")
            for step in one.steps
        ),
    )
    return drop_empty(
        {
            "uuid": make_uuid(*component.path, one.framework, one.control),
            "control-id": scope.token(one.framework, one.control),
            "description": _DESCRIPTIONS[one.strength].format(name=escape_line(component.name))
            + (f" Steps: {steps}." if steps else ""),
            "props": properties,
            "links": [drop_empty(link) for link in links],
            "remarks": escape_line(one.note),
        }
    )


_URL = re.compile(r"https?://[\w.~:/?#@!$&'()*+,;=%-]+", re.ASCII)


def sop_component(
    sop: Sop, status: LibraryStatus, scope: OscalScope, roles: OscalRoles, policies: Collection[str]
) -> JsonObject:
    """An SOP as a component of the type for procedures; `policies` are the ids of those that are components."""
    library = status.library
    component = OscalComponent(sop.id, (*_library_path(library), "sop", sop.id), _resource_uuid(sop, library))
    title, purpose = escape_line(_sop_title(sop)), _sop_purpose(sop)
    carried = dict.fromkeys(name for name, _ in sop.texts("policies") if name in policies)
    requirements = (
        OscalRequirement(
            framework=one.framework,
            control=one.control,
            strength=one.strength,
            note=one.note,
            steps=one.steps,
            sections=one.sections,
            in_force=status.strength(one),
            claimed=one.claimed,
        )
        for one in implementations_of(sop, library)
    )
    links: list[JsonObject] = [{"href": f"#{component.resource}", "rel": "reference"}]
    links += ({"href": f"#{_policy_uuid(name, library)}", "rel": "carries-out"} for name in carried)
    built = drop_empty(
        {
            "uuid": make_uuid(*component.path),
            "type": "process-procedure",
            "title": title,
            "description": escape_line(sop.text("summary")) or purpose or title,
            "purpose": purpose,
            "props": _sop_properties(sop, status),
            "links": links,
            "responsible-roles": roles.responsible({"owner": [sop.text("owner")], "approver": library.approvers(sop)}),
            "control-implementations": build_implementations(component, requirements, scope),
        }
    )
    sop.forget_body()
    return built


def sop_resource(sop: Sop, library: Library) -> JsonObject:
    """The entry of back matter for the file of an SOP: its path from the root of the library, and its digest."""
    link = {
        "href": quote(os.fsencode(sop.path)),
        "media-type": "text/markdown",
        "hashes": [{"algorithm": "SHA-256", "value": sha256(sop.source.data).hexdigest()}],
    }
    title = escape_line(f"{sop.id} {_sop_title(sop)}")
    return {"uuid": _resource_uuid(sop, library), "title": title, "rlinks": [link]}


def policy_component(policy: Policy, library: Library, scope: OscalScope, roles: OscalRoles) -> JsonObject:
    """A policy of the register as a component."""
    component = OscalComponent(policy.id, (*_library_path(library), "policy", policy.id))
    requirements = (
        OscalRequirement(claim.framework, control, "policy", claim.note)
        for claim in policy_claims(policy, library)
        for control in claim.ids
    )
    url = policy.location if _URL.fullmatch(policy.location) else ""
    title = escape_line(policy.title) or escape_line(policy.id)
    return drop_empty(
        {
            "uuid": _policy_uuid(policy.id, library),
            "type": "policy",
            "title": title,
            "description": title,
            "props": drop_empty_properties(
                sopkit_property("id", policy.id), sopkit_property("location", policy.location)
            ),
            "links": [{"href": url, "rel": "reference"}] if url else [],
            "responsible-roles": roles.responsible({"owner": [policy.owner]}),
            "control-implementations": build_implementations(component, requirements, scope),
        }
    )


def _sop_properties(sop: Sop, status: LibraryStatus) -> list[JsonObject]:
    sop_status = status.of(sop)
    return drop_empty_properties(
        oscal_property("version", sop.text("version")),
        sopkit_property("id", sop.id),
        sopkit_property("status", sop.status),
        sopkit_property("state", sop_status.state),
        sopkit_property("in-force", sop_status.in_force),
        sopkit_property("edited", "yes" if sop_status.edited else "", "The file differs from the last commit."),
        sopkit_property("owner", sop.text("owner")),
        sopkit_property("area", sop.text("area")),
        sopkit_property("classification", sop.classification),
        sopkit_property("last-evidence", sop_status.evidence),
        sopkit_property("next-review", sop_status.due.isoformat() if sop_status.due else ""),
        sopkit_property("digest", digest(sop, status.library.config)),
    )


def _sop_title(sop: Sop) -> str:
    return sop.title.strip() or sop.id


def _sop_purpose(sop: Sop) -> str:
    """The first paragraph of the section Purpose."""
    section = sop.body.section("Purpose")
    blocks = section.blocks if section else ()
    return next((text for block in blocks if block.kind == "paragraph" and (text := escape_line(block.text))), "")


def _library_path(library: Library) -> tuple[str, str]:
    return "library", library.config.library.name


def _resource_uuid(sop: Sop, library: Library) -> str:
    return make_uuid(*_library_path(library), "sop-resource", sop.id)


def _policy_uuid(policy: str, library: Library) -> str:
    return make_uuid(*_library_path(library), "policy", policy)


_REMARKS = (
    "What procedures and policies claim for themselves: no assessment. Paths of files begin at the root of the library."
)


def build_component_definition(status: LibraryStatus, scope: OscalScope, modified: str, version: str) -> JsonObject:
    """The SOPs and policies of a library, and which controls of a scope they carry out."""
    library = status.library
    sops, policies = select_sops(library), select_policies(library)
    names = [name for sop in sops for name in (sop.text("owner"), *library.approvers(sop))]
    roles = OscalRoles(library, [*names, *(policy.owner for policy in policies)])
    ids = {policy.id for policy in policies}
    components = [sop_component(sop, status, scope, roles, ids) for sop in sops]
    components += [policy_component(policy, library, scope, roles) for policy in policies]
    resources = [catalog_resource(scope, name) for name in scope.frameworks]
    resources += [sop_resource(sop, library) for sop in sops]
    more: JsonObject = {
        "props": [sopkit_property("as-of", status.as_of.isoformat())],
        "links": [{"href": f"#{catalog_uuid(name)}", "rel": "reference"} for name in scope.frameworks],
        **roles.metadata,
        "remarks": _REMARKS,
    }
    name = one_line(library.config.library.name)
    head = DocumentHead(f"Procedures of {name}" if name else "Procedures", version, modified, more)
    content: JsonObject = {"components": components}
    if resources:
        content["back-matter"] = {"resources": resources}
    return build_document("component-definition", head, content)
