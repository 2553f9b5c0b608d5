"""The gaps of a library by weight: everything that needs a procedure and has no SOP in force."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import partial

from sopkit.analysis.applicability import controls_in_cell, decision_by_control
from sopkit.analysis.control_claims import ControlKey
from sopkit.library import CONFIG_NAME, Library
from sopkit.lifecycle.library_status import LibraryStatus
from sopkit.lint.rules.sop407_area_without_procedure import is_area_covered
from sopkit.lint.rules.sop509_critical_asset_uncovered import uncovered_rows
from sopkit.model.registers import Asset, Policy, Risk, RowModel
from sopkit.model.sop import Sop
from sopkit.model.source import Place
from sopkit.parsing.config import toml_line_of
from sopkit.parsing.register import Register
from sopkit.reports.coverage.levels import COVERING_LEVELS, ControlCoverage, CoverageLevel, compute_coverage
from sopkit.reports.coverage.rows import control_name
from sopkit.reports.coverage.summaries import sops_by_reference


class GapKind(StrEnum):
    """What asks for a procedure, the weightiest first."""

    RISK = "risk"
    CONTROL = "control"
    AREA = "area"
    POLICY = "policy"
    ASSET = "asset"
    VENDOR = "vendor"


@dataclass(frozen=True, slots=True)
class Gap:
    """Something that asks for a procedure and has no SOP in force.

    `missing` are its controls that none covers, `near` the SOPs that come nearest, `area` the one that would serve it.
    """

    kind: GapKind
    id: str
    title: str
    why: str
    owner: str
    path: str
    place: Place
    weight: int | None = None
    missing: tuple[ControlKey, ...] = ()
    near: tuple[Sop, ...] = ()
    area: str = ""


def find_gaps(status: LibraryStatus, needed: Mapping[ControlKey, ControlCoverage]) -> tuple[Gap, ...]:
    """The gaps: risks, controls, areas, policies, assets, vendors; by weight where there is one. Each is told once.

    `needed` are the controls in question. A control that a risk names is told with the risk.
    """
    risks = tuple(_risks(status, needed))
    with_risks = frozenset(control for risk in risks for control in risk.missing)
    return (
        *risks,
        *_controls(status, needed, with_risks),
        *_areas(status),
        *_policies(status, needed),
        *_assets_and_vendors(status),
    )


def controls_in_question(status: LibraryStatus) -> dict[ControlKey, ControlCoverage]:
    """Every control of the frameworks that the statement of applicability, the risks and policies are about."""
    library = status.library
    first = library.config.library.frameworks[:1]
    named = [framework for framework, _ in decision_by_control(library)]
    rows = (row for name in ("risks", "policies") for row in library.registers[name].rows)
    named += [framework for row in rows if isinstance(row, Risk | Policy) for framework in row.controls]
    names = dict.fromkeys(name for name in (*first, *named) if name in library.catalogue.ids)
    return {(one.framework.id, one.control.id): one for name in names for one in compute_coverage(status, name)}


def is_uncovered(one: ControlCoverage | None) -> bool:
    """Whether a control needs a procedure and no SOP in force covers it."""
    return one is not None and one.cover not in COVERING_LEVELS | {CoverageLevel.EXCLUDED, CoverageLevel.OTHER_MEANS}


def risk_weight(risk: Risk, library: Library) -> int | None:
    """The place of its likelihood on the scale times that of its impact; None where one is on no scale."""
    scales = library.config.scales
    if risk.likelihood not in scales.likelihood or risk.impact not in scales.impact:
        return None
    return (scales.likelihood.index(risk.likelihood) + 1) * (scales.impact.index(risk.impact) + 1)


def _open_risks(library: Library) -> tuple[Risk, ...]:
    """The open risks that are to be mitigated, the heaviest first; those without a weight come after."""
    rows = [row for row in library.registers["risks"].rows if isinstance(row, Risk) and not row.gone(library.as_of)]
    treated = [row for row in rows if row.treatment == "mitigate"]
    return tuple(sorted(treated, key=lambda row: -(risk_weight(row, library) or 0)))


def _risks(status: LibraryStatus, needed: Mapping[ControlKey, ControlCoverage]) -> Iterator[Gap]:
    library, naming = status.library, sops_by_reference(status.library, "risks")
    for row in _open_risks(library):
        controls = controls_in_cell(row.controls, library)
        missing = tuple(control for control in controls if is_uncovered(needed.get(control)))
        sops = naming.get(row.id, [])
        if missing:
            controls_named = ", ".join(control_name(one, library) for one in missing)
            why = f"to be mitigated, and no SOP in force covers {controls_named}"
        elif not controls and not any(status.carries(sop) for sop in sops):
            why = "to be mitigated, and it names no control and no SOP in force names it"
        else:
            continue
        gap = _of_row(GapKind.RISK, library.registers["risks"], row, row.owner, why)
        claiming = (support.sop for control in missing for support in needed[control].supports)
        near = _unique_sops((*(sop for sop in sops if not status.carries(sop)), *claiming))
        yield gap(title=row.title, weight=risk_weight(row, library), missing=missing, near=near)


def _controls(
    status: LibraryStatus, needed: Mapping[ControlKey, ControlCoverage], with_risks: frozenset[ControlKey]
) -> tuple[Gap, ...]:
    """The controls that apply; without a statement of applicability those of the library's first framework."""
    library = status.library
    rows = decision_by_control(library)
    weights = {row.id: weight for row in _open_risks(library) if (weight := risk_weight(row, library)) is not None}
    first = library.config.library.frameworks[:1]
    found = []
    for key, one in needed.items():
        is_required = key in rows if rows else (key[0],) == first
        if not (is_required and one.counted and is_uncovered(one)) or key in with_risks:
            continue
        near = _unique_sops(support.sop for support in one.supports)
        if key in rows:
            row, register = rows[key].row, library.registers["soa"]
            place = register.tree.place((rows[key].at, "control")) or register.source.line_place(1)
            drivers = [name for name in row.drivers if name in weights]
            weight = max((weights[name] for name in drivers), default=None)
            asking = [f"asked for by {', '.join(drivers)}"] if drivers else []
            reason = f"applies: {row.reason or 'no reason is given'}"
            why = "; ".join((reason, *_REASONS.get(one.cover, ()), *asking))
            path, owner = register.path, row.owner
            gap = Gap(GapKind.CONTROL, key[1], one.control.title, why, owner, path, place, weight, (key,), near)
        else:
            why = "; ".join(("nothing says that it does not apply", *_REASONS.get(one.cover, ())))
            place = _config_place(library, "library", "frameworks")
            gap = Gap(GapKind.CONTROL, key[1], one.control.title, why, "", CONFIG_NAME, place, None, (key,), near)
        found.append(gap)
    return tuple(sorted(found, key=lambda gap: -(gap.weight or 0)))


