"""`sopkit report roles`: what each role does, decides, is told and owns, and who holds it."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Annotated

from sopkit.analysis.responsibilities import ANYBODY, Responsibility, ResponsibilityKind, responsibilities_in
from sopkit.library import Library
from sopkit.lifecycle.library_status import LibraryStatus
from sopkit.lifecycle.people import Roster, person_name, read_roster
from sopkit.model.finding import Finding
from sopkit.model.registers import Person, Role
from sopkit.model.sop import Sop
from sopkit.reports._bodies import read_bodies
from sopkit.reports._report import Asked, Report, Table, Told
from sopkit.reports._roles.owned import OwnedRow, owned_by_roles
from sopkit.reports._roles.unheld import unheld

_FIRST = 3
_NO_REGISTER = "registers/roles.yaml has no roles that can be relied on, so who holds one is not known"
_DECIDING = (ResponsibilityKind.DECIDES, ResponsibilityKind.ACCOUNTABLE)
_OF_ROLES = ("role", "steps", "sops", "decides", "told", "approves", "owns", "reports_to", "held_by")
_OF_SOPS = ("sop", "role", "steps", "does")
_TOLD = (ResponsibilityKind.TOLD, ResponsibilityKind.CONSULTED, ResponsibilityKind.INFORMED)


@dataclass(frozen=True, slots=True)
class Holder:
    """A person who holds a role on the day, or stands in."""

    key: Annotated[str, "Key of the register of people."]
    name: Annotated[str, "Name, empty where the register has none."]


@dataclass(frozen=True, slots=True)
class RoleRow:
    """One role. Retired SOPs are left out of the counts."""

    role: Annotated[str, "Id of the role; the name as typed where the register lacks it."]
    title: Annotated[str, "Title in the register."]
    known: Annotated[bool, "Whether the register of roles has it."]
    sops: Annotated[int, "SOPs in which it acts."]
    steps: Annotated[int, "Steps in which it acts."]
    decides: Annotated[int, "Steps in which it decides, and rows of RACI tables for which it is accountable."]
    told: Annotated[int, "Steps, rows of RACI tables and of Escalation in which it is told or asked."]
    approves: Annotated[int, "SOPs that it approves, by themselves or by their area."]
    owns: Annotated[int, "SOPs and rows of registers that it owns."]
    reports_to: Annotated[str, "Role to which it escalates."]
    holders: Annotated[tuple[Holder, ...], "Who holds it on the day."]
    deputies: Annotated[tuple[Holder, ...], "Who stands in on the day."]
    held_by: Annotated[str, "The same in words."]


@dataclass(frozen=True, slots=True)
class DutyRow:
    """What one SOP asks of one role."""

    sop: Annotated[str, "Id of the SOP, its path where it has none."]
    role: Annotated[str, "Id of the role, or its name as typed."]
    does: Annotated[tuple[ResponsibilityKind, ...], "What the role has to do with the SOP."]
    steps: Annotated[tuple[str, ...], "Numbers of the steps in which it acts."]
    decides: Annotated[tuple[str, ...], "Numbers of the steps in which it decides, titles of rows that it answers for."]
    told: Annotated[tuple[str, ...], "Numbers of the steps that tell it something, titles of rows where it is asked."]
    first: Annotated[tuple[str, ...], "The first steps in which it acts, three at most."]
    held_by: Annotated[str, "Who holds the role on the day."]
    status: Annotated[str, "Status of the SOP as typed."]
    path: Annotated[str, "File of the SOP."]
    line: Annotated[int, "Line of the first of them."]


def roles(standings: LibraryStatus, asked: Asked) -> Told:
    """The roles with their counts, or the SOPs with their roles; who cannot be had today is a finding."""
    library = standings.library
    held = read_roster(library, library.as_of)
    told = read_bodies(_reading, standings).values()
    duties = [row for rows, _ in told for row in rows]
    findings = [finding for _, some in told for finding in some]
    owned = tuple(owned_by_roles(library))
    rows = tuple(_of_roles(library, held, duties, owned))
    by_role = Table("rows", "Roles", RoleRow, rows, _OF_ROLES, printed=(*_OF_ROLES, "title"))
    by_sop = Table("duties", "What each SOP asks of whom", DutyRow, tuple(duties), _OF_SOPS, detail=True)
    more = Table("owned", "What roles own in the registers", OwnedRow, owned, detail=True)
    notes = () if library.roles else (_NO_REGISTER,)
    main, other = (by_sop, by_role) if asked.by == "sop" else (by_role, by_sop)
    return Told(main, (other, more), tuple(findings), notes)


def _reading(standings: LibraryStatus) -> Callable[[Sop], tuple[list[DutyRow], list[Finding]]]:
    library = standings.library
    held = read_roster(library, library.as_of)

    def read(sop: Sop) -> tuple[list[DutyRow], list[Finding]]:
        asks = tuple(responsibilities_in(sop, library))
        return list(_of_sop(sop, asks, held)), list(unheld(sop, asks, held, library))

    return read


def _of_sop(sop: Sop, asks: tuple[Responsibility, ...], held: Roster) -> Iterable[DutyRow]:
    by_role: dict[str, list[Responsibility]] = {}
    for duty in asks:
        for role in duty.roles:
            by_role.setdefault(role, []).append(duty)
    for role, some in sorted(by_role.items()):
        yield DutyRow(
            sop=sop.name,
            role=role,
            does=tuple(kind for kind in ResponsibilityKind if any(duty.kind is kind for duty in some)),
            steps=_where(some, ResponsibilityKind.ACTS),
            decides=_where(some, *_DECIDING),
            told=_where(some, *_TOLD),
            first=tuple(duty.text for duty in some if duty.kind is ResponsibilityKind.ACTS)[:_FIRST],
            held_by=_held_by(role, held),
            status=sop.status,
            path=sop.path,
            line=sop.place(next((duty for duty in some if duty.kind is ResponsibilityKind.ACTS), some[0]).place).line,
        )


def _where(some: list[Responsibility], *kinds: ResponsibilityKind) -> tuple[str, ...]:
    return tuple(dict.fromkeys(duty.where for duty in some if duty.kind in kinds))


def _of_roles(library: Library, held: Roster, duties: list[DutyRow], owned: tuple[OwnedRow, ...]) -> Iterable[RoleRow]:
    known = [row.id for row in library.roles.rows if isinstance(row, Role)]
    of_role: dict[str, list[DutyRow]] = {role: [] for role in sorted(known)}
    for row in sorted(duties, key=lambda row: row.role):
        of_role.setdefault(row.role, []).append(row)
    owns = Counter(one.role for one in owned)
    for role in sorted(owns.keys() - of_role.keys()):
        of_role[role] = []
    for role, mine in of_role.items():
        answering = held.answering(role)
        yield RoleRow(
            role=role,
            title=answering.title if answering.known else "",
            known=answering.known or role == ANYBODY,
            sops=sum(bool(row.steps) for row in mine),
            steps=sum(len(row.steps) for row in mine),
            decides=sum(len(row.decides) for row in mine),
            told=sum(len(row.told) for row in mine),
            approves=sum(ResponsibilityKind.APPROVES in row.does for row in mine),
            owns=sum(ResponsibilityKind.OWNS in row.does for row in mine) + owns[role],
            reports_to=answering.reports_to,
            holders=tuple(map(_holder, answering.holders)),
            deputies=tuple(map(_holder, answering.deputies)),
            held_by=_held_by(role, held),
        )


def _holder(person: Person) -> Holder:
    return Holder(person.key, " ".join(person.name.split()))


def _held_by(role: str, held: Roster) -> str:
    if role == ANYBODY:
        return "all people"
    answering = held.answering(role)
    if not answering.known:
        return "not in the register" if held.roles else ""
    if not answering.holders:
        return answering.words
    deputies = ", ".join(map(person_name, answering.deputies))
    return f"{answering.words}{f'; deputy {deputies}' if deputies else ''}"


REPORT = Report(
    "roles",
    "What each role does, decides and owns, who holds it today, and what nobody can carry out.",
    roles,
    {"rows": RoleRow, "duties": DutyRow, "owned": OwnedRow},
    by=("sop",),
    finds=True,
    reads=_reading,
)
