"""`sopkit report coverage`: which SOP carries out which control."""

from collections.abc import Callable, Iterator, Mapping, Sequence

from sopkit.analysis.control_claims import BodyFacts, ControlImplementation, bodies_of
from sopkit.lifecycle.library_status import LibraryStatus
from sopkit.lifecycle.status import FRESH
from sopkit.model.sop import Sop
from sopkit.reports._bodies import read_bodies
from sopkit.reports._coverage.cover import COVERING, Cover, Coverage, asked_frameworks, coverage_of
from sopkit.reports._coverage.grouped import OwnerRow, PolicyRow, SopRow, owner_rows, policy_rows, sop_rows
from sopkit.reports._coverage.picture import picture
from sopkit.reports._coverage.tables import (
    ClaimRow,
    ControlRow,
    DerivedRow,
    TotalRow,
    claim_rows,
    control_row,
    derived_rows,
    total_rows,
)
from sopkit.reports._report import Asked, Report, Table, Told

_CONTROL = ("control", "cover", "sops", "owner", "state", "last", "title")
_PRINTED = ("framework", "control", "title", "cover", "sops", "owners", "state", "last")
_FIGURES = ("counted", "covered", "percent", "full", "partial", "supporting", "planned", "derived", "none")
_POLICY = ("policy", "carried_out", "controls", "covered", "sops", "planned", "owner", "title")
_SOP = ("sop", "state", "carries", "owner", "last", "controls")
_OWNER = ("owner", "covered", "alone", "sops", "not_current")


def coverage(standings: LibraryStatus, asked: Asked) -> Told:
    """Each control of the frameworks asked for with what covers it, or the same by policy, SOP, owner or group."""
    found = {name: coverage_of(standings, name) for name in asked_frameworks(standings.library, asked.frameworks)}
    totals = tuple(row for name, some in found.items() if some for row in total_rows(name, some[0].framework, some))
    percents = [(row.percent, row.framework) for row in totals if not row.group and row.percent is not None]
    percent, least = min(percents, default=(None, ""))
    drawn = picture(found)
    return Told(
        *_tables(found, totals, standings, asked.by),
        notes=tuple(_notes(found, standings)),
        percent=percent,
        least=least if len(found) > 1 else "",
        picture=drawn if asked.by in {"", "group"} else "",
        forms={"picture": lambda: drawn or "no framework to draw"},
    )


def _tables(
    found: Mapping[str, Sequence[Coverage]], totals: tuple[TotalRow, ...], standings: LibraryStatus, by: str
) -> tuple[Table, tuple[Table, ...]]:
    every = tuple({(one.framework.id, one.control.id): one for some in found.values() for one in some}.values())
    first = ("framework",) if len(found) > 1 else ()
    total = Table("totals", "Totals", TotalRow, totals, (*first, "group", *_FIGURES, "title"))
    match by:
        case "group":
            return total, ()
        case "policy":
            return Table("policies", "Policies", PolicyRow, tuple(policy_rows(every, standings)), _POLICY), ()
        case "sop":
            return Table("sops", "SOPs", SopRow, tuple(sop_rows(every, standings)), _SOP), ()
        case "owner":
            return Table("owners", "Owners", OwnerRow, tuple(owner_rows(every, standings)), _OWNER), ()
    bodies = bodies_of(standings.library)
    for path, answers in read_bodies(_reading, standings).items():
        if answers is not None:
            bodies[path].know(answers)
    rows = tuple(control_row(one, standings) for one in every)
    claims = tuple(row for one in every for row in claim_rows(one, standings))
    derived = tuple(row for one in every for row in derived_rows(one))
    clash = first if len({row.control for row in rows}) < len(rows) else ()
    placed = ("sections",) if any(row.section for row in claims) else ()
    columns = (*clash, *_CONTROL[:-1], *placed, *_CONTROL[-1:])
    return Table("rows", "Controls", ControlRow, rows, columns, printed=_PRINTED), (
        Table("claims", "Claims", ClaimRow, claims, detail=True),
        Table("derived", "Derived through mappings", DerivedRow, derived, detail=True),
        total,
    )


def _notes(found: Mapping[str, Sequence[Coverage]], standings: LibraryStatus) -> Iterator[str]:
    every = [one for some in found.values() for one in some]
    if not found:
        yield "the library names no framework; name some as `frameworks` below [library] in sopkit.toml, or --framework"
    if derived := sum(one.cover is Cover.DERIVED for one in every):
        yield f"controls that only a published mapping leads to: {derived}; derived is never counted as covered"
    covered = [one for one in every if one.counted and one.cover in COVERING]
    shaky = [one for one in covered if not any(_fresh(support, standings) for support in one.supports)]
    if shaky:
        yield f"covered controls whose SOPs are not current: {len(shaky)} of {len(covered)}; see sopkit stale"


def _fresh(support: ControlImplementation, standings: LibraryStatus) -> bool:
    return standings.covers(support) and standings.of(support.sop).state in FRESH


def _reading(standings: LibraryStatus) -> Callable[[Sop], BodyFacts | None]:
    bodies = bodies_of(standings.library)
    return lambda sop: bodies[sop.path].read() if sop.path in bodies else None


REPORT = Report(
    "coverage",
    "Which SOP covers which control, who owns it, and when it was last reviewed or approved.",
    coverage,
    {
        "rows": ControlRow,
        "claims": ClaimRow,
        "derived": DerivedRow,
        "totals": TotalRow,
        "policies": PolicyRow,
        "sops": SopRow,
        "owners": OwnerRow,
    },
    takes=("frameworks",),
    by=("policy", "sop", "owner", "group"),
    forms=("picture",),
    measures=True,
    reads=_reading,
)
