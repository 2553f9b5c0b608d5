"""Numbered sub-steps that are indented too little, which Markdown counts as steps of the list above them."""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from sopkit.model.blocks import Block
from sopkit.model.sop import Sop

_MARKER = re.compile(rb"([ \t]*)(\d{1,9})[.)]([ \t]+)")
_TAB = 4


class Sunk(NamedTuple):
    """Items of a list that were meant to be a list below `above`; `missing` are the spaces for that."""

    above: Block
    items: tuple[Block, ...]
    missing: int


class _Marked(NamedTuple):
    item: Block
    column: int
    number: int
    words: int
    """The column in which the words begin."""


@lru_cache(maxsize=8)
def sunk(sop: Sop) -> tuple[Sunk, ...]:
    """The runs of such items, in all lists of an SOP."""
    return tuple(
        run
        for block in sop.body.blocks
        if block.kind == "list" and block.ordered is not None and len(block.children) > 1
        for run in _in_list(sop, block)
    )


def holds_sunk(sop: Sop, start: int, end: int) -> bool:
    """Whether one of the items begins between two offsets."""
    return any(start <= item.start < end for run in sunk(sop) for item in run.items)


def _in_list(sop: Sop, block: Block) -> Iterator[Sunk]:
    marked = [_marked(sop, item) for item in block.children]
    above: _Marked | None = None
    run: list[_Marked] = []
    for one in (*marked, None):
        if above is not None and one is not None and above.column < one.column < above.words:
            run.append(one)
            continue
        if above is not None and run and _counts_anew(above, run, one):
            yield Sunk(above.item, tuple(each.item for each in run), above.words - run[0].column)
        above, run = one, []


def _counts_anew(above: _Marked, run: list[_Marked], behind: _Marked | None) -> bool:
    """Whether a run counts from one, and the list around it goes on where it was; one item alone must show both."""
    if [each.number for each in run] != list(range(1, len(run) + 1)) or len({each.column for each in run}) > 1:
        return False
    goes_on = behind is not None and behind.number == above.number + 1
    return goes_on or (behind is None and len(run) > 1)


def _marked(sop: Sop, item: Block) -> _Marked | None:
    line = sop.source.line_starts[sop.source.line_of(item.start) - 1]
    match = _MARKER.match(sop.source.data, line)
    if match is None:
        return None
    column = len(match[1].expandtabs(_TAB))
    words = len(match[0].expandtabs(_TAB))
    return _Marked(item, column, int(match[2]), words if len(match[3]) <= _TAB else words - len(match[3]) + 1)
