"""`sopkit export oscal`: frameworks as catalogs, SOPs and policies as components, and mappings, in OSCAL."""

from datetime import UTC, datetime

from sopkit.analysis.control_claims import implementations_by_control
from sopkit.exports import Export, ExportResult
from sopkit.exports.oscal.catalog import build_catalog
from sopkit.exports.oscal.components import build_component_definition
from sopkit.exports.oscal.mappings import build_mapping_collection
from sopkit.exports.oscal.scope import (
    catalog_file,
    list_omissions,
    policy_claims,
    scope_of_frameworks,
    scope_of_library,
    select_policies,
)
from sopkit.lifecycle.library_status import LibraryStatus
from sopkit.tables.document import dump_json

_MAX_TIME = int(datetime(2999, 12, 31, tzinfo=UTC).timestamp())  # OSCAL knows no later year


def write_oscal(status: LibraryStatus, version: str, frameworks: tuple[str, ...] = ()) -> ExportResult:
    """The library in OSCAL: all that concerns it, or the frameworks named alone."""
    del version  # the same commit gives the same bytes, whatever release wrote them
    library, commit = status.library, status.commit
    if frameworks:
        scope = scope_of_frameworks(library.catalogue, frameworks)
    else:  # those of the library, and those that its SOPs and policies claim
        claimed = {framework for framework, _ in implementations_by_control(library)}
        claimed |= {claim.framework for policy in select_policies(library) for claim in policy_claims(policy, library)}
        scope = scope_of_library(library.catalogue, (*library.config.library.frameworks, *sorted(claimed)))
    if commit is None:  # the beginning of the date
        modified, label = f"{status.as_of.isoformat()}T00:00:00+00:00", status.as_of.isoformat()
    else:
        seconds = max(0, min(commit.committer_time, _MAX_TIME))
        modified, label = datetime.fromtimestamp(seconds, UTC).isoformat(), commit.oid
    documents = {"component-definition.json": build_component_definition(status, scope, modified, label)}
    if (mappings := build_mapping_collection(scope, modified, label)) is not None:
        documents["mapping-collection.json"] = mappings
    documents |= {catalog_file(name): build_catalog(scope.catalogue.get(name), modified) for name in scope.catalogs}
    files = {name: dump_json(document).encode() for name, document in documents.items()}
    return ExportResult(files, tuple(list_omissions(library, scope)))


EXPORT = Export(
    "oscal",
    "Frameworks, SOPs, policies and mappings as OSCAL 1.2.1: what other compliance tools read.",
    write_oscal,
    folder=True,
    within=write_oscal,
)
