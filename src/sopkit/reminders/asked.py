"""Who is told of an SOP: who holds the role on the day, else the deputy, and when it is late those above as well."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sopkit.library import Library
from sopkit.lifecycle.due import add_duration
from sopkit.lifecycle.people import RoleHolders, Roster, person_name
from sopkit.lifecycle.stale_report import find_sop
from sopkit.lifecycle.status import StaleRow
from sopkit.model.config import RemindTable
from sopkit.model.registers import Person
from sopkit.reminders.reminder import Audience, Recipient, is_address
from sopkit.tables.escape import one_line


@dataclass(frozen=True, slots=True)
class Asked:
    """The people told, and who they are in words; the words say it as well when there is nobody."""

    recipients: tuple[Recipient, ...]
    words: str
    escalated: bool


def asked_of(row: StaleRow, library: Library, people: Roster, remind: RemindTable, audience: Audience) -> Asked:
    """Who is told of a row: the owner, or for an approval each approver role."""
    roles = _approvers(row, library) if audience == "approval" else (row.owner,)
    answering = [people.answering(role) for role in roles]
    words = [f"{one.title}: {one.words}" if one.title else one.words for one in answering]
    found: dict[str, Recipient] = {}
    for one in answering:
        _add(found, one.people, one.title if one.holders else f"deputy of {one.title}")
    late = row.due is not None and row.due < people.day and add_duration(row.due, remind.escalate_after) <= people.day
    escalated = late and audience == "review"
    if escalated:
        words += _escalate(found, answering[0], people)
    return Asked(tuple(found.values()), one_line("; ".join(words)) or "no approver is named", escalated)


def _escalate(found: dict[str, Recipient], owner: RoleHolders, people: Roster) -> Iterator[str]:
    before = set(found)
    _add(found, owner.deputies, f"deputy of {owner.title}")
    if owner.reports_to:
        above = people.answering(owner.reports_to)
        _add(found, above.people, above.title)
    more = [f"{one.name} ({one.role})" for key, one in found.items() if key not in before]
    if more:
        yield f"escalated to {', '.join(more)}"


def _add(found: dict[str, Recipient], people: Iterable[Person], role: str) -> None:
    for person in people:
        logins = tuple(sorted((str(forge), one_line(login)) for forge, login in person.logins.items()))
        email = next((email for email in person.emails if is_address(email)), "")
        recipient = Recipient(one_line(person.key), one_line(person_name(person)), email, one_line(role), logins)
        found.setdefault(person.key, recipient)


def _approvers(row: StaleRow, library: Library) -> tuple[str, ...]:
    """The roles that have not approved the text yet; where nobody knows, all of its own, else those of its area."""
    if row.awaiting:
        return row.awaiting
    sop = find_sop(row, library)
    named = tuple(name for name, _ in sop.texts("approvers")) if sop is not None else ()
    area = library.config.all_areas.get(row.area)
    return named or (area.approvers if area else ())
