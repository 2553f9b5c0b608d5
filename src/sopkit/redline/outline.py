"""A text as the parts that are compared: units in groups, a group for each step, every one in its section."""

import re
from bisect import bisect_right
from dataclasses import dataclass

from sopkit.model.body import Block, Step
from sopkit.model.sop import Sop
from sopkit.parsing.digest import canonical_body
from sopkit.redline.matching import Budget, matches
from sopkit.redline.units import Unit, lines_of, units_of

_LEAVES = frozenset({"paragraph", "heading", "row", "code", "html", "rule"})
_KINDS = {"table row": "row", "table head": "row", "code fence": "code"}
_NOT_WORDS = re.compile(r"\W+")
SECTION_HEADINGS = frozenset({"heading 1", "heading 2"})
"""Shapes of the headings that begin a section."""


@dataclass(frozen=True, slots=True)
class Group:
    """Units that are compared together: a step with what belongs to it, or one unit by itself."""

    units: tuple[Unit, ...]
    section: int
    step: Step | None = None


@dataclass(frozen=True, slots=True)
class Outline:
    """The groups of a text in reading order, and the headings of its sections; the first has none."""

    groups: tuple[Group, ...]
    sections: tuple[str, ...]
    grouped: bool = True

    def apart(self) -> "Outline":
        """The same with a group for each unit; a step is the one that begins it."""
        groups = (
            Group((unit,), group.section, group.step if unit is group.units[0] else None)
            for group in self.groups
            for unit in group.units
        )
        return Outline(tuple(groups), self.sections, grouped=False)

    @property
    def frame(self) -> list[tuple[tuple[str, bytes], tuple[bool, ...]]]:
        """All that the canonical form of a body says, unit by unit."""
        return [(unit.key, unit.edges) for group in self.groups for unit in group.units]


def outline(sop: Sop, *, readable: bool, budget: Budget) -> Outline:
    """The outline of an SOP; when it is not to be read as a document, that of its lines."""
    if not readable:
        return Outline(tuple(Group((unit,), 0) for unit in lines_of(sop.source.data)), ("",))
    units = units_of(canonical_body(sop.source.data[sop.body_start :].decode("utf-8", "replace")))
    leads = _leads(sop, units, budget)
    sections = [""]
    groups: list[Group] = []
    run: list[Unit] = []
    step: Step | None = None
    for at, unit in enumerate(units):
        heading = unit.shape in SECTION_HEADINGS
        inside = step is not None and at not in leads and not heading and unit.depth >= run[0].depth
        if inside:
            run.append(unit)
            continue
        if step is not None:
            groups.append(Group(tuple(run), len(sections) - 1, step))
        if heading:
            sections.append(unit.text)
        step, run = leads.get(at), [unit]
        if step is None:
            groups.append(Group((unit,), len(sections) - 1))
    if step is not None:
        groups.append(Group(tuple(run), len(sections) - 1, step))
    return Outline(tuple(groups), tuple(sections))


def _leads(sop: Sop, units: list[Unit], budget: Budget) -> dict[int, Step]:
    """The steps by the index of the unit that each begins with."""
    steps = list(sop.body.steps)
    if not steps:
        return {}
    leaves = [block for block in sop.body.blocks if block.kind in _LEAVES]
    named = [at for at, unit in enumerate(units) if unit.kind not in {"code", "empty"}]
    same = matches([_leaf_name(block) for block in leaves], [_unit_name(units[at]) for at in named], budget)
    unit_of = {leaf: named[at] for leaf, at in same}
    starts = [block.start for block in leaves]
    found: dict[int, Step] = {}
    for step in steps:
        leaf = bisect_right(starts, step.start) - 1
        if leaf in unit_of:
            found.setdefault(unit_of[leaf], step)
    return found


def _leaf_name(block: Block) -> tuple[str, str]:
    if block.kind in {"code", "html", "rule"}:
        return block.kind, ""
    text = "".join(cell.text for cell in block.children) if block.kind == "row" else block.text
    return block.kind, _NOT_WORDS.sub("", text)


def _unit_name(unit: Unit) -> tuple[str, str]:
    kind = _KINDS.get(unit.kind, unit.kind.split(" ")[0])
    if kind in {"code", "html", "rule"}:
        return kind, ""
    spoken = (word.text for word in unit.words if "html" not in word.style and "footnote" not in word.style)
    return kind, _NOT_WORDS.sub("", "".join(spoken))
