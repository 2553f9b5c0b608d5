"""How each control of a framework is covered: claimed, planned, derived through a mapping, or not at all."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from sopkit.analysis.applicability import decision_by_control
from sopkit.analysis.control_claims import STRENGTHS, ControlImplementation, implementations_by_control
from sopkit.library import Library
from sopkit.lifecycle.library_status import LibraryStatus
from sopkit.model.control_views import correspondence
from sopkit.model.errors import SopkitError
from sopkit.model.frameworks import Control, Framework
from sopkit.model.registers import Applicability


class CoverageLevel(StrEnum):
    """How a control is covered; the first that applies in the order of `coverage_of`."""

    FULL = "full"
    PARTIAL = "partial"
    SUPPORTING = "supporting"
    PLANNED = "planned"
    DERIVED = "derived"
    NONE = "none"
    OTHER_MEANS = "other-means"
    EXCLUDED = "excluded"


COVERING_LEVELS = frozenset({CoverageLevel.FULL, CoverageLevel.PARTIAL})
"""What counts as covered."""


@dataclass(frozen=True, slots=True)
class DerivedCoverage:
    """That a control corresponds to one of another framework which is covered, by a published mapping.

    `partial` says that the publisher calls the pair partial, `through` names the controls of the framework `between`
    when no mapping leads there directly.
    """

    framework: str
    control: str
    partial: bool
    between: str
    through: tuple[str, ...]

    def __str__(self) -> str:
        parts = [self.framework, *(["partial"] if self.partial else [])]
        if self.between:
            parts.append(f"through {', '.join(self.through)} of {self.between}")
        return f"{self.control} ({', '.join(parts)})"


@dataclass(frozen=True, slots=True)
class ControlCoverage:
    """How one control is covered. `supports` has the SOPs in force first, of these the strongest first.

    `counted` is False for what no percentage is about: what the statement of applicability excludes or leaves to
    other means than a procedure, and refinements that were not asked for.
    """

    framework: Framework
    control: Control
    cover: CoverageLevel
    counted: bool
    supports: tuple[ControlImplementation, ...]
    derived: tuple[DerivedCoverage, ...]
    row: Applicability | None


def select_frameworks(library: Library, requested: Iterable[str]) -> tuple[str, ...]:
    """The frameworks asked for, or all of the library. SopkitError for an unknown one or an unknown baseline."""
    names = tuple(dict.fromkeys(requested)) or library.config.library.frameworks
    for name in names:
        framework_id, _, baseline = name.partition(":")
        framework = library.catalogue.require(framework_id)
        known_baselines = sorted({one for control in framework.controls for one in control.baselines})
        if ":" in name and baseline not in known_baselines:
            known = f"known: {', '.join(known_baselines)}" if known_baselines else f"write only `{framework_id}`"
            raise SopkitError(f"{framework_id} has no baseline `{baseline}`", known)
    return names


def compute_coverage(status: LibraryStatus, name: str) -> tuple[ControlCoverage, ...]:
    """Every control of a framework in force, in the publisher's order; `name` is its id, or `id:baseline`.

    Left out are withdrawn controls, headings, and refinements beyond the scope that nothing leads to.
    """
    library = status.library
    framework_id, _, baseline = name.partition(":")
    framework = library.catalogue.get(framework_id)
    claimed, decided = implementations_by_control(library), decision_by_control(library)
    derived = find_derived_coverage(status, framework_id)
    scope = _scope(framework, baseline)
    found = []
    for control in framework.controls:
        if control.withdrawn or control.heading_only:
            continue
        key = (framework_id, control.id)
        some = tuple(sorted(claimed.get(key, ()), key=lambda one: _weight(one, status)))
        row, inside = decided[key].row if key in decided else None, control.id in scope
        if not (inside or some or row or control.id in derived):
            continue
        through = derived.get(control.id, ())
        cover = _level(some, through, row, status)
        counted = inside and cover not in {CoverageLevel.EXCLUDED, CoverageLevel.OTHER_MEANS}
        found.append(ControlCoverage(framework, control, cover, counted, some, through, row))
    return tuple(found)


def find_derived_coverage(status: LibraryStatus, framework_id: str) -> Mapping[str, tuple[DerivedCoverage, ...]]:
    """The controls of a framework that correspond to controls which are covered in others."""
    catalogue = status.library.catalogue
    direct = catalogue.neighbours(framework_id)  # at most one framework lies in between
    near = {*direct, *(further for one in direct for further in catalogue.neighbours(one))} - {framework_id}
    found: dict[str, list[DerivedCoverage]] = {}
    for (framework, control), some in implementations_by_control(status.library).items():
        if framework not in near or not any(status.covers(one) for one in some):
            continue
        if (there := correspondence(catalogue, framework, control, framework_id)) is not None:
            for end in there.controls:
                pair = DerivedCoverage(framework, control, end.id in there.partial, there.between, there.through)
                found.setdefault(end.id, []).append(pair)
    return {control: tuple(some) for control, some in found.items()}


def _scope(framework: Framework, baseline: str) -> frozenset[str]:
    """The controls that a percentage is about: with a baseline those that it selects.

    Without one, where a framework has baselines, those that refine no other. Elsewhere each part is a duty of its own.
    """
    if baseline:
        return frozenset(control.id for control in framework.controls if baseline in control.baselines)
    selects = any(control.baselines for control in framework.controls)
    return frozenset(control.id for control in framework.controls if not (selects and control.parent))


def _level(
    some: tuple[ControlImplementation, ...],
    derived: tuple[DerivedCoverage, ...],
    row: Applicability | None,
    status: LibraryStatus,
) -> CoverageLevel:
    if row is not None and not row.applicable:
        return CoverageLevel.EXCLUDED
    carried = [strength for one in some if (strength := status.strength(one))]
    if row is not None and not row.procedure and CoverageLevel.FULL not in carried:
        return CoverageLevel.OTHER_MEANS
    if carried:
        return CoverageLevel(min(carried, key=STRENGTHS.index))
    if any(one.would_cover for one in some):
        return CoverageLevel.PLANNED
    return CoverageLevel.DERIVED if derived else CoverageLevel.NONE


def _weight(support: ControlImplementation, status: LibraryStatus) -> tuple[bool, int, str, str]:
    in_force = status.strength(support)
    strength = STRENGTHS.index(in_force or support.strength)
    return (not in_force, strength, support.sop.id, support.sop.path)
