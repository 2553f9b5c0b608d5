"""The approvals of published texts: who approved each, when, and from when it is in force."""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from uuid import NAMESPACE_URL, UUID, uuid5

from sopkit.handbook.published import PublishedLibrary, PublishedSop
from sopkit.handbook.redaction import hidden_revisions
from sopkit.lifecycle.history import History
from sopkit.lifecycle.ledger import Approval, EntryResult
from sopkit.lifecycle.people import person_name
from sopkit.lifecycle.revisions import Revision, RevisionHistory
from sopkit.lifecycle.snapshot import Snapshot
from sopkit.lifecycle.text_lookup import approval_in_force, blob_of_approval, effective_from
from sopkit.model.registers import Person
from sopkit.model.sop_document import Classification
from sopkit.tables.escape import escape_controls


@dataclass(frozen=True, eq=False)
class PublishedApproval:
    """An approval of an SOP that is shown, and the revision that it approves."""

    one: PublishedSop
    judged: History
    past: RevisionHistory
    approval: Approval

    @property
    def revision(self) -> Revision:
        """The text that was approved."""
        return self.past.revisions[self.approval.revision - 1]

    @property
    def commit(self) -> str:
        """The commit by which the approval landed."""
        return self.judged.history.commits[self.approval.commit].oid

    @property
    def time(self) -> int:
        """When it landed, in seconds since 1970."""
        return self.judged.landings[self.approval.commit].time

    @property
    def snapshot(self) -> Snapshot:
        """What the approved text said of itself."""
        return self.judged.snapshots[blob_of_approval(self.judged, self.past, self.approval)]

    @property
    def version(self) -> str:
        """The label under which it was approved."""
        return self.approval.label or self.snapshot.version

    @property
    def name(self) -> UUID:
        """A name that it has in every build of the library."""
        return library_uuid(self.judged, "approval", self.one.id, self.revision.digest, self.commit)


def library_uuid(judged: History, *parts: str) -> UUID:
    """A name for something of a library, which is known by its first commit."""
    return uuid5(NAMESPACE_URL, "\n".join(("sopkit", judged.history.commits[0].oid, *parts)))


@lru_cache(4)
def approvals(handbook: PublishedLibrary) -> tuple[PublishedApproval, ...]:
    """The approvals of the texts that are shown, the newest first."""
    found = [told for one in handbook.shown if (told := approval_of(handbook, one)) is not None]
    return tuple(sorted(found, key=lambda told: (-told.approval.commit, told.one.id)))


def all_approvals(handbook: PublishedLibrary) -> tuple[PublishedApproval, ...]:
    """Every approval that stands of an SOP that is shown, the newest first; none of a text that was more secret."""
    judged = handbook.standings.judged
    found: list[PublishedApproval] = []
    for one in handbook.shown:
        past = judged.pasts.by_key.get((one.id, "")) if judged else None
        if judged is not None and past is not None:
            secret = hidden_revisions(past, handbook.standings, handbook.asked)
            standing = judged.ledger(one.id).approved.values()
            found += [PublishedApproval(one, judged, past, each) for each in standing if each.revision not in secret]
    return tuple(sorted(found, key=lambda told: (-told.approval.commit, told.one.id)))


def approval_of(handbook: PublishedLibrary, one: PublishedSop) -> PublishedApproval | None:
    """The approval of the text that is shown of an SOP; None where it has none, or no history was read."""
    judged, row = handbook.standings.judged, one.row
    past = judged.pasts.by_key.get((one.id, "")) if judged else None
    if judged is None or past is None or row is None or one.authority != "approved":
        return None
    if one.awaits:
        approval = approval_in_force(judged, past, handbook.edition.as_of)
    else:
        approval = judged.ledger(one.id).approved.get(int(row.revision.removeprefix("r")))
    return PublishedApproval(one, judged, past, approval) if approval is not None else None


@dataclass(frozen=True, slots=True)
class Signatory:
    """Who made an entry: the name, empty where people are not shown, and the titles of the roles in which it was."""

    name: str
    roles: tuple[str, ...]

    @property
    def words(self) -> str:
        """`Cat Lopes (CISO)`, or the roles alone."""
        roles = ", ".join(self.roles)
        return f"{self.name} ({roles})" if self.name and roles else self.name or roles


@dataclass(frozen=True, slots=True)
class ApprovalDetails:
    """An approval as it is told: `landed` is its day, `since` the day from which the text holds."""

    version: str
    landed: date
    since: date
    by: tuple[Signatory, ...]
    level: str
    revision: int

    @property
    def people(self) -> str:
        """All who approved, in words."""
        return ", ".join(one.words for one in self.by)


def current_approval(handbook: PublishedLibrary, one: PublishedSop) -> ApprovalDetails | None:
    """The approval of the text that is shown of an SOP, if it has one and the history was read."""
    found = approval_of(handbook, one)
    return approval_details(handbook, one, found.approval) if found else None


def approval_details(handbook: PublishedLibrary, one: PublishedSop, approval: Approval) -> ApprovalDetails:
    """An approval of an SOP that is shown, as pages tell it."""
    judged = handbook.standings.judged
    assert judged is not None  # noqa: S101 - an approval was read from it
    return ApprovalDetails(
        version=approval.label or one.sop.text("version"),
        landed=approval.landed,
        since=effective_from(judged, judged.pasts.by_key[one.id, ""], approval),
        by=tuple(signatory(handbook, verdict) for verdict in approval.verdicts),
        level=str(approval.level),
        revision=approval.revision,
    )


def signatory(handbook: PublishedLibrary, verdict: EntryResult) -> Signatory:
    """Who made an entry."""
    roles = tuple(handbook.library.role_title(role) for role in verdict.roles)
    return Signatory(visible_name(handbook, verdict.entry.by), roles)


def visible_name(handbook: PublishedLibrary, key: str) -> str:
    """The name of a person by key; empty where the handbook is for everyone, which names roles only."""
    if handbook.asked.classification is Classification.PUBLIC:
        return ""
    row = handbook.library.registers["people"].by_key.get(key)
    return escape_controls(person_name(row) if isinstance(row, Person) else key)
