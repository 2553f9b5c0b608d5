"""`sopkit report coverage`: which SOP covers which control, as tables and as a picture of characters."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from sopkit.analysis.control_claims import ControlImplementation
from sopkit.lifecycle.library_status import LibraryStatus
from sopkit.lifecycle.status import FRESH
from sopkit.model.frameworks import ControlGroup
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
            lines += [f"{title}{baseline}: {_share(found)}", *_groups(found), ""]
    return "\n".join([*lines, *_legend([one.cover for found in some.values() for one in found])]) if lines else ""


def _groups(some: Sequence[ControlCoverage]) -> Iterator[str]:
    framework = some[0].framework
    if len(some) > _MAX_CONTROLS:
        for group in framework.groups:
            if group.parent is None:
                ids = {control.id for control in framework.within(group.id)}
                inside = [one for one in some if one.control.id in ids]
                if any(one.counted for one in inside):
                    yield _picture_line(f"{group.id}  {group.title}", _bar(inside), _ratio(inside))
        return
    by_group: dict[str, list[ControlCoverage]] = {}
    for one in some:
        by_group.setdefault(one.control.group, []).append(one)
    for group in framework.groups:
        if inside := by_group.get(group.id, []):
            yield from _marks(group, inside)


def _marks(group: ControlGroup, some: Sequence[ControlCoverage]) -> Iterator[str]:
    for start in range(0, len(some), _MARKS_PER_LINE):
        marks = " ".join(MARKS[one.cover] for one in some[start : start + _MARKS_PER_LINE])
        label = f"    {some[start].control.id} …" if start else f"{group.id}  {group.title}"
        yield _picture_line(label, marks, "" if start else _ratio(some))


def _picture_line(label: str, marks: str, ratio: str) -> str:
    name = clip(escape_controls(label), _MAX_LABEL)
    return f"  {name:<{_MAX_LABEL}}  {marks:<{2 * _MARKS_PER_LINE - 1}}  {ratio}".rstrip()


def _bar(some: Sequence[ControlCoverage]) -> str:
    counted = [one for one in some if one.counted]
    filled = _MARKS_PER_LINE * sum(one.cover in COVERING_LEVELS for one in counted) // len(counted)
    return " ".join(MARKS[CoverageLevel.FULL] * filled + MARKS[CoverageLevel.NONE] * (_MARKS_PER_LINE - filled))


def _ratio(some: Sequence[ControlCoverage]) -> str:
    counted = [one.cover for one in some if one.counted]
    return f"{sum(cover in COVERING_LEVELS for cover in counted)} of {len(counted)}" if counted else "-"


def _share(some: Sequence[ControlCoverage]) -> str:
    counted = [one.cover for one in some if one.counted]
    percent = percent_of(sum(cover in COVERING_LEVELS for cover in counted), len(counted))
    return "nothing to cover" if percent is None else f"{_ratio(some)} covered, {percent:g} %"


def _legend(covers: Sequence[CoverageLevel]) -> list[str]:
    count = Counter(covers)
    said = [f"{mark} {cover} {count[cover]}" for cover, mark in MARKS.items()]
    return ["  " + "   ".join(said[:5]), "  " + "   ".join(said[5:])]


_CONTROL_COLUMNS = ("control", "cover", "sops", "owner", "state", "last", "title")
_PRINTED_COLUMNS = ("framework", "control", "title", "cover", "sops", "owners", "state", "last")
_TOTAL_COLUMNS = ("counted", "covered", "percent", "full", "partial", "supporting", "planned", "derived", "none")
_POLICY_COLUMNS = ("policy", "carried_out", "controls", "covered", "sops", "planned", "owner", "title")
_SOP_COLUMNS = ("sop", "state", "carries", "owner", "last", "controls")
_OWNER_COLUMNS = ("owner", "covered", "alone", "sops", "not_current")


def coverage(standings: LibraryStatus, asked: ReportOptions) -> ReportResult:
    """Each control of the frameworks asked for with what covers it, or the same by policy, SOP, owner or group."""
    found = {name: compute_coverage(standings, name) for name in select_frameworks(standings.library, asked.frameworks)}
    totals = tuple(
        row for name, some in found.items() if some for row in coverage_total_rows(name, some[0].framework, some)
    )
    percents = [(row.percent, row.framework) for row in totals if not row.group and row.percent is not None]
    percent, least = min(percents, default=(None, ""))
    drawn = draw_coverage(found)
    return ReportResult(
        *_tables(found, totals, standings, asked.by),
        notes=tuple(_notes(found, standings)),
        percent=percent,
        least=least if len(found) > 1 else "",
        picture=drawn if asked.by in {"", "group"} else "",
        forms={"picture": lambda: drawn or "no framework to draw"},
    )


def _tables(
    found: Mapping[str, Sequence[ControlCoverage]],
    totals: tuple[CoverageTotalRow, ...],
    standings: LibraryStatus,
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
                "policies", "Policies", PolicyRow, tuple(policy_rows(every, standings)), _POLICY_COLUMNS
            ), ()
        case "sop":
            return ReportTable("sops", "SOPs", SopCoverageRow, tuple(sop_rows(every, standings)), _SOP_COLUMNS), ()
        case "owner":
            return ReportTable("owners", "Owners", OwnerRow, tuple(owner_rows(every, standings)), _OWNER_COLUMNS), ()
    rows = tuple(control_row(one, standings) for one in every)
    claims = tuple(row for one in every for row in coverage_claim_rows(one, standings))
    derived = tuple(row for one in every for row in derived_rows(one))
    clash = first if len({row.control for row in rows}) < len(rows) else ()
    placed = ("sections",) if any(row.section for row in claims) else ()
    columns = (*clash, *_CONTROL_COLUMNS[:-1], *placed, *_CONTROL_COLUMNS[-1:])
    return ReportTable("rows", "Controls", ControlCoverageRow, rows, columns, printed=_PRINTED_COLUMNS), (
        ReportTable("claims", "Claims", CoverageClaimRow, claims, detail=True),
        ReportTable("derived", "Derived through mappings", DerivedCoverageRow, derived, detail=True),
        total,
    )


def _notes(found: Mapping[str, Sequence[ControlCoverage]], standings: LibraryStatus) -> Iterator[str]:
    every = [one for some in found.values() for one in some]
    if not found:
        yield "the library names no framework; name some as `frameworks` below [library] in sopkit.toml, or --framework"
    if derived := sum(one.cover is CoverageLevel.DERIVED for one in every):
        yield f"controls that only a published mapping leads to: {derived}; derived is never counted as covered"
    covered = [one for one in every if one.counted and one.cover in COVERING_LEVELS]
    shaky = [one for one in covered if not any(_is_fresh(support, standings) for support in one.supports)]
    if shaky:
        yield f"covered controls whose SOPs are not current: {len(shaky)} of {len(covered)}; see sopkit stale"


def _is_fresh(support: ControlImplementation, standings: LibraryStatus) -> bool:
    return standings.covers(support) and standings.of(support.sop).state in FRESH


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
