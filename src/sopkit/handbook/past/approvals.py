"""The approvals of the texts that are shown, and names for them that stay the same in every build."""

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING
from uuid import NAMESPACE_URL, UUID, uuid5

from sopkit.handbook.cut.past import secret_revisions
from sopkit.lifecycle.text_lookup import approval_in_force, blob_of_approval

if TYPE_CHECKING:
    from sopkit.handbook.ground import Ground, Shown
    from sopkit.lifecycle.history import History
    from sopkit.lifecycle.ledger import Approval
    from sopkit.lifecycle.revisions import Revision, RevisionHistory
    from sopkit.lifecycle.snapshot import Snapshot


@dataclass(frozen=True, eq=False)
class Told:
    """An approval of an SOP that is shown, and the revision that it approves."""

    one: "Shown"
    judged: "History"
    past: "RevisionHistory"
    approval: "Approval"

    @property
    def revision(self) -> "Revision":
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
    def snapshot(self) -> "Snapshot":
        """What the approved text said of itself."""
        return self.judged.snapshots[blob_of_approval(self.judged, self.past, self.approval)]

    @property
    def version(self) -> str:
        """The label under which it was approved."""
        return self.approval.label or self.snapshot.version

    @property
    def name(self) -> UUID:
        """A name that it has in every build of the library."""
        return named(self.judged, "approval", self.one.id, self.revision.digest, self.commit)


def named(judged: "History", *parts: str) -> UUID:
    """A name for something of a library, which is known by its first commit."""
    return uuid5(NAMESPACE_URL, "\n".join(("sopkit", judged.history.commits[0].oid, *parts)))


@lru_cache(4)
def approvals(ground: "Ground") -> tuple[Told, ...]:
    """The approvals of the texts that are shown, the newest first."""
    found = [told for one in ground.shown if (told := approval_of(ground, one)) is not None]
    return tuple(sorted(found, key=lambda told: (-told.approval.commit, told.one.id)))


def past_approvals(ground: "Ground") -> tuple[Told, ...]:
    """Every approval that stands of an SOP that is shown, the newest first; none of a text that was more secret."""
    judged = ground.standings.judged
    found: list[Told] = []
    for one in ground.shown:
        past = judged.pasts.by_key.get((one.id, "")) if judged else None
        if judged is not None and past is not None:
            secret = secret_revisions(past, ground.standings, ground.asked)
            standing = judged.ledger(one.id).approved.values()
            found += [Told(one, judged, past, each) for each in standing if each.revision not in secret]
    return tuple(sorted(found, key=lambda told: (-told.approval.commit, told.one.id)))


def approval_of(ground: "Ground", one: "Shown") -> Told | None:
    """The approval of the text that is shown of an SOP; None where it has none, or no history was read."""
    judged, row = ground.standings.judged, one.row
    past = judged.pasts.by_key.get((one.id, "")) if judged else None
    if judged is None or past is None or row is None or one.authority != "approved":
        return None
    if one.awaits:
        approval = approval_in_force(judged, past, ground.edition.as_of)
    else:
        approval = judged.ledger(one.id).approved.get(int(row.revision.removeprefix("r")))
    return Told(one, judged, past, approval) if approval is not None else None
