"""The component definition: the SOPs and policies of a library with what they carry out."""

from sopkit.exports.oscal.components import policy_component, sop_component, sop_resource
from sopkit.exports.oscal.document import Head, document
from sopkit.exports.oscal.roles import Roles
from sopkit.exports.oscal.scope import Scope, catalog_resource, catalog_uuid
from sopkit.exports.oscal.texts import JsonObject, own
from sopkit.exports.oscal.told import policies_told, sops_told
from sopkit.lifecycle.library_status import LibraryStatus
from sopkit.tables.escape import one_line

_REMARKS = (
    "What procedures and policies claim for themselves: no assessment. Paths of files begin at the root of the library."
)


def component_definition(standings: LibraryStatus, scope: Scope, modified: str, version: str) -> JsonObject:
    """The SOPs and policies of a library, and which controls of a scope they carry out."""
    library = standings.library
    sops, policies = sops_told(library), policies_told(library)
    names = [name for sop in sops for name in (sop.text("owner"), *library.approvers(sop))]
    roles = Roles(library, [*names, *(policy.owner for policy in policies)])
    ids = {policy.id for policy in policies}
    components = [sop_component(sop, standings, scope, roles, ids) for sop in sops]
    components += [policy_component(policy, library, scope, roles) for policy in policies]
    resources = [catalog_resource(scope, name) for name in scope.frameworks]
    resources += [sop_resource(sop, library) for sop in sops]
    more: JsonObject = {
        "props": [own("as-of", standings.as_of.isoformat())],
        "links": [{"href": f"#{catalog_uuid(name)}", "rel": "reference"} for name in scope.frameworks],
        **roles.metadata,
        "remarks": _REMARKS,
    }
    name = one_line(library.config.library.name)
    head = Head(f"Procedures of {name}" if name else "Procedures", version, modified, more)
    content: JsonObject = {"components": components}
    if resources:
        content["back-matter"] = {"resources": resources}
    return document("component-definition", head, content)
