"""SOPs and policies as OSCAL components."""

import os
import re
from collections.abc import Collection, Iterator
from hashlib import sha256
from urllib.parse import quote

from sopkit.analysis.control_claims import implementations_of
from sopkit.exports.oscal.names import uuid_of
from sopkit.exports.oscal.requirements import Component, Requirement, implementations
from sopkit.exports.oscal.roles import Roles
from sopkit.exports.oscal.scope import Scope
from sopkit.exports.oscal.texts import JsonObject, filled, known, line, own, props
from sopkit.exports.oscal.told import policy_claims
from sopkit.library import Library
from sopkit.lifecycle.library_status import LibraryStatus
from sopkit.model.registers import Policy
from sopkit.model.sop import Sop
from sopkit.parsing.digest import digest

_URL = re.compile(r"https?://[\w.~:/?#@!$&'()*+,;=%-]+", re.ASCII)


def sop_component(
    sop: Sop, standings: LibraryStatus, scope: Scope, roles: Roles, policies: Collection[str]
) -> JsonObject:
    """An SOP as a component of the type for procedures; `policies` are the ids of those that are components."""
    library = standings.library
    component = Component(sop.id, (*_library(library), "sop", sop.id), _resource_uuid(sop, library))
    title, purpose = line(_title(sop)), _purpose(sop)
    carried = dict.fromkeys(name for name, _ in sop.texts("policies") if name in policies)
    links: list[JsonObject] = [{"href": f"#{component.resource}", "rel": "reference"}]
    links += ({"href": f"#{_policy_uuid(name, library)}", "rel": "carries-out"} for name in carried)
    told = filled(
        {
            "uuid": uuid_of(*component.path),
            "type": "process-procedure",
            "title": title,
            "description": line(sop.text("summary")) or purpose or title,
            "purpose": purpose,
            "props": _props(sop, standings),
            "links": links,
            "responsible-roles": roles.responsible({"owner": [sop.text("owner")], "approver": library.approvers(sop)}),
            "control-implementations": implementations(component, _requirements(sop, standings), scope),
        }
    )
    sop.forget_body()
    return told


def _requirements(sop: Sop, standings: LibraryStatus) -> Iterator[Requirement]:
    for one in implementations_of(sop, standings.library):
        yield Requirement(
            framework=one.framework,
            control=one.control,
            strength=one.strength,
            note=one.note,
            steps=one.steps,
            sections=one.sections,
            in_force=standings.strength(one),
            claimed=one.claimed,
        )


def sop_resource(sop: Sop, library: Library) -> JsonObject:
    """The entry of back matter for the file of an SOP: its path from the root of the library, and its digest."""
    link = {
        "href": quote(os.fsencode(sop.path)),
        "media-type": "text/markdown",
        "hashes": [{"algorithm": "SHA-256", "value": sha256(sop.source.data).hexdigest()}],
    }
    title = line(f"{sop.id} {_title(sop)}")
    return {"uuid": _resource_uuid(sop, library), "title": title, "rlinks": [link]}


def policy_component(policy: Policy, library: Library, scope: Scope, roles: Roles) -> JsonObject:
    """A policy of the register as a component."""
    component = Component(policy.id, (*_library(library), "policy", policy.id))
    requirements = (
        Requirement(claim.framework, control, "policy", claim.note)
        for claim in policy_claims(policy, library)
        for control in claim.ids
    )
    kept = policy.location if _URL.fullmatch(policy.location) else ""
    title = line(policy.title) or line(policy.id)
    return filled(
        {
            "uuid": _policy_uuid(policy.id, library),
            "type": "policy",
            "title": title,
            "description": title,
            "props": props(own("id", policy.id), own("location", policy.location)),
            "links": [{"href": kept, "rel": "reference"}] if kept else [],
            "responsible-roles": roles.responsible({"owner": [policy.owner]}),
            "control-implementations": implementations(component, requirements, scope),
        }
    )


def _props(sop: Sop, standings: LibraryStatus) -> list[JsonObject]:
    standing = standings.of(sop)
    return props(
        known("version", sop.text("version")),
        own("id", sop.id),
        own("status", sop.status),
        own("state", standing.state),
        own("in-force", standing.in_force),
        own("edited", "yes" if standing.edited else "", "The file differs from the last commit."),
        own("owner", sop.text("owner")),
        own("area", sop.text("area")),
        own("classification", sop.classification),
        own("last-evidence", standing.evidence),
        own("next-review", standing.due.isoformat() if standing.due else ""),
        own("digest", digest(sop, standings.library.config)),
    )


def _title(sop: Sop) -> str:
    return sop.title.strip() or sop.id


def _purpose(sop: Sop) -> str:
    """The first paragraph of the section Purpose."""
    section = sop.body.section("Purpose")
    blocks = section.blocks if section else ()
    return next((said for block in blocks if block.kind == "paragraph" and (said := line(block.text))), "")


def _library(library: Library) -> tuple[str, str]:
    return "library", library.config.library.name


def _resource_uuid(sop: Sop, library: Library) -> str:
    return uuid_of(*_library(library), "sop-resource", sop.id)


def _policy_uuid(policy: str, library: Library) -> str:
    return uuid_of(*_library(library), "policy", policy)
