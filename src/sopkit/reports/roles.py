"""`sopkit report roles`: what each role does, decides and owns, who holds it, and which roles are vacant."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Annotated

from sopkit.analysis.responsibilities import ANYBODY, Responsibility, ResponsibilityKind, responsibilities_in
from sopkit.library import Library
from sopkit.lifecycle.library_status import LibraryStatus
from sopkit.lifecycle.people import Roster, person_name, read_roster
from sopkit.model.finding import Finding, Severity
from sopkit.model.registers import Action, Applicability, Person, Role
from sopkit.model.sop import Sop
from sopkit.reports.report import Report, ReportOptions, ReportResult, read_bodies
from sopkit.tables.document import ReportTable

_KINDS = {
    "policies": "policy",
    "assets": "asset",
    "risks": "risk",
    "vendors": "vendor",
    "external": "external document",
    "actions": "action",
    "soa": "control",
}


@dataclass(frozen=True, slots=True)
class OwnedRow:
    """A row of a register that a role owns; what is closed, retired, done or not applicable is left out."""

    role: Annotated[str, "Id of the role; the name as typed where the register lacks it."]
    kind: Annotated[str, "What it is: policy, asset, risk, vendor, external document, action or control."]
    id: Annotated[str, "Its id."]
    title: Annotated[str, "Its title, if it has one."]
    path: Annotated[str, "File of the register."]
    line: Annotated[int, "Its line."]


def list_owned_rows(library: Library) -> Iterator[OwnedRow]:
    """The rows that name an owner, in the order of the registers."""
    for name, kind in _KINDS.items():
        register = library.registers[name]
        for row in register.rows:
            owner = " ".join(str(getattr(row, "owner", "")).split())
            if isinstance(row, Action):
                closed = row.done is not None and row.done <= library.as_of
            else:
                excluded = isinstance(row, Applicability) and not row.applicable
                closed = excluded or row.gone(library.as_of) is not None
            if owner and not closed:
                known = library.role(owner)
                title = str(getattr(row, "title", ""))
                line = register.place(row.key, "owner").line
                yield OwnedRow(known.id if known else owner, kind, row.key, title, register.path, line)


_ESSENTIAL_DUTIES = (ResponsibilityKind.OWNS, ResponsibilityKind.APPROVES, ResponsibilityKind.ACTS)


def find_vacant_roles(
    sop: Sop, duties: tuple[Responsibility, ...], roster: Roster, library: Library
) -> Iterator[Finding]:
    """A finding for each role that an SOP in force or on trial needs and that has neither holder nor deputy.

    Where any one of several roles may do it, all of them must be without. Silent without a register of roles.
    """
    if sop.status not in {"active", "trial"} or not library.roles:
        return
    waiting: dict[tuple[ResponsibilityKind, tuple[str, ...], bool], list[Responsibility]] = {}
    for duty in _essential_duties(duties, library):
        absent = tuple(role for role in duty.roles if role != ANYBODY and not roster.answering(role).people)
        if absent and not (duty.either and len(absent) < len(duty.roles)):
            waiting.setdefault((duty.kind, absent, duty.either), []).append(duty)
    severity = Severity.ERROR if sop.active else Severity.WARNING
    for (kind, absent, either), some in waiting.items():
        names = (" or " if either else " and ").join(f"`{role}`" for role in absent)
        label = {ResponsibilityKind.OWNS: "owner", ResponsibilityKind.APPROVES: "approver"}.get(kind)
        more = f" and {len(some) - 1} more wait for" if some[1:] else " waits for"
        reason = "the register has no such role; name one that it has, or add it to registers/roles.yaml"
        if roster.answering(absent[0]).known:
            reason = f"nobody holds it on {roster.day} or stands in; name a holder or a deputy in registers/roles.yaml"
        message = f"{label or f'step {some[0].where}{more}'} {names}: {reason}"
        yield replace(sop.finding(some[0].place, message), code="nobody-to-act", severity=severity, weighed=True)


def _essential_duties(duties: tuple[Responsibility, ...], library: Library) -> Iterator[Responsibility]:
    """The duties without which the SOP stands still; of approvers any one, where the configuration says so."""
    approving = [duty for duty in duties if duty.kind is ResponsibilityKind.APPROVES]
    any_one = library.config.approval.approve_by == "any" and len(approving) > 1
    for duty in duties:
        if duty.kind in _ESSENTIAL_DUTIES and not (any_one and duty.kind is ResponsibilityKind.APPROVES):
            yield duty
    if any_one:
        yield replace(approving[0], roles=tuple(role for duty in approving for role in duty.roles), either=True)


_MAX_FIRST_STEPS = 3
_NO_REGISTER = "registers/roles.yaml has no roles that can be relied on, so who holds one is not known"
_DECISION_DUTIES = (ResponsibilityKind.DECIDES, ResponsibilityKind.ACCOUNTABLE)
_ROLE_COLUMNS = ("role", "steps", "sops", "decides", "told", "approves", "owns", "reports_to", "held_by")
_SOP_COLUMNS = ("sop", "role", "steps", "does")
_INFORMATION_DUTIES = (ResponsibilityKind.TOLD, ResponsibilityKind.CONSULTED, ResponsibilityKind.INFORMED)


@dataclass(frozen=True, slots=True)
class HolderRow:
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
    holders: Annotated[tuple[HolderRow, ...], "Who holds it on the day."]
    deputies: Annotated[tuple[HolderRow, ...], "Who stands in on the day."]
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


def roles(status: LibraryStatus, options: ReportOptions) -> ReportResult:
    """The roles with their counts, or the SOPs with their roles; who cannot be had today is a finding."""
    library = status.library
    roster = read_roster(library, library.as_of)
    found = read_bodies(_read_duties, status).values()
    duties = [row for rows, _ in found for row in rows]
    findings = [finding for _, some in found for finding in some]
    owned = tuple(list_owned_rows(library))
    rows = tuple(_role_rows(library, roster, duties, owned))
    by_role = ReportTable("rows", "Roles", RoleRow, rows, _ROLE_COLUMNS, printed=(*_ROLE_COLUMNS, "title"))
    by_sop = ReportTable("duties", "What each SOP asks of whom", DutyRow, tuple(duties), _SOP_COLUMNS, detail=True)
    of_registers = ReportTable("owned", "What roles own in the registers", OwnedRow, owned, detail=True)
    notes = () if library.roles else (_NO_REGISTER,)
    main, other = (by_sop, by_role) if options.by == "sop" else (by_role, by_sop)
    return ReportResult(main, (other, of_registers), tuple(findings), notes)


def _read_duties(status: LibraryStatus) -> Callable[[Sop], tuple[list[DutyRow], list[Finding]]]:
    library = status.library
    roster = read_roster(library, library.as_of)

    def read(sop: Sop) -> tuple[list[DutyRow], list[Finding]]:
        duties = tuple(responsibilities_in(sop, library))
        return list(_duty_rows(sop, duties, roster)), list(find_vacant_roles(sop, duties, roster, library))

    return read


def _duty_rows(sop: Sop, duties: tuple[Responsibility, ...], roster: Roster) -> Iterable[DutyRow]:
    by_role: dict[str, list[Responsibility]] = {}
    for duty in duties:
        for role in duty.roles:
            by_role.setdefault(role, []).append(duty)
    for role, some in sorted(by_role.items()):
        yield DutyRow(
            sop=sop.name,
            role=role,
            does=tuple(kind for kind in ResponsibilityKind if any(duty.kind is kind for duty in some)),
            steps=_where(some, ResponsibilityKind.ACTS),
            decides=_where(some, *_DECISION_DUTIES),
            told=_where(some, *_INFORMATION_DUTIES),
            first=tuple(duty.text for duty in some if duty.kind is ResponsibilityKind.ACTS)[:_MAX_FIRST_STEPS],
            held_by=_holders_text(role, roster),
            status=sop.status,
            path=sop.path,
            line=sop.place(next((duty for duty in some if duty.kind is ResponsibilityKind.ACTS), some[0]).place).line,
        )


def _where(some: list[Responsibility], *kinds: ResponsibilityKind) -> tuple[str, ...]:
    return tuple(dict.fromkeys(duty.where for duty in some if duty.kind in kinds))


def _role_rows(
    library: Library, roster: Roster, duties: list[DutyRow], owned: tuple[OwnedRow, ...]
) -> Iterable[RoleRow]:
    known = [row.id for row in library.roles.rows if isinstance(row, Role)]
    of_role: dict[str, list[DutyRow]] = {role: [] for role in sorted(known)}
    for row in sorted(duties, key=lambda row: row.role):
        of_role.setdefault(row.role, []).append(row)
    owns = Counter(one.role for one in owned)
    for role in sorted(owns.keys() - of_role.keys()):
        of_role[role] = []
    for role, mine in of_role.items():
        answering = roster.answering(role)
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
            holders=tuple(map(_holder_row, answering.holders)),
            deputies=tuple(map(_holder_row, answering.deputies)),
            held_by=_holders_text(role, roster),
        )


def _holder_row(person: Person) -> HolderRow:
    return HolderRow(person.key, " ".join(person.name.split()))


def _holders_text(role: str, roster: Roster) -> str:
    if role == ANYBODY:
        return "all people"
    answering = roster.answering(role)
    if not answering.known:
        return "not in the register" if roster.roles else ""
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
    reads=_read_duties,
)
