"""Frameworks as a picture of characters: one mark a control, ten in a line, with a legend."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from sopkit.model.frameworks import ControlGroup
from sopkit.reports._coverage.cover import COVERING, Cover, Coverage
from sopkit.reports._coverage.tables import percent_of
from sopkit.tables.escape import clip, escape_controls, one_line

MARKS = {
    Cover.FULL: "█",
    Cover.PARTIAL: "▄",
    Cover.SUPPORTING: "▁",
    Cover.PLANNED: "+",
    Cover.DERIVED: "~",
    Cover.NONE: "·",
    Cover.OTHER_MEANS: "=",
    Cover.EXCLUDED: "x",
}
"""A mark for each cover; no two differ by their colour only."""

_LINE = 10
_LABEL = 42
_MOST = 150  # controls; of a larger framework only the outermost groups are drawn


def picture(some: Mapping[str, Sequence[Coverage]]) -> str:
    """The frameworks by name, each with its groups, and what the marks mean; at most 80 columns wide."""
    lines: list[str] = []
    for name, found in some.items():
        if found:
            baseline = f", {name.partition(':')[2]}" if ":" in name else ""
            title = clip(one_line(found[0].framework.title.partition(" (")[0]), 50 - len(baseline))
            lines += [f"{title}{baseline}: {_share(found)}", *_groups(found), ""]
    return "\n".join([*lines, *_legend([one.cover for found in some.values() for one in found])]) if lines else ""


def _groups(some: Sequence[Coverage]) -> Iterator[str]:
    framework = some[0].framework
    if len(some) > _MOST:
        for group in framework.groups:
            if group.parent is None:
                ids = {control.id for control in framework.within(group.id)}
                inside = [one for one in some if one.control.id in ids]
                if any(one.counted for one in inside):
                    yield _line(f"{group.id}  {group.title}", _bar(inside), _ratio(inside))
        return
    by_group: dict[str, list[Coverage]] = {}
    for one in some:
        by_group.setdefault(one.control.group, []).append(one)
    for group in framework.groups:
        if inside := by_group.get(group.id, []):
            yield from _marks(group, inside)


def _marks(group: ControlGroup, some: Sequence[Coverage]) -> Iterator[str]:
    for start in range(0, len(some), _LINE):
        marks = " ".join(MARKS[one.cover] for one in some[start : start + _LINE])
        label = f"    {some[start].control.id} …" if start else f"{group.id}  {group.title}"
        yield _line(label, marks, "" if start else _ratio(some))


def _line(label: str, marks: str, ratio: str) -> str:
    return f"  {clip(escape_controls(label), _LABEL):<{_LABEL}}  {marks:<{2 * _LINE - 1}}  {ratio}".rstrip()


def _bar(some: Sequence[Coverage]) -> str:
    counted = [one for one in some if one.counted]
    filled = _LINE * sum(one.cover in COVERING for one in counted) // len(counted)
    return " ".join(MARKS[Cover.FULL] * filled + MARKS[Cover.NONE] * (_LINE - filled))


def _ratio(some: Sequence[Coverage]) -> str:
    counted = [one.cover for one in some if one.counted]
    return f"{sum(cover in COVERING for cover in counted)} of {len(counted)}" if counted else "-"


def _share(some: Sequence[Coverage]) -> str:
    counted = [one.cover for one in some if one.counted]
    percent = percent_of(sum(cover in COVERING for cover in counted), len(counted))
    return "nothing to cover" if percent is None else f"{_ratio(some)} covered, {percent:g} %"


def _legend(covers: Sequence[Cover]) -> list[str]:
    count = Counter(covers)
    said = [f"{mark} {cover} {count[cover]}" for cover, mark in MARKS.items()]
    return ["  " + "   ".join(said[:5]), "  " + "   ".join(said[5:])]
