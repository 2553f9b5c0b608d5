"""The rows of the statement of applicability: the state of each control, the claims of SOPs, and totals."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Annotated

from sopkit.analysis.applicability import ApplicabilityDecision, controls_in_cell, decision_by_control, open_actions
from sopkit.analysis.control_claims import ControlImplementation, implementations_by_control
from sopkit.analysis.control_claims import ControlKey as Key
from sopkit.lifecycle.library_status import LibraryStatus
from sopkit.model.frameworks import Control, ControlGroup, Framework
from sopkit.model.registers import Action, Policy, Risk


class ImplementationState(StrEnum):
    """How far a control is implemented; the first that applies in the order of `_state`."""

    IMPLEMENTED = "implemented"
    PARTLY = "partly"
    PLANNED = "planned"
    OTHER_MEANS = "other-means"
    NOT_IMPLEMENTED = "not-implemented"
    EXCLUDED = "excluded"
    UNDECIDED = "undecided"


class ApplicabilityState(StrEnum):
    """Whether a control applies."""

    YES = "yes"
    NO = "no"
    UNDECIDED = "undecided"


@dataclass(frozen=True, slots=True)
class ControlStatement:
    """One control: its row in the register, the SOPs that support it, what names it among open actions and risks.

    `policies` are those that answer it.
    """

    framework: Framework
    control: Control
    decision: ApplicabilityDecision | None
    supports: tuple[ControlImplementation, ...]
    actions: tuple[Action, ...]
    risks: tuple[Risk, ...]
    policies: tuple[Policy, ...]
    state: ImplementationState

    @property
    def applies(self) -> ApplicabilityState:
        """Whether it applies."""
        if self.decision is None:
            return ApplicabilityState.UNDECIDED
        return ApplicabilityState.YES if self.decision.row.applicable else ApplicabilityState.NO

    @property
    def by_procedure(self) -> bool:
        """Whether it applies and needs a procedure."""
        return self.decision is not None and self.decision.row.applicable and self.decision.row.procedure

    def carried_by(self, status: LibraryStatus) -> tuple[ControlImplementation, ...]:
        """The SOPs in force that claim it in full or in part."""
        return tuple(one for one in self.supports if status.covers(one))


def assess_controls(status: LibraryStatus, framework: Framework) -> tuple[ControlStatement, ...]:
    """Every control of a framework that is in force, in the publisher's order."""
    library = status.library
    rows, claimed, actions = decision_by_control(library), implementations_by_control(library), open_actions(library)
    risks: dict[Key, list[Risk]] = {}
    for risk in library.registers["risks"].rows:
        if isinstance(risk, Risk) and risk.gone(library.as_of) is None:
            for key in controls_in_cell(risk.controls, library):
                risks.setdefault(key, []).append(risk)
    policies: dict[Key, list[Policy]] = {}
    for policy in library.registers["policies"].rows:
        if isinstance(policy, Policy):
            for key in controls_in_cell(policy.controls, library):
                policies.setdefault(key, []).append(policy)
    found = []
    for control in framework.controls:
        if control.withdrawn or control.heading_only:
            continue
        key = (framework.id, control.id)
        decision, some, named = rows.get(key), claimed.get(key, ()), actions.get(key, ())
        state = _implementation_state(decision, some, named, status)
        others = tuple(risks.get(key, ())), tuple(policies.get(key, ()))
        found.append(ControlStatement(framework, control, decision, some, named, *others, state))
    return tuple(found)


def _implementation_state(
    decision: ApplicabilityDecision | None,
    some: Sequence[ControlImplementation],
    actions: Sequence[Action],
    status: LibraryStatus,
) -> ImplementationState:
    if decision is None:
        return ImplementationState.UNDECIDED
    if not decision.row.applicable:
        return ImplementationState.EXCLUDED
    carried = {status.strength(support) for support in some if status.covers(support)}
    if "full" in carried:
        return ImplementationState.IMPLEMENTED
    if not decision.row.procedure:
        return ImplementationState.OTHER_MEANS
    if carried:
        return ImplementationState.PARTLY
    if actions or any(support.would_cover for support in some):
        return ImplementationState.PLANNED
    return ImplementationState.NOT_IMPLEMENTED


@dataclass(frozen=True, slots=True)
class DriverRow:
    """What asks for a control."""

    name: Annotated[str, "Id of a risk, or the name of a law or contract."]
    title: Annotated[str, "Title of the risk; empty for what is no risk."]


@dataclass(frozen=True, slots=True)
class StatementRow:
    """What the statement says of one control, and what can be shown for it."""

    control: Annotated[str, "Id of the control."]
    title: Annotated[str, "Title of the control."]
    theme: Annotated[str, "Theme to which it belongs, the topmost group of the framework."]
    applicable: Annotated[ApplicabilityState, "Whether it applies; undecided where registers/soa.yaml decides nothing."]
    justification: Annotated[str, "Why it applies, or why not."]
    drivers: Annotated[tuple[DriverRow, ...], "Risks, laws and contracts that the register names."]
    risks: Annotated[tuple[DriverRow, ...], "Further open risks whose treatment names the control."]
    state: Annotated[ImplementationState, "How far it is implemented, computed from the SOPs."]
    sops: Annotated[
        tuple[str, ...], "SOPs that claim it or whose steps name it, with their strength; retired ones not."
    ]
    policies: Annotated[tuple[str, ...], "Policies that answer it."]
    note: Annotated[str, "Remarks of the register, such as which configuration meets it."]
    owner: Annotated[
        str, "Title of the role that answers: the register's, else those that own SOPs which carry it out."
    ]
    last: Annotated[date | None, "Day of the latest review or approval of an SOP that carries it out."]
    evidence: Annotated[str, "What that was, with its level."]
    actions: Annotated[tuple[str, ...], "Ids of the open actions that name it."]
    to_do: Annotated[tuple[str, ...], "What is to be done by them, by whom, by when."]


