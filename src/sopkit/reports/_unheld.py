"""What of an SOP nobody can carry out on the day, because nobody holds the role."""

from collections.abc import Iterator
from dataclasses import replace

from sopkit.duties import ANYBODY, Duty, Kind
from sopkit.library import Library
from sopkit.lifecycle.holders import Roster
from sopkit.model.finding import Finding, Severity
from sopkit.model.sop import Sop

_NEEDED = (Kind.OWNS, Kind.APPROVES, Kind.ACTS)


def unheld(sop: Sop, duties: tuple[Duty, ...], held: Roster, library: Library) -> Iterator[Finding]:
    """A finding for each role that an SOP in force or on trial needs and that has neither holder nor deputy.

    Where any one of several roles may do it, all of them must be without. Silent without a register of roles.
    """
    if sop.status not in {"active", "trial"} or not library.roles:
        return
    told: set[tuple[str, tuple[str, ...]]] = set()
    for duty in _needs(duties, library):
        absent = tuple(role for role in duty.roles if role != ANYBODY and not held.answering(role).people)
        what = "" if duty.kind is Kind.ACTS else duty.kind
        if not absent or (duty.either and len(absent) < len(duty.roles)) or (what, absent) in told:
            continue
        told.add((what, absent))
        finding = sop.finding(duty.place, f"{_work(sop, duty)}, but {_why(absent, held)}")
        severity = Severity.ERROR if sop.active else Severity.WARNING
        yield replace(finding, code="nobody-to-act", severity=severity, weighed=True)


def _needs(duties: tuple[Duty, ...], library: Library) -> Iterator[Duty]:
    """The duties without which the SOP stands still; of approvers any one, where the configuration says so."""
    approving = [duty for duty in duties if duty.kind is Kind.APPROVES]
    any_one = library.config.approval.approve_by == "any" and len(approving) > 1
    for duty in duties:
        if duty.kind in _NEEDED and not (any_one and duty.kind is Kind.APPROVES):
            yield duty
    if any_one:
        yield replace(approving[0], roles=tuple(role for duty in approving for role in duty.roles), either=True)


def _work(sop: Sop, duty: Duty) -> str:
    names = " or ".join(f"`{role}`" for role in duty.roles) if duty.either else f"`{duty.roles[0]}`"
    if duty.kind is Kind.OWNS:
        return f"{sop.id or sop.path} is owned by {names}"
    if duty.kind is Kind.APPROVES:
        return f"{sop.id or sop.path} is approved by {names}"
    return f"step {duty.where} is for {names if duty.either else ' and '.join(f'`{role}`' for role in duty.roles)}"


def _why(absent: tuple[str, ...], held: Roster) -> str:
    answering = held.answering(absent[0])
    if not answering.known:
        return f"the register has no role `{absent[0]}`; name one that it has, or add it to registers/roles.yaml"
    nobody = f"nobody holds `{absent[0]}` on {held.day}, and nobody stands in"
    return f"{nobody}; name a holder or a deputy in registers/roles.yaml"
