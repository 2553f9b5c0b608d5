"""Who approved the text that a page shows, when, and from when it holds."""

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from sopkit.handbook.past.approvals import approval_of
from sopkit.lifecycle.people import person_name
from sopkit.lifecycle.text_lookup import effective_from
from sopkit.model.registers import Person
from sopkit.model.sop_document import Classification
from sopkit.tables.escape import escape_controls

if TYPE_CHECKING:
    from sopkit.handbook.ground import Ground, Shown
    from sopkit.lifecycle.ledger import Approval, EntryResult


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
class Approved:
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


def approved_of(ground: "Ground", one: "Shown") -> Approved | None:
    """The approval of the text that is shown of an SOP, if it has one and the history was read."""
    found = approval_of(ground, one)
    return told(ground, one, found.approval) if found else None


def told(ground: "Ground", one: "Shown", approval: "Approval") -> Approved:
    """An approval of an SOP that is shown, as pages tell it."""
    judged = ground.standings.judged
    assert judged is not None  # noqa: S101 - an approval was read from it
    return Approved(
        version=approval.label or one.sop.text("version"),
        landed=approval.landed,
        since=effective_from(judged, judged.pasts.by_key[one.id, ""], approval),
        by=tuple(signatory(ground, verdict) for verdict in approval.verdicts),
        level=str(approval.level),
        revision=approval.revision,
    )


def signatory(ground: "Ground", verdict: "EntryResult") -> Signatory:
    """Who made an entry."""
    roles = tuple(ground.library.role_title(role) for role in verdict.roles)
    return Signatory(person(ground, verdict.entry.by), roles)


def person(ground: "Ground", key: str) -> str:
    """The name of a person by key; empty where the handbook is for everyone, which names roles only."""
    if ground.asked.classification is Classification.PUBLIC:
        return ""
    row = ground.library.registers["people"].by_key.get(key)
    return escape_controls(person_name(row) if isinstance(row, Person) else key)
