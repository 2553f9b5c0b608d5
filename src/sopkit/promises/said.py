"""Which time limits of the front matter the steps of an SOP say."""

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from sopkit.model.body import Limit, Step
from sopkit.model.durations import Duration
from sopkit.model.sop import Sop

_WORD = re.compile(r"[^\W_]{3,}")
_SMALL = frozenset({"the", "and", "for", "within"})


class Said(NamedTuple):
    """A "within 4 hours" of a step, and the ids of the time limits that it says; none where it is not listed."""

    step: Step
    limit: Limit
    ids: tuple[str, ...]


def said_limits(sop: Sop) -> Iterator[Said]:
    """The time limits in steps, each joined to those of `time_limits` with its length.

    Of several with that length it is the one named as the anchor of the step, else those whose id and `starts` have
    most words in common with the line.
    """
    listed = listed_minutes(sop)
    for step in sop.body.steps:
        for limit in step.limits:
            alike = tuple(name for name, minutes in listed.items() if minutes == round(limit.minutes))
            yield Said(step, limit, _likely(alike, step, limit, sop) if alike[1:] else alike)


def listed_minutes(sop: Sop) -> Mapping[str, int]:
    """The time limits of the front matter in whole minutes, by id; what is no length of time is left out."""
    limits = sop.front.values.get("time_limits")
    found = {}
    for name, entry in limits.items() if isinstance(limits, dict) else ():
        typed = entry.get("limit") if isinstance(entry, dict) else entry
        try:
            found[str(name)] = round(Duration(str(typed).strip()).minutes)
        except ValueError:
            continue
    return found


def _likely(names: tuple[str, ...], step: Step, limit: Limit, sop: Sop) -> tuple[str, ...]:
    if step.anchor in names:
        return (step.anchor,)
    said = _words(f"{step.anchor} {sop.source.line_text(sop.source.line_of(limit.start))}")
    limits = sop.front.values.get("time_limits")
    entries = {name: limits.get(name) if isinstance(limits, dict) else None for name in names}
    starts = {name: str(entry.get("starts", "")) if isinstance(entry, dict) else "" for name, entry in entries.items()}
    common = {name: len(_words(f"{name} {starts[name]}") & said) for name in names}
    return tuple(name for name in names if common[name] == max(common.values()))


def _words(text: str) -> set[str]:
    return {word.casefold() for word in _WORD.findall(text)} - _SMALL
