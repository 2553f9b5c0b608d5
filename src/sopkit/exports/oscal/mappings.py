"""The mappings between frameworks as an OSCAL mapping collection, each attributed to its publisher."""

from collections.abc import Iterator

from sopkit.exports.oscal.elements import (
    NAMESPACE,
    DocumentHead,
    JsonObject,
    build_document,
    drop_empty,
    drop_empty_properties,
    escape_line,
    make_uuid,
    sopkit_property,
)
from sopkit.exports.oscal.scope import OscalScope, catalog_file, catalog_resource, catalog_uuid
from sopkit.model.mappings import Mapping

_ATTRIBUTION = (
    "Each mapping is that of the publication it names. sopkit took over pairs of ids and judged none of them."
)
_RELATION_REMARKS = (
    "The publication does not say in terms of OSCAL how the requirements of the two relate, so that the relationship "
    "is one of our namespace: `successor` is what became of a control in the next edition, `related` no more than that."
)


def build_mapping_collection(scope: OscalScope, modified: str, version: str) -> JsonObject | None:
    """The collection of a scope's mappings; None where no pair is confirmed, for OSCAL has no empty one."""
    mappings = [one for one in scope.mappings if scope.pairs[one.id]]
    if not mappings:
        return None
    head = DocumentHead("Mappings between control frameworks", version, modified, {"remarks": _RELATION_REMARKS})
    provenance = {
        "method": "human",
        "matching-rationale": "semantic",
        "status": "complete" if all(_is_complete(one, scope) for one in mappings) else "not-complete",
        "mapping-description": _ATTRIBUTION,
    }
    ends = dict.fromkeys(end for one in mappings for end in (one.source_framework, one.target_framework))
    content: JsonObject = {
        "provenance": provenance,
        "mappings": [_mapping(one, scope) for one in mappings],
        "back-matter": {"resources": [catalog_resource(scope, end) for end in ends]},
    }
    return build_document("mapping-collection", head, content)


def _mapping(mapping: Mapping, scope: OscalScope) -> JsonObject:
    return drop_empty(
        {
            "uuid": make_uuid("mapping", mapping.id),
            "status": "complete" if _is_complete(mapping, scope) else "not-complete",
            "source-resource": _resource(mapping.source_framework),
            "target-resource": _resource(mapping.target_framework),
            "maps": list(_maps(mapping, scope)),
            "props": drop_empty_properties(
                sopkit_property("mapping", mapping.id), sopkit_property("licence", mapping.licence_note)
            ),
            "remarks": "\n\n".join(escape_line(note) for note in mapping.notes),
            "mapping-description": f"{escape_line(mapping.title)}\n\nStated by: {escape_line(mapping.source)}",
        }
    )


def _resource(framework: str) -> JsonObject:
    link = {"href": f"#{catalog_uuid(framework)}", "rel": "reference"}
    return {"type": "catalog", "href": catalog_file(framework), "links": [link]}


def _maps(mapping: Mapping, scope: OscalScope) -> Iterator[JsonObject]:
    """One entry for each pair: of pairs the publications speak, not of sets."""
    for (source, target), partial in scope.pairs[mapping.id].items():
        yield drop_empty(
            {
                "uuid": make_uuid("mapping", mapping.id, source, target),
                "ns": NAMESPACE,
                "relationship": str(mapping.relation),
                "sources": [_item(scope, mapping.source_framework, source)],
                "targets": [_item(scope, mapping.target_framework, target)],
                "props": [sopkit_property("partial", "yes", "The publisher marks this pair as partial.")]
                if partial
                else [],
            }
        )


def _item(scope: OscalScope, framework: str, control: str) -> JsonObject:
    return {"type": "control", "id-ref": scope.token(framework, control)}


def _is_complete(mapping: Mapping, scope: OscalScope) -> bool:
    """Whether every control of the source has a row, and none is left out as unconfirmed."""
    controls = scope.catalogue.get(mapping.source_framework).controls
    wanted = {control.id for control in controls if not control.withdrawn and not control.heading_only}
    sources = {source for source, _ in scope.pairs[mapping.id]}
    return not mapping.one_source_rows and not mapping.clause_rows and wanted <= sources
