"""What the statement of applicability says of each control, beside what can be shown for it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from sopkit.analysis.applicability import ApplicabilityDecision, controls_in_cell, decision_by_control, open_actions
from sopkit.analysis.control_claims import ControlImplementation, implementations_by_control
from sopkit.analysis.control_claims import ControlKey as Key
from sopkit.lifecycle.library_status import LibraryStatus
from sopkit.model.frameworks import Control, Framework
from sopkit.model.registers import Action, Policy, Risk


class State(StrEnum):
    """How far a control is implemented; the first that applies in the order of `_state`."""

    IMPLEMENTED = "implemented"
    PARTLY = "partly"
    PLANNED = "planned"
    OTHER_MEANS = "other-means"
    NOT_IMPLEMENTED = "not-implemented"
    EXCLUDED = "excluded"
    UNDECIDED = "undecided"


class Applies(StrEnum):
    """Whether a control applies."""

    YES = "yes"
    NO = "no"
    UNDECIDED = "undecided"


@dataclass(frozen=True, slots=True)
class Judged:
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
    state: State

    @property
    def applies(self) -> Applies:
        """Whether it applies."""
        if self.decision is None:
            return Applies.UNDECIDED
        return Applies.YES if self.decision.row.applicable else Applies.NO

    @property
    def by_procedure(self) -> bool:
        """Whether it applies and needs a procedure."""
        return self.decision is not None and self.decision.row.applicable and self.decision.row.procedure

    def carried_by(self, standings: LibraryStatus) -> tuple[ControlImplementation, ...]:
        """The SOPs in force that claim it in full or in part."""
        return tuple(one for one in self.supports if standings.covers(one))


def judge_controls(standings: LibraryStatus, framework: Framework) -> tuple[Judged, ...]:
    """Every control of a framework that is in force, in the publisher's order."""
    return tuple(_judged(standings, framework))


def _judged(standings: LibraryStatus, framework: Framework) -> Iterator[Judged]:
    library = standings.library
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
    for control in framework.controls:
        if control.withdrawn or control.heading_only:
            continue
        key = (framework.id, control.id)
        decision, some, named = rows.get(key), claimed.get(key, ()), actions.get(key, ())
        state = _state(decision, some, named, standings)
        others = tuple(risks.get(key, ())), tuple(policies.get(key, ()))
        yield Judged(framework, control, decision, some, named, *others, state)


def _state(
    decision: ApplicabilityDecision | None,
    some: Sequence[ControlImplementation],
    actions: Sequence[Action],
    standings: LibraryStatus,
) -> State:
    if decision is None:
        return State.UNDECIDED
    if not decision.row.applicable:
        return State.EXCLUDED
    carried = {standings.strength(support) for support in some if standings.covers(support)}
    if "full" in carried:
        return State.IMPLEMENTED
    if not decision.row.procedure:
        return State.OTHER_MEANS
    if carried:
        return State.PARTLY
    if actions or any(support.would_cover for support in some):
        return State.PLANNED
    return State.NOT_IMPLEMENTED
