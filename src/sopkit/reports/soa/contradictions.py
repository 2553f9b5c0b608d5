"""Where the statement of applicability contradicts itself, the SOPs or the other registers."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from sopkit.analysis.applicability import ApplicabilityDecision, decisions
from sopkit.analysis.control_claims import ControlImplementation
from sopkit.library import Library
from sopkit.lifecycle.library_status import LibraryStatus
from sopkit.lifecycle.status import SopState as Stale
from sopkit.model.body import is_undecided
from sopkit.model.control_ids import MatchKind
from sopkit.model.control_views import explain_match
from sopkit.model.finding import Finding, Severity
from sopkit.model.similarity import nearest
from sopkit.model.sop import Sop
from sopkit.reports.soa.rows import ApplicabilityState, ControlStatement, ImplementationState
from sopkit.tables.document import cell_text

_NUMBER = re.compile(r"\d+")
_MAX_NAMES = 5
_OVERDUE_STATES = frozenset({Stale.OVERDUE, Stale.UNPROVEN_OVERDUE})


def find_contradictions(some: Sequence[ControlStatement], status: LibraryStatus) -> Iterator[Finding]:
    """What is wrong with the rows, with the controls, and with the SOPs behind them."""
    library = status.library
    for decision in decisions(library):
        yield from _check_row(decision, library)
    yield from _vacant_owners(some, library)
    for one in some:
        if one.decision is not None:
            yield from _check_control(one, one.decision, library)
    yield from _undecided_controls(some, library)
    yield from _check_sops(some, status)


@dataclass(frozen=True, slots=True)
class _RegisterRow:
    """Makes findings at a row of the register."""

    library: Library
    row: int

    def __call__(self, code: str, severity: Severity, message: str, column: str = "control") -> Finding:
        register = self.library.registers["soa"]
        place = register.tree.place((self.row, column)) or register.source.line_place(1)
        return Finding(register.file, place, message, code, severity)


def _check_row(decision: ApplicabilityDecision, library: Library) -> Iterator[Finding]:
    at, typed = _RegisterRow(library, decision.at), decision.row.control
    if not decision.controls:
        if decision.match.kind is MatchKind.FOUND:
            message = f"`{typed}` names no framework of the library; write the id of one control"
        else:
            message = "; ".join(filter(None, explain_match(decision.match)))
        yield at("unknown-control", Severity.ERROR, message)
    if decision.again:
        same = ", ".join(control for _, control in decision.again)
        relation = "is" if same == typed else f"is about {same}, which is"
        yield at("row-twice", Severity.ERROR, f"`{typed}` {relation} decided above; keep one of the rows")
    risks = library.registers["risks"]
    shapes = {_id_pattern(key) for key in risks.keys}
    for name in decision.row.drivers:
        if gone := risks.gone(name, library.as_of):
            message = f"{name} drives {typed} and was {gone}; name what drives it now"
            yield at("closed-driver", Severity.WARNING, message, "drivers")
        elif name not in risks.keys and _id_pattern(name) in shapes:
            near = nearest(name.casefold(), {key.casefold(): key for key in risks.keys}, 1, 0.0)
            meant = next((key for key in risks.keys if near and key.casefold() == near[0]), "")
            message = f"{name} is no row of registers/risks.yaml; did you mean {meant}?"
            yield at("unknown-driver", Severity.WARNING, message, "drivers")


def _id_pattern(name: str) -> str:
    """An id with its numbers taken out: what looks like the id of a risk is meant as one."""
    return _NUMBER.sub("0", name.casefold()) if _NUMBER.search(name) else ""


def _vacant_owners(some: Sequence[ControlStatement], library: Library) -> Iterator[Finding]:
    """Roles that answer for controls and that nobody holds, each once."""
    if not library.roles:
        return
    named: dict[str, list[ApplicabilityDecision]] = {}
    for one in some:
        if one.decision is not None and one.decision.row.owner:
            named.setdefault(one.decision.row.owner, []).append(one.decision)
    for name, rows in named.items():
        role = library.role(name)
        if role is None or not role.held_or_deputised_by(library.as_of):
            trouble = "is no role of the register" if role is None else f"is held by nobody on {library.as_of}"
            controls = _join_names(row.row.control for row in rows)
            advice = "name a role of registers/roles.yaml" if role is None else "enter who holds it"
            message = f"`{name}` answers for {controls} and {trouble}; {advice}"
            yield _RegisterRow(library, rows[0].at)("owner-without-holder", Severity.WARNING, message, "owner")


def _check_control(one: ControlStatement, decision: ApplicabilityDecision, library: Library) -> Iterator[Finding]:
    at, row, control = _RegisterRow(library, decision.at), decision.row, one.control
    reasoned = row.reason.strip() and not is_undecided(row.reason)
    if one.applies is ApplicabilityState.NO:
        yield from _check_exclusion(one, at)
        if not reasoned:
            message = f"{control.id} is excluded without a reason; write why it does not apply"
            yield at("excluded-without-reason", Severity.ERROR, message, "reason")
        return
    if not reasoned:
        message = f"{control.id} {control.title} applies without a justification; write why under `reason`"
        yield at("applicable-without-reason", Severity.WARNING, message, "reason")
    if not row.procedure and one.state is ImplementationState.IMPLEMENTED:
        message = f"{control.id} needs no procedure by this row, but is carried out by {_sop_names(one.supports)}"
        yield at("procedure-after-all", Severity.INFO, f"{message}; take `procedure: false` out", "procedure")
    if one.state is ImplementationState.OTHER_MEANS and not (row.note.strip() or one.policies or one.actions):
        message = f"{control.id} is met without a procedure, and nothing says by what; write it under `note`"
        yield at("other-means-unsaid", Severity.WARNING, message, "procedure")
    if one.state is ImplementationState.PLANNED and not one.supports and row.note.strip():
        message = f"{control.id} counts as planned: only {_join_names(action.id for action in one.actions)} names it"
        advice = "if the note says what meets it, write `procedure: false`"
        yield at("planned-with-note", Severity.INFO, f"{message}; {advice}", "note")
    if one.by_procedure and not one.actions:
        yield from _without_procedure(one, at)


def _check_exclusion(one: ControlStatement, at: _RegisterRow) -> Iterator[Finding]:
    """What an exclusion contradicts."""
    start = f"{one.control.id} is excluded, but"
    if one.supports:
        where = f"{_sop_names(one.supports)} ({one.supports[0].sop.path})"
        message = f"{start} claimed by {where}; make it applicable or delete the claim"
        yield at("excluded-but-claimed", Severity.ERROR, message, "applicable")
    if one.risks:
        treated = _join_names(risk.id for risk in one.risks)
        message = f"{start} treats {treated}; make it applicable, or treat that otherwise"
        yield at("excluded-but-treats", Severity.ERROR, message, "applicable")
    if one.policies:
        asking = _join_names(policy.id for policy in one.policies)
        message = f"{start} {asking} asks for it; make it applicable or take it out there"
        yield at("excluded-but-asked", Severity.WARNING, message, "applicable")


def _without_procedure(one: ControlStatement, at: _RegisterRow) -> Iterator[Finding]:
    """An applicable control that needs a procedure, has no SOP that carries it out, and no open action."""
    start = f"{one.control.id} {one.control.title} applies"
    active = [support for support in one.supports if support.sop.active]
    claiming = [support for support in one.supports if support.would_cover]
    if one.state in {ImplementationState.IMPLEMENTED, ImplementationState.PARTLY} or any(
        support in active for support in claiming
    ):
        return  # an active SOP that was never approved is a finding of its own
    if claiming:
        names = _join_names(f"{support.sop.name} ({support.sop.status})" for support in claiming)
        message = f"{start} and is claimed only by {names}; enter the action that puts that in force, with a due day"
        yield at("planned-without-action", Severity.WARNING, message)
    elif active:
        names = _sop_names(active)
        message = f"{start} and is only supported, by {names}; claim it in full or in part, or enter an action"
        yield at("only-supported", Severity.WARNING, message)
    else:
        advice = "write the SOP, enter an action, or write `procedure: false` and why"
        yield at("carried-out-by-nobody", Severity.WARNING, f"{start} and no active SOP claims it; {advice}")


def _undecided_controls(some: Sequence[ControlStatement], library: Library) -> Iterator[Finding]:
    """The controls on which nothing is decided, in one finding."""
    left = [one.control.id for one in some if one.applies is ApplicabilityState.UNDECIDED]
    if left and library.registers["soa"].rows_at:
        are = "controls are" if len(left) > 1 else "control is"
        message = f"{len(left)} {are} undecided: {_join_names(left)}; write for each whether it applies, and why"
        blanks = (one for one in decisions(library) if not one.made)
        first = next((one.at for one in blanks if any(control in left for _, control in one.controls)), -1)
        yield _RegisterRow(library, first)("undecided", Severity.WARNING, message)


def _check_sops(some: Sequence[ControlStatement], status: LibraryStatus) -> Iterator[Finding]:
    """SOPs behind applicable controls that were never approved, or are overdue."""
    behind: dict[str, list[ControlImplementation]] = {}
    for one in some:
        if one.by_procedure:
            for support in one.supports:
                if support.sop.active and support.would_cover:
                    behind.setdefault(support.sop.path, []).append(support)
    for supports in behind.values():
        sop, controls = supports[0].sop, _join_names(support.control for support in supports)
        state = status.of(sop).state
        if not status.carries(sop):
            message = f"{controls} rest on {sop.name}, which is active and was never approved; sopkit approve {sop.id}"
            yield _sop_finding(sop, "status", "never-approved", Severity.WARNING, message)
        elif state in _OVERDUE_STATES:
            message = f"{controls} rest on {sop.name}, whose review is overdue; sopkit review {sop.id}"
            yield _sop_finding(sop, "review_every", "overdue-behind", Severity.INFO, message)


def _sop_finding(sop: Sop, key: str, code: str, severity: Severity, message: str) -> Finding:
    return Finding(sop.path, sop.place(key), message, code, severity)


def _sop_names(supports: Iterable[ControlImplementation]) -> str:
    return _join_names(support.sop.name for support in supports)


def _join_names(names: Iterable[str]) -> str:
    """The names once each; of many the first few and how many more."""
    once = tuple(dict.fromkeys(names))
    more = f" and {len(once) - _MAX_NAMES} more" if len(once) > _MAX_NAMES else ""
    return cell_text(once[:_MAX_NAMES]).replace("; ", ", ") + more
