"""What the entries of a ledger are judged against: texts, people, landings and evidence."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from sopkit.lifecycle.evidence import LandingFacts, SignatureCheck
from sopkit.lifecycle.ledger import LedgerFile
from sopkit.lifecycle.people import Organisation
from sopkit.lifecycle.revisions import Contribution, Revision, RevisionHistory, SopKey
from sopkit.lifecycle.snapshot import Snapshot
from sopkit.model.commits import Landing
from sopkit.model.config import Config
from sopkit.parsing.entry import EntryReading


@dataclass(frozen=True)
class LedgerContext:
    """What entries are judged against."""

    config: Config  # of the judged commit
    landings: Sequence[Landing]
    pasts: Mapping[SopKey, RevisionHistory]  # of all ids
    snapshots: Mapping[str, Snapshot]
    organisation: Callable[[int], Organisation]
    organisation_changes: Sequence[int]  # commits that changed who is who or the configuration
    landed: Callable[[LedgerFile], LandingFacts]
    authors: Callable[[RevisionHistory, Revision], tuple[Contribution, ...]]
    reading: Callable[[str], EntryReading | None]
    body: Callable[[str], str]
    front: Callable[[str], Mapping[str, object]]
    check: SignatureCheck
