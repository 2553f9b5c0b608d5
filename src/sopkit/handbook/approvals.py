"""The approvals of published texts: who approved each, when, and from when it is in force."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from uuid import NAMESPACE_URL, UUID, uuid5

from sopkit.handbook.published_library import PublishedLibrary, PublishedSop
from sopkit.lifecycle.history import History
from sopkit.lifecycle.ledger import Approval, EntryResult
from sopkit.lifecycle.people import person_name
from sopkit.lifecycle.revisions import Revision, RevisionHistory
from sopkit.lifecycle.snapshot import Snapshot
from sopkit.lifecycle.text_lookup import approval_in_force, blob_of_approval, effective_from
from sopkit.model.registers import Person
from sopkit.model.sop_document import Classification
from sopkit.tables.escape import escape_controls


@dataclass(frozen=True, slots=True)
class Signatory:
    """Who made an entry: the name, empty where people are not shown, and the titles of the roles."""

    name: str
    roles: tuple[str, ...]

    @property
    def words(self) -> str:
        """`Cat Lopes (CISO)`, or the roles alone."""
        roles = ", ".join(self.roles)
        return f"{self.name} ({roles})" if self.name and roles else self.name or roles


@dataclass(frozen=True, eq=False)
class PublishedApproval:
    """An approval of a published SOP, and the revision that it approves."""

    handbook: PublishedLibrary
    one: PublishedSop
    judged: History
    past: RevisionHistory
    approval: Approval

    @property
    def revision(self) -> Revision:
        """The approved text."""
        return self.past.revisions[self.approval.revision - 1]

    @property
    def commit(self) -> str:
        """The commit by which the approval landed."""
        return self.judged.log.commits[self.approval.commit].oid

    @property
    def time(self) -> int:
        """When it landed, in seconds since 1970."""
        return self.judged.landings[self.approval.commit].time

    @property
    def landed(self) -> date:
        """The date on which it landed."""
        return self.approval.landed

    @property
    def since(self) -> date:
        """The date from which the text is in force."""
        return effective_from(self.judged, self.past, self.approval)

    @property
    def level(self) -> str:
        """The level of its evidence."""
        return str(self.approval.level)

    @property
    def snapshot(self) -> Snapshot:
        """The metadata of the approved text."""
        return self.judged.snapshots[blob_of_approval(self.judged, self.past, self.approval)]

    @property
    def version(self) -> str:
        """The label under which the text was approved."""
        return self.approval.label or self.snapshot.version

    @property
    def people(self) -> str:
        """All who approved, in words."""
        return ", ".join(signatory(self.handbook, verdict).words for verdict in self.approval.verdicts)

    @property
    def name(self) -> UUID:
        """An identifier that is the same in every build of the library."""
        return library_uuid(self.judged, "approval", self.one.id, self.revision.digest, self.commit)


def library_uuid(judged: History, *parts: str) -> UUID:
    """An identifier for something of a library, which is known by its first commit."""
    return uuid5(NAMESPACE_URL, "\n".join(("sopkit", judged.log.commits[0].oid, *parts)))


@lru_cache(4)
def approvals(handbook: PublishedLibrary) -> tuple[PublishedApproval, ...]:
    """The approvals of the published texts, the newest first."""
    found = (current_approval(handbook, one) for one in handbook.shown)
    return _newest_first(approval for approval in found if approval is not None)


def all_approvals(handbook: PublishedLibrary) -> tuple[PublishedApproval, ...]:
    """Every valid approval of a published SOP, the newest first, except of texts above the classification."""
    judged = handbook.standings.judged
    return _newest_first(
        PublishedApproval(handbook, one, judged, past, approval)
        for one in handbook.shown
        if judged is not None and (past := judged.pasts.by_key.get((one.id, ""))) is not None
        for approval in judged.ledger(one.id).approved.values()
        if approval.revision not in handbook.secret(one)
    )


def _newest_first(found: Iterable[PublishedApproval]) -> tuple[PublishedApproval, ...]:
    return tuple(sorted(found, key=lambda one: (-one.approval.commit, one.one.id)))


def current_approval(handbook: PublishedLibrary, one: PublishedSop) -> PublishedApproval | None:
    """The approval of the published text of an SOP; None where it has none, or no history was read."""
    judged, row = handbook.standings.judged, one.row
    past = judged.pasts.by_key.get((one.id, "")) if judged else None
    if judged is None or past is None or row is None or one.authority != "approved":
        return None
    approval = approval_in_force(judged, past, handbook.edition.as_of)
    return PublishedApproval(handbook, one, judged, past, approval) if approval is not None else None


def signatory(handbook: PublishedLibrary, verdict: EntryResult) -> Signatory:
    """Who made an entry."""
    roles = tuple(handbook.library.role_title(role) for role in verdict.roles)
    return Signatory(visible_name(handbook, verdict.entry.by), roles)


def visible_name(handbook: PublishedLibrary, key: str) -> str:
    """The name of a person by key; empty in a public handbook, which shows roles only."""
    if handbook.asked.classification is Classification.PUBLIC:
        return ""
    row = handbook.library.registers["people"].by_key.get(key)
    return escape_controls(person_name(row) if isinstance(row, Person) else key)
