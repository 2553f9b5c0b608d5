"""From each risk to what is left behind by carrying out the SOPs that treat it, and from each policy to its SOPs."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Annotated

from sopkit.analysis.applicability import controls_in_cell, decision_by_control
from sopkit.analysis.control_claims import ControlKey, implementations_by_control
from sopkit.library import Library
from sopkit.lifecycle.library_status import LibraryStatus
from sopkit.model.registers import Policy, Risk
from sopkit.model.sop import Sop

RISK_COLUMNS = (
    "risk",
    "risk_title",
    "control",
    "control_title",
    "sop",
    "sop_title",
    "strength",
    "steps",
    "records",
    "state",
    "last",
)
POLICY_COLUMNS = ("policy", "policy_title", "control", "control_title", "sop", "sop_title", "strength", "state", "last")
"""What is printed of the two tables."""

_STRENGTH = (
    "How much of the control it carries out: full, partial or supporting. Where no SOP does: other-means or excluded "
    "if the statement of applicability says so, else none."
)


@dataclass(frozen=True, slots=True)
class RiskChain:
    """One way from a risk over a control to an SOP; without an SOP, nothing carries the control out."""

    risk: Annotated[str, "Id of the risk."]
    risk_title: Annotated[str, "What may happen."]
    treatment: Annotated[str, "What is done about it."]
    framework: Annotated[str, "Framework of the control."]
    control: Annotated[str, "Control that treats the risk; empty where the register names none."]
    control_title: Annotated[str, "Its short title."]
    sop: Annotated[str, "SOP that carries the control out."]
    sop_title: Annotated[str, "Its title."]
    strength: Annotated[str, _STRENGTH]
    steps: Annotated[tuple[str, ...], "Its steps that name the control."]
    records: Annotated[tuple[str, ...], "Records that carrying it out leaves behind."]
    state: Annotated[str, "State of the SOP as `sopkit stale` tells it."]
    owner: Annotated[str, "Title of the role that owns the SOP."]
    last: Annotated[date | None, "Day of its latest review or approval that counts."]


@dataclass(frozen=True, slots=True)
class PolicyChain:
    """One way from a policy over a control to an SOP that names the policy."""

    policy: Annotated[str, "Id of the policy."]
    policy_title: Annotated[str, "Its title."]
    policy_owner: Annotated[str, "Title of the role that owns it."]
    framework: Annotated[str, "Framework of the control."]
    control: Annotated[str, "Control that the policy answers; empty for an SOP that carries out none of these."]
    control_title: Annotated[str, "Its short title."]
    sop: Annotated[str, "SOP that names the policy and carries the control out; empty where there is none."]
    sop_title: Annotated[str, "Its title."]
    strength: Annotated[str, _STRENGTH]
    state: Annotated[str, "State of the SOP as `sopkit stale` tells it."]
    last: Annotated[date | None, "Day of its latest review or approval that counts."]


def risk_chains(standings: LibraryStatus) -> tuple[RiskChain, ...]:
    """Every way from the risks that are open, in the order of the register."""
    library = standings.library
    rows = (row for row in library.registers["risks"].rows if isinstance(row, Risk) and not row.gone(library.as_of))
    return tuple(chain for row in rows for chain in _of_risk(row, standings))


def policy_chains(standings: LibraryStatus) -> tuple[PolicyChain, ...]:
    """Every way from the policies, in the order of the register; SOPs that carry out no control of theirs come last."""
    rows = (row for row in standings.library.registers["policies"].rows if isinstance(row, Policy))
    return tuple(chain for row in rows for chain in _of_policy(row, standings))


def _of_risk(row: Risk, standings: LibraryStatus) -> Iterator[RiskChain]:
    library = standings.library
    for control in controls_in_cell(row.controls, library) or (None,):
        for support in (implementations_by_control(library).get(control, ()) if control else ()) or (None,):
            sop = support.sop if support else None
            framework, control_id, title = _control(control, library)
            yield RiskChain(
                risk=row.id,
                risk_title=row.title,
                treatment=row.treatment or "",
                framework=framework,
                control=control_id,
                control_title=title,
                sop=sop.name if sop else "",
                sop_title=sop.title if sop else "",
                strength=support.strength if support else _without(control, library),
                steps=tuple(step.number for step in support.steps) if support else (),
                records=tuple(_records(sop)) if sop else (),
                state=standings.of(sop).state if sop else "",
                owner=library.role_title(sop.text("owner")) if sop else "",
                last=standings.of(sop).last if sop else None,
            )


def _of_policy(row: Policy, standings: LibraryStatus) -> Iterator[PolicyChain]:
    library = standings.library
    for control, sop, strength in _ways(row, library):
        framework, control_id, title = _control(control, library)
        yield PolicyChain(
            policy=row.id,
            policy_title=row.title,
            policy_owner=library.role_title(row.owner),
            framework=framework,
            control=control_id,
            control_title=title,
            sop=sop.name if sop else "",
            sop_title=sop.title if sop else "",
            strength=strength,
            state=standings.of(sop).state if sop else "",
            last=standings.of(sop).last if sop else None,
        )


def _ways(row: Policy, library: Library) -> Iterator[tuple[ControlKey | None, Sop | None, str]]:
    """The controls of a policy with the SOPs that name it and carry them out, then its other SOPs; never nothing."""
    controls = controls_in_cell(row.controls, library)
    naming = {sop.path: sop for sop in library.in_order if row.id in {name for name, _ in sop.texts("policies")}}
    naming = {path: sop for path, sop in naming.items() if sop.status != "retired"}
    told: set[str] = set()
    for control in controls:
        found = [one for one in implementations_by_control(library).get(control, ()) if one.sop.path in naming]
        told |= {one.sop.path for one in found}
        yield from ((control, one.sop, one.strength) for one in found)
        if not found:
            yield control, None, _without(control, library)
    beside = [sop for path, sop in naming.items() if path not in told]
    yield from ((None, sop, "") for sop in beside)
    if not controls and not beside:
        yield None, None, ""


def _without(control: ControlKey | None, library: Library) -> str:
    """What stands for the strength where no SOP carries a control out."""
    decision = decision_by_control(library).get(control) if control else None
    if decision is not None and not decision.row.applicable:
        return "excluded"
    if decision is not None and not decision.row.procedure:
        return "other-means"
    return "none" if control else ""


def _control(control: ControlKey | None, library: Library) -> tuple[str, str, str]:
    """Framework, id and title of a control."""
    if control is None:
        return "", "", ""
    framework, name = control
    return framework, name, library.catalogue.get(framework).by_id[name].title


def _records(sop: Sop) -> Iterator[str]:
    for row, _ in sop.mappings("records"):
        name = row.get("name") or row.get("id")
        if isinstance(name, str):
            yield name