@dataclass(frozen=True, slots=True)
class StatementClaimRow:
    """What one SOP has to do with one control."""

    control: Annotated[str, "Id of the control."]
    sop: Annotated[str, "Id of the SOP."]
    title: Annotated[str, "Title of the SOP."]
    path: Annotated[str, "Its file, relative to the library."]
    strength: Annotated[str, "full, partial or supporting."]
    note: Annotated[str, "What the claim says about its strength."]
    carries: Annotated[bool, "Whether the SOP is active and its approved text carries the control out."]
    state: Annotated[str, "State as `sopkit stale` tells it."]
    owner: Annotated[str, "Title of the role that owns it."]
    evidence: Annotated[str, "Its latest review or approval, with its level."]


@dataclass(frozen=True, slots=True)
class StatementTotalRow:
    """How many controls of a theme are in which state."""

    theme: Annotated[str, "Id of the theme; empty for all of them."]
    title: Annotated[str, "Its title."]
    controls: Annotated[int, "All controls."]
    applicable: Annotated[int, "Those that apply."]
    implemented: Annotated[int, "Applicable, and an SOP in force claims it in full."]
    partly: Annotated[int, "Applicable, and one in force claims it in part."]
    planned: Annotated[int, "Applicable, and only an SOP not in force claims it, or an open action names it."]
    other_means: Annotated[int, "Applicable, and met by a policy or by configuration: `procedure: false`."]
    not_implemented: Annotated[int, "Applicable, and nothing can be shown."]
    excluded: Annotated[int, "Not applicable."]
    undecided: Annotated[int, "No decision is written down."]


def statement_row(one: ControlStatement, status: LibraryStatus) -> StatementRow:
    """The row of a control."""
    library, row = status.library, one.decision.row if one.decision else None
    drivers, carrying = row.drivers if row else (), [status.of(support.sop) for support in one.carried_by(status)]
    last = max((found for found in carrying if found.last), key=lambda found: found.last or date.min, default=None)
    risks = library.registers["risks"].by_key
    titles = {name: risk.title for name in drivers if isinstance(risk := risks.get(name), Risk)}
    return StatementRow(
        control=one.control.id,
        title=one.control.title,
        theme=theme_of(one).id,
        applicable=one.applies,
        justification=row.reason if row else "",
        drivers=tuple(DriverRow(name, titles.get(name, "")) for name in drivers),
        risks=tuple(DriverRow(risk.id, risk.title) for risk in one.risks if risk.id not in drivers),
        state=one.state,
        sops=tuple(dict.fromkeys(_sop_label(support, status) for support in one.supports)),
        policies=tuple(policy.id for policy in one.policies),
        note=row.note if row else "",
        owner=_owner(one, status),
        last=last.last if last else None,
        evidence=last.evidence if last else "",
        actions=tuple(action.id for action in one.actions),
        to_do=tuple(_action_label(action, status) for action in one.actions),
    )


def statement_claim_rows(one: ControlStatement, status: LibraryStatus) -> Iterator[StatementClaimRow]:
    """The rows of the SOPs behind a control."""
    for support in one.supports:
        sop, sop_status = support.sop, status.of(support.sop)
        yield StatementClaimRow(
            control=one.control.id,
            sop=sop.name,
            title=sop.title,
            path=sop.path,
            strength=support.strength,
            note=support.note,
            carries=status.carries_out(support),
            state=sop_status.state,
            owner=status.library.role_title(sop.text("owner")),
            evidence=sop_status.evidence,
        )


def statement_total_rows(some: Sequence[ControlStatement]) -> Iterator[StatementTotalRow]:
    """A row for each theme in the framework's order, and one for all."""
    by_theme: dict[str, list[ControlStatement]] = {}
    for one in some:
        by_theme.setdefault(theme_of(one).id, []).append(one)
    for inside in by_theme.values():
        theme = theme_of(inside[0])
        yield _total_row(theme.id, theme.title, inside)
    yield _total_row("", "all", some)


def theme_of(one: ControlStatement) -> ControlGroup:
    """The topmost group above a control."""
    groups = one.framework.groups_by_id
    group = groups[one.control.group]
    while group.parent is not None:
        group = groups[group.parent]
    return group


def _total_row(theme: str, title: str, some: Sequence[ControlStatement]) -> StatementTotalRow:
    count = Counter(one.state for one in some)
    applicable = sum(one.applies is ApplicabilityState.YES for one in some)
    return StatementTotalRow(theme, title, len(some), applicable, *(count[state] for state in ImplementationState))


def _sop_label(support: ControlImplementation, status: LibraryStatus) -> str:
    """An SOP with its strength: `VM-002 partial (draft)`."""
    sop = support.sop
    why = "" if status.carries(sop) else f" ({'not approved' if sop.active else sop.status or 'no status'})"
    return f"{sop.name} {support.strength}{why}"


def _owner(one: ControlStatement, status: LibraryStatus) -> str:
    library = status.library
    if one.decision and one.decision.row.owner:
        return library.role_title(one.decision.row.owner)
    owners = (support.sop.text("owner") for support in one.carried_by(status))
    return ", ".join(dict.fromkeys(library.role_title(owner) for owner in owners))


def _action_label(action: Action, status: LibraryStatus) -> str:
    past = " and is past due" if action.due and action.due < status.as_of else ""
    due = f"due {action.due}{past}" if action.due else "no due day"
    by = f"{status.library.role_title(action.owner)}, " if action.owner else ""
    return f"{action.id} {action.action or 'says nothing'} ({by}{due})"
