"""The plan of `sopkit adopt` for people."""

from collections import Counter
from collections.abc import Iterator, Sequence

from sopkit.authoring.adopt.plan import AdoptedDraft, AdoptionPlan, How, PlanLine
from sopkit.tables.escape import escape_controls

_WIDTH = 8
_MANY = 5
"""With so many drafts an overview is the last that is printed, a line for each."""


def plan_text(plan: AdoptionPlan, *, written: bool, commit: str) -> str:
    """What is mapped, guessed and left in each document, what is refused, and what comes next."""
    lines: list[str] = []
    for draft in plan.drafts:
        lines += (*_draft(draft), "")
    if len(plan.drafts) >= _MANY:
        lines += (*_overview(plan.drafts), "")
    lines += [f"not adopted  {one.source}: {one.why}" for one in plan.refused]
    lines += [f"changes      {path}" for path in sorted(plan.shared)]
    if lines and lines[-1]:
        lines.append("")
    lines += _end(plan, written=written, commit=commit)
    return "\n".join(escape_controls(line) for line in lines) + "\n"


def _draft(draft: AdoptedDraft) -> Iterator[str]:
    where = f"{draft.source} -> {draft.target}" if draft.moved else draft.source
    yield f"{where}: {' '.join(part for part in (draft.id, draft.title) if part)}"
    for how in How:
        for one in draft.told:
            if one.how is how:
                yield f"  {how.ljust(_WIDTH)}{_line(one)}"


def _overview(drafts: Sequence[AdoptedDraft]) -> Iterator[str]:
    rows = [("id", "area", "guessed", "left", "document")]
    for draft in drafts:
        count = Counter(one.how for one in draft.told)
        sure = next((f" ({one.confidence})" for one in draft.told if one.about == "key area" and one.confidence), "")
        numbers = (str(count[How.GUESSED]), str(count[How.LEFT]))
        rows.append((draft.id, f"{draft.area}{sure}", *numbers, draft.source))
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()


def _line(one: PlanLine) -> str:
    where = f"line {one.line}: " if one.line else ""
    sure = f" ({one.confidence})" if one.confidence else ""
    return f"{where}{one.about}: {one.words}{sure}"


def _end(plan: AdoptionPlan, *, written: bool, commit: str) -> Iterator[str]:
    count = Counter(one.how for draft in plan.drafts for one in draft.told)
    drafts = "1 draft" if len(plan.drafts) == 1 else f"{len(plan.drafts)} drafts"
    done = f"committed as {commit[:12]}" if commit else "written" if written else "planned, nothing is written"
    yield f"{drafts} {done}: {count[How.MAPPED]} mapped, {count[How.GUESSED]} guessed, {count[How.LEFT]} left to you"
    if not plan.drafts:
        return
    if written:
        yield "next: sopkit lint lists what must still be decided"
    else:
        yield "next: --diff shows the changes, --save-map FILE the decisions to edit, --write carries the plan out"
