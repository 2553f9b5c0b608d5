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
    lines += [f"  {sign} {_keys(keys)}" for sign, keys in (("-", plan.closed), ("=", plan.kept)) if keys]
    return [line[: len(line) - len(line.lstrip(" "))] + one_line(line) for line in lines]


def notes(plan: ImportPlan) -> Iterator[str]:
    """What is to be known about a table."""
    return map(one_line, plan.notes)


def faults(plans: Iterable[ImportPlan]) -> Iterator[str]:
    """Everything that is wrong with the tables, one a line."""
    return (one_line(str(finding)) for plan in plans for finding in plan.findings)


def _some(lines: Sequence[str]) -> list[str]:
    return [*lines[:_MOST], *([f"    and {len(lines) - _MOST} more"] if len(lines) > _MOST else [])]


def _keys(keys: Sequence[str]) -> str:
    return ", ".join(keys[:_MOST]) + (f" and {len(keys) - _MOST} more" if len(keys) > _MOST else "")


def _value(text: str) -> str:
    return _short(text) or "nothing"


def _short(text: str) -> str:
    return clipped(" ".join(text.split()), _LONGEST)
