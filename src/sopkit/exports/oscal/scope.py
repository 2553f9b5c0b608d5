"""Which frameworks and mappings an export contains, and how its documents refer to them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property

from sopkit.exports.oscal.catalog import framework_tokens
from sopkit.exports.oscal.elements import JsonObject, escape_line, make_uuid
from sopkit.model.catalogue import Catalogue
from sopkit.model.mappings import Mapping


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
        return {one.id: dict(self._pairs(one)) for one in self.mappings}

    def _pairs(self, mapping: Mapping) -> Iterator[tuple[tuple[str, str], bool]]:
        sources = self.catalogue.get(mapping.source_framework).by_id
        targets = self.catalogue.get(mapping.target_framework).by_id
        for row in mapping.rows:
            for target in row.to:
                if row.source in sources and target in targets:
                    yield (row.source, target), target in row.partial


def scope_of_frameworks(catalogue: Catalogue, frameworks: tuple[str, ...]) -> OscalScope:
    """Exactly the frameworks that are named, and the mappings between them. Raises SopkitError for an unknown one."""
    for name in frameworks:
        catalogue.asked(name)
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
