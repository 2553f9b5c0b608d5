"""`sopkit report coverage`: which SOP covers which control, as tables and as a picture of characters."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from sopkit.lifecycle.library_status import LibraryStatus
from sopkit.lifecycle.status import FRESH
from sopkit.reports.coverage.levels import (
    COVERING_LEVELS,
    ControlCoverage,
    CoverageLevel,
    compute_coverage,
    select_frameworks,
)
from sopkit.reports.coverage.rows import (
    ControlCoverageRow,
    CoverageClaimRow,
    CoverageTotalRow,
    DerivedCoverageRow,
    control_row,
    coverage_claim_rows,
    coverage_total_rows,
    derived_rows,
    percent_of,
)
from sopkit.reports.coverage.summaries import OwnerRow, PolicyRow, SopCoverageRow, owner_rows, policy_rows, sop_rows
from sopkit.reports.report import Report, ReportOptions, ReportResult
from sopkit.tables.document import ReportTable
from sopkit.tables.escape import clip, escape_controls, one_line

MARKS = {
    CoverageLevel.FULL: "█",
    CoverageLevel.PARTIAL: "▄",
    CoverageLevel.SUPPORTING: "▁",
    CoverageLevel.PLANNED: "+",
    CoverageLevel.DERIVED: "~",
    CoverageLevel.NONE: "·",
    CoverageLevel.OTHER_MEANS: "=",
    CoverageLevel.EXCLUDED: "x",
}
"""A mark for each cover; no two differ by their colour only."""

_MARKS_PER_LINE = 10
_MAX_LABEL = 42
_MAX_CONTROLS = 150  # controls; of a larger framework only the outermost groups are drawn


def draw_coverage(some: Mapping[str, Sequence[ControlCoverage]]) -> str:
    """The frameworks by name, each with its groups, and what the marks mean; at most 80 columns wide."""
    lines: list[str] = []
    for name, found in some.items():
        if found:
            baseline = f", {name.partition(':')[2]}" if ":" in name else ""
            title = clip(one_line(found[0].framework.title.partition(" (")[0]), 50 - len(baseline))
            counted = [one.cover in COVERING_LEVELS for one in found if one.counted]
            percent = percent_of(sum(counted), len(counted))
            share = "nothing to cover" if percent is None else f"{_ratio(found)} covered, {percent:g} %"
            lines += [f"{title}{baseline}: {share}", *_groups(found), ""]
    count = Counter(one.cover for found in some.values() for one in found)
    legend = [f"{mark} {cover} {count[cover]}" for cover, mark in MARKS.items()]
    return "\n".join([*lines, "  " + "   ".join(legend[:5]), "  " + "   ".join(legend[5:])]) if lines else ""


def _groups(some: Sequence[ControlCoverage]) -> Iterator[str]:
    framework = some[0].framework
    if len(some) > _MAX_CONTROLS:
        for group in framework.groups:
            if group.parent is None:
                ids = {control.id for control in framework.within(group.id)}
                inside = [one for one in some if one.control.id in ids]
                if counted := [one.cover in COVERING_LEVELS for one in inside if one.counted]:
                    filled = _MARKS_PER_LINE * sum(counted) // len(counted)
                    empty = _MARKS_PER_LINE - filled
                    bar = " ".join(MARKS[CoverageLevel.FULL] * filled + MARKS[CoverageLevel.NONE] * empty)
                    yield _picture_line(f"{group.id}  {group.title}", bar, _ratio(inside))
        return
    by_group: dict[str, list[ControlCoverage]] = {}
    for one in some:
        by_group.setdefault(one.control.group, []).append(one)
    for group in framework.groups:
        inside = by_group.get(group.id, [])
        for start in range(0, len(inside), _MARKS_PER_LINE):
            marks = " ".join(MARKS[one.cover] for one in inside[start : start + _MARKS_PER_LINE])
            label = f"    {inside[start].control.id} …" if start else f"{group.id}  {group.title}"
            yield _picture_line(label, marks, "" if start else _ratio(inside))


def _picture_line(label: str, marks: str, ratio: str) -> str:
    name = clip(escape_controls(label), _MAX_LABEL)
    return f"  {name:<{_MAX_LABEL}}  {marks:<{2 * _MARKS_PER_LINE - 1}}  {ratio}".rstrip()


def _ratio(some: Sequence[ControlCoverage]) -> str:
    counted = [one.cover for one in some if one.counted]
    return f"{sum(cover in COVERING_LEVELS for cover in counted)} of {len(counted)}" if counted else "-"


_CONTROL_COLUMNS = ("control", "cover", "sops", "owner", "state", "last", "title")
_PRINTED_COLUMNS = ("framework", "control", "title", "cover", "sops", "owners", "state", "last")
_TOTAL_COLUMNS = ("counted", "covered", "percent", "full", "partial", "supporting", "planned", "derived", "none")
_POLICY_COLUMNS = ("policy", "carried_out", "controls", "covered", "sops", "planned", "owner", "title")
_SOP_COLUMNS = ("sop", "state", "carries", "owner", "last", "controls")
_OWNER_COLUMNS = ("owner", "covered", "alone", "sops", "not_current")


def coverage(status: LibraryStatus, options: ReportOptions) -> ReportResult:
    """Each control of the frameworks asked for with what covers it, or the same by policy, SOP, owner or group."""
    found = {name: compute_coverage(status, name) for name in select_frameworks(status.library, options.frameworks)}
    totals = tuple(
        row for name, some in found.items() if some for row in coverage_total_rows(name, some[0].framework, some)
    )
    percents = [(row.percent, row.framework) for row in totals if not row.group and row.percent is not None]
    percent, least = min(percents, default=(None, ""))
    drawn = draw_coverage(found)
    return ReportResult(
        *_tables(found, totals, status, options.by),
        notes=tuple(_notes(found, status)),
        percent=percent,
        least=least if len(found) > 1 else "",
        picture=drawn if options.by in {"", "group"} else "",
        forms={"picture": lambda: drawn or "no framework to draw"},
    )


def _tables(
    found: Mapping[str, Sequence[ControlCoverage]],
    totals: tuple[CoverageTotalRow, ...],
    status: LibraryStatus,
    by: str,
) -> tuple[ReportTable, tuple[ReportTable, ...]]:
    every = tuple({(one.framework.id, one.control.id): one for some in found.values() for one in some}.values())
    first = ("framework",) if len(found) > 1 else ()
    total = ReportTable("totals", "Totals", CoverageTotalRow, totals, (*first, "group", *_TOTAL_COLUMNS, "title"))
    match by:
        case "group":
            return total, ()
        case "policy":
            return ReportTable(
                "policies", "Policies", PolicyRow, tuple(policy_rows(every, status)), _POLICY_COLUMNS
            ), ()
        case "sop":
            return ReportTable("sops", "SOPs", SopCoverageRow, tuple(sop_rows(every, status)), _SOP_COLUMNS), ()
        case "owner":
            return ReportTable("owners", "Owners", OwnerRow, tuple(owner_rows(every, status)), _OWNER_COLUMNS), ()
    rows = tuple(control_row(one, status) for one in every)
    claims = tuple(row for one in every for row in coverage_claim_rows(one, status))
    derived = tuple(row for one in every for row in derived_rows(one))
    clash = first if len({row.control for row in rows}) < len(rows) else ()
    placed = ("sections",) if any(row.section for row in claims) else ()
    columns = (*clash, *_CONTROL_COLUMNS[:-1], *placed, *_CONTROL_COLUMNS[-1:])
    return ReportTable("rows", "Controls", ControlCoverageRow, rows, columns, printed=_PRINTED_COLUMNS), (
        ReportTable("claims", "Claims", CoverageClaimRow, claims, detail=True),
        ReportTable("derived", "Derived through mappings", DerivedCoverageRow, derived, detail=True),
        total,
    )


def _notes(found: Mapping[str, Sequence[ControlCoverage]], status: LibraryStatus) -> Iterator[str]:
    every = [one for some in found.values() for one in some]
    if not found:
        yield "the library names no framework; name some as `frameworks` below [library] in sopkit.toml, or --framework"
    if derived := sum(one.cover is CoverageLevel.DERIVED for one in every):
        yield f"controls that only a published mapping leads to: {derived}; derived is never counted as covered"
    covered = [one for one in every if one.counted and one.cover in COVERING_LEVELS]
    shaky = [
        one for one in covered if not any(status.covers(by) and status.of(by.sop).state in FRESH for by in one.supports)
    ]
    if shaky:
        yield f"covered controls whose SOPs are not current: {len(shaky)} of {len(covered)}; see sopkit stale"


REPORT = Report(
    "coverage",
    "Which SOP covers which control, who owns it, and when it was last reviewed or approved.",
    coverage,
    {
        "rows": ControlCoverageRow,
        "claims": CoverageClaimRow,
        "derived": DerivedCoverageRow,
        "totals": CoverageTotalRow,
        "policies": PolicyRow,
        "sops": SopCoverageRow,
        "owners": OwnerRow,
    },
    takes=("frameworks",),
    by=("policy", "sop", "owner", "group"),
    forms=("picture",),
    measures=True,
)
