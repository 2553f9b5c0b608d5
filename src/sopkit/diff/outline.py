"""A text as the parts that are compared: units in groups, one group per step; and which sections and steps changed."""

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from sopkit.diff.align import AlignmentPair, MatchBudget, find_matches
from sopkit.diff.model import BlockChange, ChangeKind, SectionChange, StepChange
from sopkit.diff.units import Unit, read_units, split_lines
from sopkit.model.body import Block, Step
from sopkit.model.sop import Sop
from sopkit.parsing.digest import canonical_body

_LEAVES = frozenset({"paragraph", "heading", "row", "code", "html", "rule"})
_KINDS = {"table row": "row", "table head": "row", "code fence": "code"}
_NOT_WORDS = re.compile(r"\W+")
SECTION_HEADINGS = frozenset({"heading 1", "heading 2"})
"""Shapes of the headings that begin a section."""


@dataclass(frozen=True, slots=True)
class UnitGroup:
    """Units that are compared together: a step with what belongs to it, or one unit by itself."""

    units: tuple[Unit, ...]
    section: int
    step: Step | None = None


@dataclass(frozen=True, slots=True)
class TextOutline:
    """The groups of a text in reading order, and the headings of its sections; the first has none."""

    groups: tuple[UnitGroup, ...]
    sections: tuple[str, ...]
    grouped: bool = True

    def apart(self) -> "TextOutline":
        """The same with a group for each unit; a step is the one that begins it."""
        groups = (
            UnitGroup((unit,), group.section, group.step if unit is group.units[0] else None)
            for group in self.groups
            for unit in group.units
        )
        return TextOutline(tuple(groups), self.sections, grouped=False)

    @property
    def frame(self) -> list[tuple[tuple[str, bytes], tuple[bool, ...]]]:
        """All that the canonical form of a body says, unit by unit."""
        return [(unit.key, unit.edges) for group in self.groups for unit in group.units]


def build_outline(sop: Sop, *, readable: bool, budget: MatchBudget) -> TextOutline:
    """The outline of an SOP; when it is not to be read as a document, that of its lines."""
    if not readable:
        return TextOutline(tuple(UnitGroup((unit,), 0) for unit in split_lines(sop.source.data)), ("",))
    units = read_units(canonical_body(sop.source.data[sop.body_start :].decode("utf-8", "replace")))
    leads = _find_step_starts(sop, units, budget)
    sections = [""]
    groups: list[UnitGroup] = []
    run: list[Unit] = []
    step: Step | None = None
    for at, unit in enumerate(units):
        heading = unit.shape in SECTION_HEADINGS
        inside = step is not None and at not in leads and not heading and unit.depth >= run[0].depth
        if inside:
            run.append(unit)
            continue
        if step is not None:
            groups.append(UnitGroup(tuple(run), len(sections) - 1, step))
        if heading:
            sections.append(unit.text)
        step, run = leads.get(at), [unit]
        if step is None:
            groups.append(UnitGroup((unit,), len(sections) - 1))
    if step is not None:
        groups.append(UnitGroup(tuple(run), len(sections) - 1, step))
    return TextOutline(tuple(groups), tuple(sections))


def _find_step_starts(sop: Sop, units: list[Unit], budget: MatchBudget) -> dict[int, Step]:
    """The steps by the index of the unit that each begins with."""
    steps = list(sop.body.steps)
    if not steps:
        return {}
    leaves = [block for block in sop.body.blocks if block.kind in _LEAVES]
    named = [at for at, unit in enumerate(units) if unit.kind not in {"code", "empty"}]
    same = find_matches([_leaf_name(block) for block in leaves], [_unit_name(units[at]) for at in named], budget)
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


Blocks = Sequence[tuple[BlockChange, ...]]


def list_section_changes(
    before: TextOutline, after: TextOutline, pairs: Sequence[AlignmentPair], blocks: Blocks
) -> tuple[SectionChange, ...]:
    """The sections that were added, removed, changed or moved, in the order of the new text."""
    partner: dict[int, int] = {0: 0}
    elsewhere: set[tuple[int | None, int | None]] = set()  # sections that moved as a whole
    touched_old: set[int | None] = set()
    touched_new: set[int | None] = set()
    for pair, own in zip(pairs, blocks, strict=True):
        old = before.groups[pair.old].section if pair.old is not None else None
        new = after.groups[pair.new].section if pair.new is not None else None
        if old is not None and new is not None and own[0].shape in SECTION_HEADINGS:
            partner.setdefault(old, new)
            if pair.moved:
                elsewhere.add((old, new))
        quiet = all(block.how is ChangeKind.KEPT for block in own)
        if not (quiet and (not pair.moved or (old, new) in elsewhere)):
            touched_old.add(old)
            touched_new.add(new)
    back = {new: old for old, new in partner.items()}
    found: list[SectionChange] = []
    for new, name in enumerate(after.sections):
        if new not in back:
            found.append(SectionChange((ChangeKind.ADDED,), None, name))
            continue
        old = back[new]
        how = [ChangeKind.MOVED] * ((old, new) in elsewhere) + [ChangeKind.CHANGED] * (
            new in touched_new or old in touched_old
        )
        if how:
            found.append(SectionChange(tuple(how), before.sections[old], name))
    gone = [
        SectionChange((ChangeKind.REMOVED,), name, None)
        for old, name in enumerate(before.sections)
        if old not in partner
    ]
    return (*found, *gone)


def list_step_changes(
    before: TextOutline, after: TextOutline, pairs: Sequence[AlignmentPair], blocks: Blocks
) -> tuple[StepChange, ...]:
    """The steps that are not as they were, in the order of the new text."""
    found = []
    for pair, own in zip(pairs, blocks, strict=True):
        old = before.groups[pair.old].step if pair.old is not None else None
        new = after.groups[pair.new].step if pair.new is not None else None
        if old is None and new is None:
            continue
        if old is None or new is None:
            how = [ChangeKind.ADDED if old is None else ChangeKind.REMOVED]
        else:
            how = [ChangeKind.MOVED] * pair.moved + [ChangeKind.CHANGED] * any(
                block.how is not ChangeKind.KEPT for block in own
            )
            if not pair.moved and old.number != new.number:
                how.append(ChangeKind.RENUMBERED)
        if how:
            lead = next((block.runs for block in own if block.leads), own[0].runs)
            anchor = (new.anchor if new else "") or (old.anchor if old else "")
            found.append(StepChange(tuple(how), old.number if old else None, new.number if new else None, anchor, lead))
    return tuple(found)
