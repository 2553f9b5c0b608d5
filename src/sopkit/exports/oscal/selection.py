"""Which SOPs and policies become components, and what is left out and why."""

from collections.abc import Iterable, Iterator, Mapping

from sopkit.exports.oscal.scope import OscalScope
from sopkit.library import Library
from sopkit.model.claims import Claim, claims_of, match_error
from sopkit.model.registers import Policy
from sopkit.model.sop import Sop
from sopkit.tables.escape import one_line


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
    for framework in controls if isinstance(controls, Mapping) else ():
        if framework not in library.catalogue.ids:
            yield f"{one_line(place)}: claims of `{one_line(str(framework))}` left out, which is no framework"
    for claim in claims:
        if not claim.ids:
            trouble = match_error(claim.match, claim.framework)
            said = trouble[1] if trouble else f"`{claim.typed}` is no control of {claim.framework}"
            yield f"{one_line(place)}: claim left out: {one_line(said)}"


def policy_claims(policy: Policy, library: Library) -> tuple[Claim, ...]:
    """The controls that a policy answers, as typed and as read."""
    typed = {name: [claim.model_dump() for claim in claims] for name, claims in policy.controls.items()}
    return tuple(claims_of(typed, library.catalogue, ""))
