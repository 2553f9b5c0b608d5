"""The rows of the report `coverage`: controls, claims of SOPs, derived coverage, and totals."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated

from sopkit.analysis.control_claims import ControlKey
from sopkit.library import Library
from sopkit.lifecycle.library_status import LibraryStatus
from sopkit.model.frameworks import Framework
from sopkit.reports.coverage.levels import COVERING_LEVELS, ControlCoverage, CoverageLevel


@dataclass(frozen=True, slots=True)
class ControlCoverageRow:
    """One control with what covers it."""

    framework: Annotated[str, "Id of the framework."]
    group: Annotated[str, "Id of the group to which the control belongs."]
    group_title: Annotated[str, "Title of the group."]
    control: Annotated[str, "Id of the control."]
    title: Annotated[str, "Title of the control."]
    cover: Annotated[CoverageLevel, "How it is covered; only full and partial count as covered."]
    counted: Annotated[bool, "Whether the percentage is about it."]
    sops: Annotated[tuple[str, ...], "SOPs that claim it or whose steps name it, those in force and strongest first."]
    owners: Annotated[tuple[str, ...], "Titles of the roles that own them."]
    owner: Annotated[str, "Id of the role that owns the first of them."]
    state: Annotated[str, "State of the first of them, as `sopkit stale` tells it."]
    last: Annotated[date | None, "Day of the latest review or approval of the first that counts."]
    evidence: Annotated[str, "Which of them it was, with its level."]
    steps: Annotated[tuple[str, ...], "Steps that name the control."]
    sections: Annotated[tuple[str, ...], "Where the SOPs carry it out: SOP and heading, where that is said."]
    rationale: Annotated[tuple[str, ...], "What the claims say about their strength."]
    derived: Annotated[tuple[str, ...], "Covered controls of other frameworks that correspond to it; never counted."]
    reason: Annotated[str, "Why the statement of applicability has it as it does."]


@dataclass(frozen=True, slots=True)
class CoverageStepRow:
    """A step that names a control."""

    number: Annotated[str, "Number of the step."]
    anchor: Annotated[str, "Its anchor, empty when it has none."]
    section: Annotated[str, "Heading under which it stands."]
    line: Annotated[int, "Its line in the file, from 1."]


@dataclass(frozen=True, slots=True)
class CoverageClaimRow:
    """That one SOP carries out one control."""

    framework: Annotated[str, "Id of the framework."]
    control: Annotated[str, "Id of the control."]
    sop: Annotated[str, "Id of the SOP."]
    title: Annotated[str, "Title of the SOP."]
    path: Annotated[str, "Its file, relative to the library."]
    strength: Annotated[str, "full, partial or supporting, as the text claims that stands in the folder."]
    claimed: Annotated[bool, "Whether its front matter claims the control; else only steps name it."]
    carries: Annotated[bool, "Whether the SOP is active and its approved text carries the control out."]
    rationale: Annotated[str, "What the claim says about its strength."]
    steps: Annotated[tuple[CoverageStepRow, ...], "Steps that name the control."]
    section: Annotated[str, "Heading that the claim names; empty when it names none."]
    owner: Annotated[str, "Id of the role that owns the SOP."]
    owner_title: Annotated[str, "Title of that role."]
    people: Annotated[tuple[str, ...], "Keys of the people who hold it on the day."]
    status: Annotated[str, "Status as typed."]
    state: Annotated[str, "State as `sopkit stale` tells it."]
    last: Annotated[date | None, "Day of the latest review or approval that counts."]
    evidence: Annotated[str, "Which of them it was, with its level."]


@dataclass(frozen=True, slots=True)
class DerivedCoverageRow:
    """That a control corresponds to a covered one of another framework."""

    framework: Annotated[str, "Id of the framework."]
    control: Annotated[str, "Id of the control."]
    from_framework: Annotated[str, "Framework of the covered control."]
    from_control: Annotated[str, "Id of the covered control."]
    partial: Annotated[bool, "Whether the publisher of the mapping calls the pair partial."]
    between: Annotated[str, "Framework in between; empty when a mapping leads here directly."]
    through: Annotated[tuple[str, ...], "Controls of that framework which join the two."]


@dataclass(frozen=True, slots=True)
class CoverageTotalRow:
    """How much of a framework, or of a group of it, is covered."""

    framework: Annotated[str, "Id of the framework, with its baseline where one was asked for."]
    group: Annotated[str, "Id of the group; empty for the whole framework."]
    title: Annotated[str, "Title of the group or framework."]
    controls: Annotated[int, "Controls that are told."]
    counted: Annotated[int, "Those that the percentage is about."]
    covered: Annotated[int, "Of these, covered: full or partial."]
    percent: Annotated[float | None, "Covered of counted, rounded down to a tenth; null where none is counted."]
    full: Annotated[int, "Counted controls that an SOP in force claims in full."]
    partial: Annotated[int, "Counted controls that one claims in part only."]
    supporting: Annotated[int, "Counted controls that one only supports."]
    planned: Annotated[int, "Counted controls that only an SOP not in force claims."]
    derived: Annotated[int, "Counted controls that only a mapping leads to."]
    none: Annotated[int, "Counted controls with nothing."]
    other_means: Annotated[int, "Controls that need no procedure by the statement of applicability."]
    excluded: Annotated[int, "Controls that it excludes."]


def control_row(one: ControlCoverage, status: LibraryStatus) -> ControlCoverageRow:
    """The row of a control."""
    library, some = status.library, one.supports
    first = status.of(some[0].sop) if some else None
    group = one.framework.groups_by_id[one.control.group]
    return ControlCoverageRow(
        framework=one.framework.id,
        group=group.id,
        group_title=group.title,
        control=one.control.id,
        title=one.control.title,
        cover=one.cover,
        counted=one.counted,
        sops=unique_names(support.sop.name for support in some),
        owners=unique_names(library.role_title(support.sop.text("owner")) for support in some),
        owner=some[0].sop.text("owner") if some else "",
        state=first.state if first else "",
        last=first.last if first else None,
        evidence=first.evidence if first else "",
        steps=tuple(
            f"{by.sop.name} step {step.number}{f' #{step.anchor}' if step.anchor else ''} ({step.section})"
            for by in some
            for step in by.steps
        ),
        sections=tuple(f"{support.sop.name}: {section}" for support in some for section in support.sections),
        rationale=tuple(f"{support.sop.name} {support.strength}: {support.note}" for support in some if support.note),
        derived=tuple(str(derived) for derived in one.derived),
        reason=one.row.reason if one.row else "",
    )


def coverage_claim_rows(one: ControlCoverage, status: LibraryStatus) -> Iterator[CoverageClaimRow]:
    """The rows of the SOPs that carry out a control."""
    for support in one.supports:
        sop, sop_status = support.sop, status.of(support.sop)
        role = status.library.role(sop.text("owner"))
        yield CoverageClaimRow(
            framework=support.framework,
            control=support.control,
            sop=sop.name,
            title=sop.title,
            path=sop.path,
            strength=support.strength,
            claimed=support.claimed,
            carries=status.carries_out(support),
            rationale=support.note,
            steps=tuple(CoverageStepRow(step.number, step.anchor, step.section, step.line) for step in support.steps),
            section=support.sections[0] if support.section else "",
            owner=sop.text("owner"),
            owner_title=role.title if role else "",
            people=role.held_by(status.as_of) if role else (),
            status=sop.status,
            state=sop_status.state,
            last=sop_status.last,
            evidence=sop_status.evidence,
        )


def derived_rows(one: ControlCoverage) -> Iterator[DerivedCoverageRow]:
    """The rows of what leads to a control through mappings."""
    for found in one.derived:
        yield DerivedCoverageRow(
            one.framework.id,
            one.control.id,
            found.framework,
            found.control,
            found.partial,
            found.between,
            found.through,
        )


def coverage_total_rows(name: str, framework: Framework, some: Sequence[ControlCoverage]) -> Iterator[CoverageTotalRow]:
    """The totals of a framework and of its outermost groups."""
    yield _total(name, "", framework.title, some)
    for group in framework.groups:
        if group.parent is None:
            ids = {control.id for control in framework.within(group.id)}
            inside = [one for one in some if one.control.id in ids]
            if inside:
                yield _total(name, group.id, group.title, inside)


def percent_of(covered: int, counted: int) -> float | None:
    """A share in percent, rounded down to a tenth: what is not all never reads as 100."""
    return (1000 * covered // counted) / 10 if counted else None


def control_name(control: ControlKey, library: Library) -> str:
    """The id of a control, with its framework unless that is the library's first."""
    framework, control_id = control
    return control_id if framework == library.first_framework else f"{framework}:{control_id}"


def unique_names(names: Iterable[str]) -> tuple[str, ...]:
    """The names that are not empty, each once, in their order."""
    return tuple(dict.fromkeys(name for name in names if name))


def _total(name: str, group: str, title: str, some: Sequence[ControlCoverage]) -> CoverageTotalRow:
    counted = [one.cover for one in some if one.counted]
    covered = sum(cover in COVERING_LEVELS for cover in counted)
    return CoverageTotalRow(
        framework=name,
        group=group,
        title=title,
        controls=len(some),
        counted=len(counted),
        covered=covered,
        percent=percent_of(covered, len(counted)),
        full=counted.count(CoverageLevel.FULL),
        partial=counted.count(CoverageLevel.PARTIAL),
        supporting=counted.count(CoverageLevel.SUPPORTING),
        planned=counted.count(CoverageLevel.PLANNED),
        derived=counted.count(CoverageLevel.DERIVED),
        none=counted.count(CoverageLevel.NONE),
        other_means=sum(one.cover is CoverageLevel.OTHER_MEANS for one in some),
        excluded=sum(one.cover is CoverageLevel.EXCLUDED for one in some),
    )
