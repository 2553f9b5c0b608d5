"""What an export contains: frameworks and mappings, SOPs and policies; what is left out, and why."""

from collections import abc
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property

from sopkit.exports.oscal.catalog import framework_tokens
from sopkit.exports.oscal.elements import JsonObject, escape_line, make_uuid
from sopkit.library import Library
from sopkit.model.catalogue import Catalogue
from sopkit.model.claims import Claim, claims_of, match_error
from sopkit.model.mappings import Mapping
from sopkit.model.registers import Policy
from sopkit.model.sop import Sop
from sopkit.tables.escape import one_line


@dataclass(frozen=True, eq=False)
class OscalScope:
    """The frameworks for which claims are told, the mappings, and all frameworks that are written as catalogs."""

    catalogue: Catalogue
    frameworks: tuple[str, ...]
    mappings: tuple[Mapping, ...]
    catalogs: tuple[str, ...]
    _tokens: dict[str, dict[str, str]] = field(default_factory=dict, repr=False)

    def token(self, framework: str, control: str) -> str:
        """The id of a control in the catalog of its framework."""
        if framework not in self._tokens:
            self._tokens[framework] = framework_tokens(self.catalogue.get(framework))
        return self._tokens[framework][control]

    @cached_property
    def pairs(self) -> dict[str, dict[tuple[str, str], bool]]:
        """By mapping, the pairs of controls that it confirms, and whether it calls a pair partial.

        A framework of the library may replace a shipped one and have other controls: only pairs that exist are here.
        """
        found = {}
        for one in self.mappings:
            sources = self.catalogue.get(one.source_framework).by_id
            targets = self.catalogue.get(one.target_framework).by_id
            found[one.id] = {
                (row.source, target): target in row.partial
                for row in one.rows
                for target in row.to
                if row.source in sources and target in targets
            }
        return found


def scope_of_frameworks(catalogue: Catalogue, frameworks: tuple[str, ...]) -> OscalScope:
    """Exactly the frameworks that are named, and the mappings between them. Raises SopkitError for an unknown one."""
    for name in frameworks:
        catalogue.require(name)
    chosen = tuple(dict.fromkeys(frameworks))
    mappings = [catalogue.read_mapping(name) for ends, name in catalogue.ends.items() if set(ends) <= set(chosen)]
    return OscalScope(catalogue, chosen, tuple(mappings), chosen)


def scope_of_library(catalogue: Catalogue, frameworks: Iterable[str]) -> OscalScope:
    """The frameworks that concern a library, the mappings from and to them, and what these lead to."""
    chosen = tuple(dict.fromkeys(frameworks))
    found = {ends: catalogue.read_mapping(name) for ends, name in catalogue.ends.items() if set(ends) & set(chosen)}
    ends = (end for pair in found for end in pair)
    return OscalScope(catalogue, chosen, tuple(found.values()), tuple(dict.fromkeys((*chosen, *ends))))


def catalog_file(framework: str) -> str:
    """Where the catalog of a framework stands in the export."""
    return f"catalogs/{framework}.json"


def catalog_resource(scope: OscalScope, framework: str) -> JsonObject:
    """The entry of a document's back matter for a catalog."""
    link = {"href": catalog_file(framework), "media-type": "application/oscal.catalog+json"}
    title = escape_line(scope.catalogue.get(framework).title) or framework
    return {"uuid": catalog_uuid(framework), "title": title, "rlinks": [link]}


def catalog_uuid(framework: str) -> str:
    """The UUID of a catalog's entry in back matter."""
    return make_uuid("catalog-resource", framework)


def select_sops(library: Library) -> tuple[Sop, ...]:
    """The SOPs that become components, in the order of their ids: not retired, readable, with an id of their own."""
    return tuple(sop for sop in library.in_order if sop.status != "retired" and not _omission_reason(sop, library))


def select_policies(library: Library) -> tuple[Policy, ...]:
    """The policies that become components, in the order of the register."""
    rows = library.registers["policies"].by_key.values()
    return tuple(row for row in rows if isinstance(row, Policy) and row.id.strip())


def list_omissions(library: Library, scope: OscalScope) -> Iterator[str]:
    """What could not be told, as sentences with the file."""
    if not one_line(library.config.library.name):
        yield "sopkit.toml: library.name is empty, so the UUIDs are those of any library without a name; name it"
    for sop in library.sops:
        if flaw := _omission_reason(sop, library):
            yield f"{one_line(sop.path)}: left out, because {flaw}"
    for sop in select_sops(library):
        yield from _unknown_claims(sop.path, sop.front.values.get("controls"), library.claims(sop), library)
    register = library.registers["policies"]
    for policy in select_policies(library):
        yield from _unknown_claims(
            f"{register.file}: {policy.id}", policy.controls, policy_claims(policy, library), library
        )
    if any(not key.strip() for key in register.by_key):
        yield f"{register.file}: a policy is left out, because it has no id"
    for mapping in scope.mappings:
        pairs = {(row.source, target) for row in mapping.rows for target in row.to}
        if lost := len(pairs) - len(scope.pairs[mapping.id]):
            yield f"{mapping.id}: {lost} pairs left out, because the frameworks have no such controls"


def _omission_reason(sop: Sop, library: Library) -> str:
    """Why an SOP cannot be a component; empty when it can."""
    if not (sop.readable and sop.front.readable):
        return "its front matter cannot be read; sopkit lint says where"
    if not sop.id.strip():
        return "it has no id"
    if len(library.by_id[sop.id]) > 1:
        return f"{one_line(sop.id)} is the id of several SOPs"
    return ""


def _unknown_claims(place: str, controls: object, claims: Iterable[Claim], library: Library) -> Iterator[str]:
    for framework in controls if isinstance(controls, abc.Mapping) else ():
        if framework not in library.catalogue.ids:
            yield f"{one_line(place)}: claims of `{one_line(str(framework))}` left out, which is no framework"
    for claim in claims:
        if not claim.ids:
            trouble = match_error(claim.match, claim.framework)
            reason = trouble[1] if trouble else f"`{claim.typed}` is no control of {claim.framework}"
            yield f"{one_line(place)}: claim left out: {one_line(reason)}"


def policy_claims(policy: Policy, library: Library) -> tuple[Claim, ...]:
    """The controls that a policy answers, as typed and as read."""
    typed = {name: [claim.model_dump() for claim in claims] for name, claims in policy.controls.items()}
    return tuple(claims_of(typed, library.catalogue, ""))
