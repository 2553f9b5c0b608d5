"""Coverage summarised by policy, SOP and owner."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Annotated

from sopkit.analysis.applicability import controls_in_cell
from sopkit.analysis.control_claims import ControlImplementation
from sopkit.library import Library
from sopkit.lifecycle.library_status import LibraryStatus
from sopkit.model.registers import Policy
from sopkit.model.sop import Sop
from sopkit.reports.coverage.levels import COVERING_LEVELS, ControlCoverage, CoverageLevel
from sopkit.reports.coverage.rows import control_name, unique_names


class PolicyImplementation(StrEnum):
    """Whether SOPs carry a policy out."""

    WHOLLY = "wholly"
    PARTLY = "partly"
    PLANNED = "planned"
    NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class PolicyRow:
    """One policy with the SOPs that carry it out."""

    policy: Annotated[str, "Id of the policy."]
    title: Annotated[str, "Title."]
    owner: Annotated[str, "Title of the role that owns it."]
    carried_out: Annotated[
        PolicyImplementation,
        "wholly: SOPs in force name it and cover each of its controls; partly: not each; planned: only SOPs that are "
        "not in force name it; nobody: no SOP does.",
    ]
    sops: Annotated[tuple[str, ...], "SOPs in force that name it."]
    planned: Annotated[tuple[str, ...], "SOPs not in force that name it."]
    controls: Annotated[int, "Its controls that need a procedure."]
    covered: Annotated[int, "Those that one of these SOPs covers."]
    missing: Annotated[tuple[str, ...], "Those that none of them covers."]


@dataclass(frozen=True, slots=True)
class SopCoverageRow:
    """One SOP with the controls that it carries out."""

    sop: Annotated[str, "Id of the SOP."]
    title: Annotated[str, "Title."]
    path: Annotated[str, "File, relative to the library."]
    owner: Annotated[str, "Title of the role that owns it."]
    state: Annotated[str, "State as `sopkit stale` tells it."]
    carries: Annotated[bool, "Whether it is active and a text of it was approved."]
    last: Annotated[date | None, "Day of the latest review or approval that counts."]
    controls: Annotated[tuple[str, ...], "Controls that it carries out, with the strength where that is not full."]
    alone: Annotated[tuple[str, ...], "Controls that no other SOP covers."]


@dataclass(frozen=True, slots=True)
class OwnerRow:
    """One role with what its SOPs cover."""

    owner: Annotated[str, "Id of the role, or what is written where there is none of that name."]
    title: Annotated[str, "Title of the role."]
    people: Annotated[tuple[str, ...], "Keys of the people who hold it on the day."]
    sops: Annotated[tuple[str, ...], "SOPs that it owns, retired ones left out."]
    covered: Annotated[int, "Controls that these cover."]
    alone: Annotated[int, "Controls that no SOP of another owner covers."]
    not_current: Annotated[tuple[str, ...], "SOPs whose state is not current, with the state."]


def policy_rows(some: Sequence[ControlCoverage], status: LibraryStatus) -> Iterator[PolicyRow]:
    """Each policy of the register, in its order."""
    library = status.library
    by_control = {(one.framework.id, one.control.id): one for one in some}
    naming = sops_by_reference(library, "policies")
    for row in library.registers["policies"].rows:
        if not isinstance(row, Policy):
            continue
        sops = naming.get(row.id, [])
        carrying = [sop for sop in sops if status.carries(sop)]
        paths = {sop.path for sop in carrying}
        controls = [by_control[key] for key in controls_in_cell(row.controls, library) if key in by_control]
        needed = [one for one in controls if one.cover not in {CoverageLevel.EXCLUDED, CoverageLevel.OTHER_MEANS}]
        missing = [one for one in needed if not any(s.sop.path in paths and status.covers(s) for s in one.supports)]
        if carrying:
            carried_out = PolicyImplementation.PARTLY if missing else PolicyImplementation.WHOLLY
        else:
            carried_out = PolicyImplementation.PLANNED if sops else PolicyImplementation.NOBODY
        yield PolicyRow(
            policy=row.id,
            title=row.title,
            owner=library.role_title(row.owner),
            carried_out=carried_out,
            sops=unique_names(sop.name for sop in carrying),
            planned=unique_names(sop.name for sop in sops if sop not in carrying),
            controls=len(needed),
            covered=len(needed) - len(missing),
            missing=tuple(_name(one, library) for one in missing),
        )


def sops_by_reference(library: Library, key: str) -> dict[str, list[Sop]]:
    """The SOPs by what they name under a key of the front matter; retired ones are left out."""
    found: dict[str, list[Sop]] = {}
    for sop in _current_sops(library):
        for name in dict.fromkeys(name for name, _ in sop.texts(key)):
            found.setdefault(name, []).append(sop)
    return found


def sop_rows(some: Sequence[ControlCoverage], status: LibraryStatus) -> Iterator[SopCoverageRow]:
    """Each SOP that is not retired, in the order of ids."""
    library = status.library
    by_path: dict[str, list[tuple[ControlCoverage, ControlImplementation]]] = {}
    for one in some:
        for support in one.supports:
            by_path.setdefault(support.sop.path, []).append((one, support))
    for sop in _current_sops(library):
        pairs, sop_status = by_path.get(sop.path, []), status.of(sop)
        yield SopCoverageRow(
            sop=sop.name,
            title=sop.title,
            path=sop.path,
            owner=library.role_title(sop.text("owner")),
            state=sop_status.state,
            carries=status.carries(sop),
            last=sop_status.last,
            controls=tuple(
                f"{_name(one, library)}{'' if support.strength == 'full' else f' {support.strength}'}"
                for one, support in pairs
            ),
            alone=tuple(_name(one, library) for one, _ in pairs if _covering_paths(one, status) == {sop.path}),
        )


def owner_rows(some: Sequence[ControlCoverage], status: LibraryStatus) -> Iterator[OwnerRow]:
    """Each role that owns an SOP, in the order of titles."""
    library = status.library
    owned: dict[str, list[Sop]] = {}
    for sop in _current_sops(library):
        role = library.role(sop.text("owner"))
        owned.setdefault(role.id if role else sop.text("owner"), []).append(sop)
    covering = [paths for one in some if (paths := _covering_paths(one, status))]
    for owner, sops in sorted(owned.items(), key=lambda item: (library.role_title(item[1][0].text("owner")), item[0])):
        role = library.role(owner)
        paths = {sop.path for sop in sops}
        states = ((sop, status.of(sop).state) for sop in sops)
        yield OwnerRow(
            owner=owner,
            title=role.title if role else "",
            people=role.held_by(status.as_of) if role else (),
            sops=unique_names(sop.name for sop in sops),
            covered=sum(not paths.isdisjoint(one) for one in covering),
            alone=sum(one <= paths for one in covering),
            not_current=tuple(f"{sop.name} {state}" for sop, state in states if state != "current"),
        )


def _covering_paths(one: ControlCoverage, status: LibraryStatus) -> set[str]:
    """The paths of the SOPs that cover a control which needs a procedure."""
    if one.cover not in COVERING_LEVELS:
        return set()
    return {support.sop.path for support in one.supports if status.covers(support)}


def _name(one: ControlCoverage, library: Library) -> str:
    return control_name((one.framework.id, one.control.id), library)


def _current_sops(library: Library) -> list[Sop]:
    return [sop for sop in library.in_order if sop.status != "retired"]
