"""`sopkit export oscal`: frameworks as catalogs, SOPs and policies as components, mappings, in OSCAL."""

from datetime import UTC, datetime

from sopkit.analysis.control_claims import implementations_by_control
from sopkit.exports._export import Export, Exported
from sopkit.exports.oscal.catalog import catalog
from sopkit.exports.oscal.definition import component_definition
from sopkit.exports.oscal.mappings import mapping_collection
from sopkit.exports.oscal.scope import Scope, asked_for, catalog_file, concerning
from sopkit.exports.oscal.told import left_out, policies_told, policy_claims
from sopkit.lifecycle.library_status import LibraryStatus
from sopkit.tables.rows import dump_json

_LAST = int(datetime(2999, 12, 31, tzinfo=UTC).timestamp())  # OSCAL knows no later year


def write(standings: LibraryStatus, version: str, frameworks: tuple[str, ...] = ()) -> Exported:
    """The library in OSCAL: all that concerns it, or the frameworks named alone."""
    del version  # the same commit gives the same bytes, whatever release wrote them
    scope = asked_for(standings.library.catalogue, frameworks) if frameworks else _all(standings)
    modified, label = _modified(standings), standings.commit.oid if standings.commit else standings.as_of.isoformat()
    documents = {"component-definition.json": component_definition(standings, scope, modified, label)}
    if (mappings := mapping_collection(scope, modified, label)) is not None:
        documents["mapping-collection.json"] = mappings
    documents |= {catalog_file(name): catalog(scope.catalogue.get(name), modified) for name in scope.catalogs}
    files = {name: dump_json(document).encode() for name, document in documents.items()}
    return Exported(files, tuple(left_out(standings.library, scope)))


def _all(standings: LibraryStatus) -> Scope:
    """The frameworks of the library, and those that its SOPs and policies claim."""
    library = standings.library
    claimed = {framework for framework, _ in implementations_by_control(library)}
    claimed |= {claim.framework for policy in policies_told(library) for claim in policy_claims(policy, library)}
    return concerning(library.catalogue, (*library.config.library.frameworks, *sorted(claimed)))


def _modified(standings: LibraryStatus) -> str:
    """When the judged commit was made; without history the beginning of the day that is judged."""
    if standings.commit is None:
        return f"{standings.as_of.isoformat()}T00:00:00+00:00"
    seconds = max(0, min(standings.commit.committer_time, _LAST))
    return datetime.fromtimestamp(seconds, UTC).isoformat()


EXPORT = Export(
    "oscal",
    "Frameworks, SOPs, policies and mappings as OSCAL 1.2.1: what other compliance tools read.",
    write,
    folder=True,
    within=write,
)
