"""`sopkit report limits`: every time limit, retention, review interval, RPO and RTO, and how it is kept."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Annotated, Any

from sopkit.analysis.time_limits import DocumentedLimit, LimitMention, contradictions, limit_mentions, table_targets
from sopkit.library import Library
from sopkit.lifecycle.due import review_terms
from sopkit.lifecycle.library_status import LibraryStatus
from sopkit.lifecycle.snapshot import Snapshot
from sopkit.model.durations import Duration
from sopkit.model.finding import Finding, Severity
from sopkit.model.registers import Asset
from sopkit.model.sop import Sop
from sopkit.model.source import Loc
from sopkit.practice.due import MeasuredLimit, practice_states
from sopkit.practice.limits import LimitState, LimitSummary
from sopkit.reports._charts import describe_share, draw_limits_svg, draw_limits_text
from sopkit.reports.report import Report, ReportOptions, ReportResult, read_bodies
from sopkit.tables.document import ReportTable


class LimitKind(StrEnum):
    """What a length of time limits."""

    TIME_LIMIT = "time-limit"
    STEP = "step"
    RETENTION = "retention"
    REVIEW = "review"
    RPO = "rpo"
    RTO = "rto"


@dataclass(frozen=True, slots=True)
class LimitRow:
    """One length of time that is promised."""

    sop: Annotated[str, "Id of the SOP, its path where it has none; empty for what the register of assets says."]
    kind: Annotated[LimitKind, "What it limits; `step` is a limit in a step that `time_limits` does not list."]
    name: Annotated[str, "Id of the time limit, record or asset; for `step` its anchor."]
    limit: Annotated[str, "How long, in words; as typed where it is no length of time."]
    minutes: Annotated[
        int | None, "The same in minutes, a month being 30.4375 days; null where it is none, or counts working days."
    ]
    source: Annotated[str, "Who asks for it: law, contract or policy; `area` for the review interval of the area."]
    steps: Annotated[tuple[str, ...], "Numbers of the steps that say it."]
    starts: Annotated[str, "What starts the clock."]
    path: Annotated[str, "File in which it stands."]
    line: Annotated[int, "Its line."]
    contradicts: Annotated[str, "What is said elsewhere of the same thing, and where."]
    cases: Annotated[int | None, "Cases that are measured: on time, late or unknown; null where none is listed."] = None
    on_time: Annotated[int | None, "Cases that ended in time."] = None
    late: Annotated[int | None, "Cases that ended late, or are open and past due."] = None
    unknown: Annotated[int | None, "Cases whose times do not tell; they do not count as on time."] = None
    running: Annotated[int | None, "Open cases that are not yet due; they are not measured."] = None
    share: Annotated[float | None, "Percent of the measured cases that are on time; null where none is measured."] = (
        None
    )
    target: Annotated[int | None, "Percent that must be."] = None
    median: Annotated[float | None, "Minutes of the case in the middle, where both times are known."] = None
    worst: Annotated[float | None, "Minutes of the longest case."] = None
    kept: Annotated[str, "How it is kept, in words."] = ""


@dataclass(frozen=True, slots=True)
class LimitMonthRow:
    """One time limit in one month, by the month in which cases were due."""

    sop: Annotated[str, "Id of the SOP."]
    name: Annotated[str, "Id of the time limit."]
    month: Annotated[str, "Month, as 2026-03."]
    cases: Annotated[int, "Cases that are measured: on time, late or unknown."]
    on_time: Annotated[int, "Cases that ended in time."]
    late: Annotated[int, "Cases that ended late, or are open and past due."]
    unknown: Annotated[int, "Cases whose times do not tell."]
    running: Annotated[int, "Open cases that are not yet due."]
    share: Annotated[float | None, "Percent of the measured cases that are on time."]
    target: Annotated[int, "Percent that must be."]
    median: Annotated[float | None, "Minutes of the case in the middle."]
    worst: Annotated[float | None, "Minutes of the longest case."]


def limits(status: LibraryStatus, options: ReportOptions) -> ReportResult:
    """Every time limit, retention, review interval, RPO and RTO; what contradicts another is a finding."""
    library = status.library
    found = {path: one for path, one in read_bodies(_read_limits, status).items() if _is_wanted(path, library, options)}
    measured = {(state.sop.id, one.terms.id): one for state in practice_states(status) for one in state.limits}
    if options.sop:
        measured = {key: one for key, one in measured.items() if key[0] == options.sop}
    rows = (*(row for rows, _ in found.values() for row in rows), *(() if options.sop else _of_assets(library)))
    rows = tuple(_add_measured(row, measured.get((row.sop, row.name))) for row in rows)
    columns = ("sop", "kind", "name", "limit", "source", "steps", "line", "kept", "starts")
    months = tuple(row for (sop, _), one in measured.items() for row in _months(sop, one))
    findings = tuple(finding for _, some in found.values() for finding in some)
    return ReportResult(
        ReportTable("rows", "Time limits", LimitRow, rows, columns),
        (ReportTable("months", "By month of due", LimitMonthRow, months, detail=True),),
        findings=findings,
        notes=tuple(fault for state in practice_states(status) for fault in state.cases.faults),
        picture=draw_limits_text(measured),
        forms={"svg": lambda: draw_limits_svg(measured), "picture": lambda: draw_limits_text(measured)},
    )


def _is_wanted(path: str, library: Library, options: ReportOptions) -> bool:
    return not options.sop or library.by_path[path].id == options.sop


def _add_measured(row: LimitRow, one: MeasuredLimit | None) -> LimitRow:
    if row.kind is not LimitKind.TIME_LIMIT:
        return row
    if one is None or not one.whole.measured + one.whole.counts[LimitState.RUNNING]:
        return replace(row, kept="not measured")
    return replace(row, **_counts(one.whole), target=one.terms.target, kept=describe_share(one.whole, one.terms))


def _counts(summary: LimitSummary) -> dict[str, Any]:
    counts = summary.counts
    return {
        "cases": summary.measured,
        "on_time": counts[LimitState.ON_TIME],
        "late": counts[LimitState.LATE],
        "unknown": counts[LimitState.UNKNOWN],
        "running": counts[LimitState.RUNNING],
        "share": summary.share,
        "median": summary.median,
        "worst": summary.worst,
    }


def _months(sop: str, one: MeasuredLimit) -> Iterator[LimitMonthRow]:
    for month, summary in one.months.items():
        yield LimitMonthRow(sop, one.terms.id, month, **_counts(summary), target=one.terms.target)


def _read_limits(status: LibraryStatus) -> Callable[[Sop], tuple[list[LimitRow], list[Finding]]]:
    library = status.library
    others = contradictions(library)

    def read(sop: Sop) -> tuple[list[LimitRow], list[Finding]]:
        pairs = others.get(sop.path, ())
        rows = list(_SopLimits(sop, pairs).rows(library)) if sop.readable else []
        return rows, [_contradiction(sop, *pair) for pair in pairs]

    return read


@dataclass(frozen=True, slots=True)
class _SopLimits:
    """The rows of one SOP, with its promises that another contradicts."""

    sop: Sop
    pairs: tuple[tuple[DocumentedLimit, DocumentedLimit], ...]

    def rows(self, library: Library) -> Iterator[LimitRow]:
        mentions = tuple(limit_mentions(self.sop))
        yield from self._listed(mentions)
        for step, limit, ids in mentions:
            if not ids:
                words = limit.text.casefold().removeprefix("within").lstrip(": ")
                place = (limit.start, limit.end)
                unlisted = self._row(LimitKind.STEP, step.anchor, words, place, steps=(step.number,))
                yield replace(unlisted, minutes=None if limit.working else round(limit.minutes))
        for row, loc in self.sop.mappings("records"):
            if "retention" in row:
                yield self._row(LimitKind.RETENTION, _text(row.get("id")), _text(row["retention"]), (*loc, "retention"))
        for target in table_targets(self.sop, library):
            kind, name = LimitKind(target.about[0].lower()), target.about[1].removeprefix("of ").strip("`")
            yield self._row(kind, name, target.typed, target.where)
        area, typed = self.sop.text("area"), self.sop.text("review_every")
        front = Snapshot("", readable=True, area=area, criticality=self.sop.text("criticality"), review_every=typed)
        length = review_terms(front, library.config).length(library.as_of)
        where, source = ("review_every", "") if typed else ("area", "area")
        yield self._row(LimitKind.REVIEW, "", str(length), where, source=source, starts="the last review")

    def _listed(self, mentions: tuple[LimitMention, ...]) -> Iterator[LimitRow]:
        limits = self.sop.front.values.get("time_limits")
        for name, entry in limits.items() if isinstance(limits, dict) else ():
            cells = entry if isinstance(entry, dict) else {"limit": entry}
            steps = tuple(dict.fromkeys(one.step.number for one in mentions if str(name) in one.ids))
            where = ("time_limits", name, "limit") if isinstance(entry, dict) else ("time_limits", name)
            typed, source, starts = (_text(cells.get(key)) for key in ("limit", "source", "starts"))
            yield self._row(LimitKind.TIME_LIMIT, str(name), typed, where, source=source, steps=steps, starts=starts)

    def _row(
        self,
        kind: LimitKind,
        name: str,
        typed: str,
        where: Loc | str | tuple[int, int],
        *,
        source: str = "",
        steps: tuple[str, ...] = (),
        starts: str = "",
    ) -> LimitRow:
        against = tuple(other for mine, other in self.pairs if mine.where == where)
        words = "; ".join(f"{_length(other.typed)[0]} in {other.said_in}" for other in against)
        length, minutes = _length(typed)
        path, line = self.sop.path, self.sop.place(where).line
        return LimitRow(self.sop.name, kind, name, length, minutes, source, steps, starts, path, line, words)


def _of_assets(library: Library) -> Iterator[LimitRow]:
    register = library.registers["assets"]
    for row in register.rows:
        if isinstance(row, Asset) and row.gone(library.as_of) is None:
            for kind, length in ((LimitKind.RPO, row.rpo), (LimitKind.RTO, row.rto)):
                if length is not None:
                    line = register.place(row.id, str(kind)).line
                    words, minutes = _length(str(length))
                    yield LimitRow("", kind, row.id, words, minutes, "", (), "", register.path, line, "")


def _contradiction(sop: Sop, promise: DocumentedLimit, other: DocumentedLimit) -> Finding:
    what = " ".join(promise.about[:2])
    message = (
        f"{what} is {_length(promise.typed)[0]} here and {_length(other.typed)[0]} in {other.said_in}; make them one"
    )
    return replace(
        sop.finding(promise.where, message), code="contradicting-limits", severity=Severity.WARNING, weighed=True
    )


def _length(typed: str) -> tuple[str, int | None]:
    try:
        length = Duration(typed.strip())
    except ValueError:
        return typed, None
    return length.words, round(length.minutes)


def _text(value: object) -> str:
    return value.strip() if isinstance(value, str) else "" if value is None else str(value)


REPORT = Report(
    "limits",
    "Every time limit, retention, review interval, RPO and RTO: where it stands, and how it is kept.",
    limits,
    {"rows": LimitRow, "months": LimitMonthRow},
    takes=("sop",),
    forms=("picture", "svg"),
    finds=True,
    reads=_read_limits,
)