_REASONS = {
    CoverageLevel.SUPPORTING: ("an SOP supports it, and none covers it",),
    CoverageLevel.PLANNED: ("only texts that are not in force claim it",),
    CoverageLevel.DERIVED: ("only a mapping leads to it",),
}


def _areas(status: LibraryStatus) -> Iterator[Gap]:
    library = status.library
    for name in library.config.areas:
        if not is_area_covered(library, name, status.carries):
            title = library.config.all_areas[name].title
            near = tuple(sop for sop in library.sops if sop.text("area") == name and sop.status != "retired")
            why = "sopkit.toml has a table for it, and no SOP of it is in force"
            place = _config_place(library, "areas", name)
            yield Gap(GapKind.AREA, name, title, why, "", CONFIG_NAME, place, near=near, area=name)


def _policies(status: LibraryStatus, needed: Mapping[ControlKey, ControlCoverage]) -> Iterator[Gap]:
    library, naming = status.library, sops_by_reference(status.library, "policies")
    register = library.registers["policies"]
    for row in register.rows:
        sops = naming.get(row.key, [])
        if isinstance(row, Policy) and not any(status.carries(sop) for sop in sops):
            why = "only SOPs that are not in force carry it out" if sops else "nobody carries it out: no SOP names it"
            controls = controls_in_cell(row.controls, library)
            gap = _of_row(GapKind.POLICY, register, row, row.owner, why)
            missing = tuple(control for control in controls if is_uncovered(needed.get(control)))
            yield gap(title=row.title, missing=missing, near=tuple(sops))


def _assets_and_vendors(status: LibraryStatus) -> Iterator[Gap]:
    library = status.library
    for register, row in uncovered_rows(library, status.carries):
        kind, area, what = (
            (GapKind.ASSET, "backup-recovery", "critical")
            if isinstance(row, Asset)
            else (GapKind.VENDOR, "vendor-management", "of tier 1")
        )
        why = f"{what}, and no SOP in force of {area} names it"
        serving = [sop for sop in library.sops if sop.text("area") == area and sop.status != "retired"]
        naming = [sop for sop in serving if row.key in {name for name, _ in sop.texts(register.name)}]
        near = tuple(naming or serving)
        yield _of_row(kind, register, row, row.owner, why)(title=row.title, near=near, area=area)


def _of_row(kind: GapKind, register: Register, row: RowModel, owner: str, why: str) -> Callable[..., Gap]:
    return partial(Gap, kind=kind, id=row.key, why=why, owner=owner, path=register.path, place=register.place(row.key))


def _unique_sops(sops: Iterator[Sop] | Sequence[Sop]) -> tuple[Sop, ...]:
    return tuple({sop.path: sop for sop in sops}.values())


def _config_place(library: Library, *keys: str) -> Place:
    source = library.sources[CONFIG_NAME]
    return source.line_place(toml_line_of(source.data.decode("utf-8-sig", "replace"), keys))
