"""What of an SOP nobody can carry out on the day, because nobody holds the role."""

from collections.abc import Iterator
from dataclasses import replace

from sopkit.analysis.responsibilities import ANYBODY, Responsibility, ResponsibilityKind
from sopkit.library import Library
from sopkit.lifecycle.people import Roster
from sopkit.model.finding import Finding, Severity
from sopkit.model.sop import Sop

_NEEDED = (ResponsibilityKind.OWNS, ResponsibilityKind.APPROVES, ResponsibilityKind.ACTS)


def unheld(sop: Sop, duties: tuple[Responsibility, ...], held: Roster, library: Library) -> Iterator[Finding]:
    """A finding for each role that an SOP in force or on trial needs and that has neither holder nor deputy.

    Where any one of several roles may do it, all of them must be without. Silent without a register of roles.
    """
    if sop.status not in {"active", "trial"} or not library.roles:
        return
    waiting: dict[tuple[ResponsibilityKind, tuple[str, ...], bool], list[Responsibility]] = {}
    for duty in _needs(duties, library):
        absent = tuple(role for role in duty.roles if role != ANYBODY and not held.answering(role).people)
        if absent and not (duty.either and len(absent) < len(duty.roles)):
            waiting.setdefault((duty.kind, absent, duty.either), []).append(duty)
    severity = Severity.ERROR if sop.active else Severity.WARNING
    for (kind, absent, either), some in waiting.items():
        names = (" or " if either else " and ").join(f"`{role}`" for role in absent)
        message = f"{_work(kind, some)} {names}: {_why(absent, held)}"
        yield replace(sop.finding(some[0].place, message), code="nobody-to-act", severity=severity, weighed=True)


def _needs(duties: tuple[Responsibility, ...], library: Library) -> Iterator[Responsibility]:
    """The duties without which the SOP stands still; of approvers any one, where the configuration says so."""
    approving = [duty for duty in duties if duty.kind is ResponsibilityKind.APPROVES]
    any_one = library.config.approval.approve_by == "any" and len(approving) > 1
    for duty in duties:
        if duty.kind in _NEEDED and not (any_one and duty.kind is ResponsibilityKind.APPROVES):
            yield duty
    if any_one:
        yield replace(approving[0], roles=tuple(role for duty in approving for role in duty.roles), either=True)


def _work(kind: ResponsibilityKind, some: list[Responsibility]) -> str:
    if kind is not ResponsibilityKind.ACTS:
        return "owner" if kind is ResponsibilityKind.OWNS else "approver"
    more = f" and {len(some) - 1} more wait for" if some[1:] else " waits for"
    return f"step {some[0].where}{more}"


def _why(absent: tuple[str, ...], held: Roster) -> str:
    answering = held.answering(absent[0])
    if not answering.known:
        return "the register has no such role; name one that it has, or add it to registers/roles.yaml"
    return f"nobody holds it on {held.day} or stands in; name a holder or a deputy in registers/roles.yaml"
