"""What an import did, or would do, in words."""

from collections.abc import Iterable, Iterator, Sequence

from sopkit.literal import clipped, one_line
from sopkit.registers.import_plan import ImportPlan

_MOST = 30
_LONGEST = 60


def told(plan: ImportPlan) -> list[str]:
    """Lines about what becomes of a register: counts, then rows that are new (+), changed (~), closed (-), kept (=)."""
    changed = len({change.key for change in plan.changed})
    counts = [f"{len(plan.added)} new", f"{changed} changed", f"{plan.unchanged} as before"]
    counts += [f"{len(plan.closed)} closed"] if plan.closed else []
    counts += [f"{len(plan.kept)} kept that the table lacks"] if plan.kept else []
    lines = [f"{plan.path}: {', '.join(counts)}"]
    lines += _some([f"  + {key}  {_short(title)}".rstrip() for key, title in plan.added])
    lines += _some([f"  ~ {one.key}  {one.column}: {_value(one.old)} -> {_value(one.new)}" for one in plan.changed])
    lines += _some([f"  - {key}" for key in plan.closed])
    lines += _some([f"  = {key}" for key in plan.kept])
    return list(map(one_line_indented, lines))


def one_line_indented(line: str) -> str:
    """A line with what a terminal would obey spelt out, and the blanks at its beginning."""
    return line[: len(line) - len(line.lstrip(" "))] + one_line(line)


def faults(plans: Iterable[ImportPlan]) -> Iterator[str]:
    """Everything that is wrong with the tables, one a line."""
    return (one_line(str(finding)) for plan in plans for finding in plan.findings)


def _some(lines: Sequence[str]) -> list[str]:
    return [*lines[:_MOST], *([f"    and {len(lines) - _MOST} more"] if len(lines) > _MOST else [])]


def _value(text: str) -> str:
    return _short(text) or "nothing"


def _short(text: str) -> str:
    return clipped(" ".join(text.split()), _LONGEST)
