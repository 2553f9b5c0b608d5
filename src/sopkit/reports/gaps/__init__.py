"""`sopkit report gaps`: what to write next."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated

from sopkit.analysis.applicability import decision_by_control
from sopkit.library import CONFIG_NAME, Library
from sopkit.lifecycle.library_status import LibraryStatus
from sopkit.model.finding import Finding, Severity
from sopkit.reports.coverage.rows import control_name, unique_names
from sopkit.reports.gaps.gap import Gap, GapKind, controls_in_question, find_gaps
from sopkit.reports.gaps.practice import PracticeGapRow, practice_gaps
from sopkit.reports.gaps.tasks import GapActions, GapTask, find_tasks, sort_tasks
from sopkit.reports.report import Report, ReportOptions, ReportResult
from sopkit.tables.document import ReportTable


@dataclass(frozen=True, slots=True)
class GapRow:
    """Something that asks for a procedure and has no SOP in force."""

    rank: Annotated[int, "Its place in the order in which it matters, from 1."]
    kind: Annotated[GapKind, "What asks for the procedure."]
    id: Annotated[str, "Its id."]
    title: Annotated[str, "Its title."]
    why: Annotated[str, "Why it is a gap."]
    weight: Annotated[
        int | None, "Likelihood times impact of the heaviest open risk behind it, by place on the scales."
    ]
    owner: Annotated[str, "Role that answers for it."]
    controls: Annotated[tuple[str, ...], "Its controls that no SOP in force covers; a risk stands for them."]
    actions: Annotated[tuple[str, ...], "Open actions that name it."]
    due: Annotated[date | None, "Day by which the first of them is due."]
    past_due: Annotated[bool, "Whether that day is past."]
    unplanned: Annotated[tuple[str, ...], "Its controls, or itself, that no open action names."]
    near: Annotated[tuple[str, ...], "SOPs that come nearest, with their status."]
    next: Annotated[tuple[int, ...], "What closes it: ranks in `next`."]
    path: Annotated[str, "File in which it stands."]
    line: Annotated[int, "Its line, from 1."]


@dataclass(frozen=True, slots=True)
class NextRow:
    """Something to write or to bring in force, with the gaps that it closes."""

    rank: Annotated[int, "Its place in the order in which it matters, from 1."]
    do: Annotated[str, "What to do."]
    about: Annotated[str, "Title of the SOP or template, or what the action says."]
    command: Annotated[str, "The command that begins it; empty where there is none."]
    weight: Annotated[int | None, "The greatest weight among the gaps."]
    closes: Annotated[tuple[str, ...], "Ids of the gaps that it closes, or helps to close."]


_PRACTICE = ("sop", "criticality", "carried_out", "exported", "tried", "missing")


def gaps(status: LibraryStatus, options: ReportOptions) -> ReportResult:
    """What has no SOP in force, the weightiest first, and what to write to close it."""
    del options
    library = status.library
    needed = controls_in_question(status)
    found = find_gaps(status, needed)
    planned = GapActions.of(library)
    tasks = find_tasks(found, needed, planned, status)
    todo = sort_tasks(found, tasks)
    ranks = {task: rank for rank, task in enumerate(todo, 1)}
    rows = tuple(
        _gap_row(rank, gap, tuple(ranks[task] for task in some), planned, status)
        for rank, (gap, some) in enumerate(zip(found, tasks, strict=True), 1)
    )
    next_rows = tuple(
        NextRow(
            rank=rank,
            do=task.do,
            about=task.about,
            command=task.command,
            weight=max((gap.weight for gap in closed if gap.weight is not None), default=None),
            closes=tuple(gap.id for gap in closed),
        )
        for rank, (task, closed) in enumerate(todo.items(), 1)
    )
    notes = []
    if rows:
        left = sum(bool(row.unplanned) for row in rows)
        notes.append(f"gaps: {len(rows)}; open actions name the whole of {len(rows) - left}")
    if late := [row for row in rows if row.past_due]:
        notes.append(f"gaps whose action is past due: {len(late)}; the first is {late[0].id}")
    columns = ("rank", "kind", "id", "weight", "owner", "actions", "due", "next", "title")
    next_columns = ("rank", "weight", "do", "closes")
    return ReportResult(
        ReportTable("rows", "Gaps", GapRow, rows, columns, printed=(*columns, "why")),
        (
            ReportTable(
                "next", "What to write next", NextRow, next_rows, next_columns, printed=(*next_columns, "about")
            ),
            ReportTable("practice", "What is not practised", PracticeGapRow, tuple(practice_gaps(status)), _PRACTICE),
        ),
        findings=tuple(_findings(rows, found, tasks, library)),
        notes=tuple(notes),
    )


def _gap_row(rank: int, gap: Gap, tasks: tuple[int, ...], planned: GapActions, status: LibraryStatus) -> GapRow:
    actions = planned.naming(gap)
    left = tuple(control_name(control, status.library) for control in planned.left(gap))
    due = min((action.due for action in actions if action.due), default=None)
    return GapRow(
        rank=rank,
        kind=gap.kind,
        id=gap.id,
        title=gap.title,
        why=gap.why,
        weight=gap.weight,
        owner=gap.owner,
        controls=tuple(control_name(control, status.library) for control in gap.missing),
        actions=tuple(action.id for action in actions),
        due=due,
        past_due=due is not None and due < status.as_of,
        unplanned=left if actions or left else (gap.id,),
        near=unique_names(
            f"{sop.name} ({sop.status}{f', {status.of(sop).state}' if sop.active and not status.carries(sop) else ''})"
            for sop in gap.near
        ),
        next=tasks,
        path=gap.path,
        line=gap.place.line,
    )


def _findings(
    rows: Sequence[GapRow], found: Sequence[Gap], tasks: Sequence[tuple[GapTask, ...]], library: Library
) -> Iterator[Finding]:
    """Each gap that no open action plans to close; of a library without a statement of applicability one for all."""
    undecided = not decision_by_control(library)
    bare = [
        gap for row, gap in zip(rows, found, strict=True) if undecided and gap.kind is GapKind.CONTROL and row.unplanned
    ]
    for row, gap, some in zip(rows, found, tasks, strict=True):
        if row.unplanned and gap not in bare:
            what = "it" if not row.actions else ", ".join(row.unplanned)
            do = f"{some[0].do}, or enter one in registers/actions.yaml"
            message = f"{row.id} {row.title}: {row.why}; no open action names {what}: {do}"
            yield Finding(gap.path, gap.place, message, "gap-without-action", Severity.WARNING)
    if bare:
        begun = library.registers["soa"].path
        do = f"decide each in {begun}" if begun else "begin: sopkit register init soa"
        message = f"nothing is decided of {len(bare)} controls without an SOP; {do}"
        yield Finding(CONFIG_NAME, bare[0].place, message, "gap-without-action", Severity.WARNING)


REPORT = Report(
    "gaps",
    "What to write next: risks, controls, areas, policies, assets and vendors without an SOP in force.",
    gaps,
    {"rows": GapRow, "next": NextRow, "practice": PracticeGapRow},
    finds=True,
)
