"""What the statement of applicability decides for each control, and which open actions name the control."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from sopkit.analysis.control_claims import ControlKey
from sopkit.library import Library, RuleContext
from sopkit.model.control_ids import ControlMatch, parse_control
from sopkit.model.registers import Action, Applicability
from sopkit.model.sop_document import ControlClaim
from sopkit.model.source import Loc


@dataclass(frozen=True, slots=True)
class ApplicabilityDecision:
    """A row of registers/soa.yaml, the one at `at` (-1 if that is not known), with the controls that it is about.

    There are none where its id is not one of a control. `again` are those that an earlier row has decided already.
    """

    row: Applicability
    at: int
    match: ControlMatch
    controls: tuple[ControlKey, ...] = ()
    again: tuple[ControlKey, ...] = ()

    @property
    def made(self) -> bool:
        """Whether anything was decided: a row that says neither whether the control applies nor why is a blank."""
        return "applicable" in self.row.model_fields_set or bool(self.row.reason.strip())


@lru_cache(maxsize=4)
def decisions(context: RuleContext) -> tuple[ApplicabilityDecision, ...]:
    """Every row of the register that can be read, in its order; an id without a framework is of the library's first."""
    register = context.registers["soa"]
    places: dict[str, list[int]] = {}
    for at, key in enumerate(register.rows_at):
        places.setdefault(key, []).append(at)
    found: list[ApplicabilityDecision] = []
    seen: set[ControlKey] = set()
    for row in register.rows:
        if isinstance(row, Applicability):
            match = context.control(row.control)
            ats = places.get(row.control, [-1])  # a register cut down for readers does not tell where its rows stood
            again = tuple(control for control in match.controls if control in seen)
            found.append(
                ApplicabilityDecision(row, ats.pop(0) if len(ats) > 1 else ats[0], match, match.controls, again)
            )
            seen |= set(match.controls)
    return tuple(found)


def decision_by_control(context: RuleContext) -> dict[ControlKey, ApplicabilityDecision]:
    """The decision on each control, the first where there are several; blanks are none."""
    found: dict[ControlKey, ApplicabilityDecision] = {}
    for decision in decisions(context):
        for control in decision.controls if decision.made else ():
            found.setdefault(control, decision)
    return found


@lru_cache(maxsize=4)
def applicability_by_control(context: RuleContext) -> dict[ControlKey, Applicability]:
    """The rows by control, for the rules; there are none where the register has findings of its own."""
    register = context.registers["soa"]
    if not register or register.findings:
        return {}
    return {control: decision.row for control, decision in decision_by_control(context).items()}


def open_actions(library: Library) -> dict[ControlKey, tuple[Action, ...]]:
    """The actions that are not done yet, by the controls that they name."""
    found: dict[ControlKey, tuple[Action, ...]] = {}
    for row in unfinished_actions(library):
        for control in controls_in_cell(row.controls, library):
            found[control] = (*found.get(control, ()), row)
    return found


def unfinished_actions(library: Library) -> tuple[Action, ...]:
    """The actions that are not done yet, in the order of the register."""
    rows = library.registers["actions"].rows
    return tuple(row for row in rows if isinstance(row, Action) and row.gone(library.as_of) is None)


def controls_in_cell(controls: Mapping[str, Sequence[ControlClaim]], library: Library) -> tuple[ControlKey, ...]:
    """The controls in the cell of a register that maps frameworks to ids."""
    return tuple(dict.fromkeys(control for control, _ in controls_with_places(controls, library)))


def controls_with_places(
    controls: Mapping[str, Sequence[ControlClaim]], library: Library
) -> Iterator[tuple[ControlKey, Loc]]:
    """The controls in such a cell, each with its way from the row."""
    for framework, claims in controls.items():
        for at, claim in enumerate(claims):
            for control in parse_control(claim.id, library.catalogue, framework).controls:
                if control[0] == framework:
                    yield control, ("controls", framework, at)
