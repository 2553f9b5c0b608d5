"""The blocks that stand in each step, for the rules that ask what comes before what."""

from bisect import bisect_right
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from sopkit.model.blocks import Block
from sopkit.model.body import Procedure, Section, Step
from sopkit.model.sop import Sop

_WORDS_OR_CODE = frozenset({"text", "code"})


class LaidOut(NamedTuple):
    """A step or sub-step with its own blocks, the lead first; `above` are the steps that it is a part of.

    The blocks are those that hold words or code, from the step's beginning to that of the next one.
    """

    step: Step
    above: tuple[Step, ...]
    procedure: Procedure
    section: Section
    blocks: tuple[Block, ...]


@lru_cache(maxsize=8)
def laid_out(sop: Sop) -> tuple[LaidOut, ...]:
    """Every step and sub-step of the procedure sections, in reading order."""
    return tuple(
        laid
        for section in sop.body.sections
        if "Procedure" in section.names
        for laid in _in_section(section, sop.body.procedures)
    )


def first_words(block: Block) -> int:
    """The byte at which the words or the code of a block begin."""
    return next((part.start for part in block.inlines if part.kind in _WORDS_OR_CODE), block.start)


def _in_section(section: Section, procedures: tuple[Procedure, ...]) -> Iterator[LaidOut]:
    found = sorted(
        (
            (step, above, procedure)
            for procedure in procedures
            for top in procedure.steps
            if section.start <= top.start < section.end
            for step, above in _walk(top, ())
        ),
        key=lambda row: row[0].start,
    )
    starts = [step.start for step, _, _ in found]
    held: list[list[Block]] = [[] for _ in found]
    for top in section.blocks if found else ():
        for block in top.walk():
            at = bisect_right(starts, first_words(block)) - 1 if block.inlines or block.kind == "code" else -1
            if at >= 0:
                held[at].append(block)
    for (step, above, procedure), blocks in zip(found, held, strict=True):
        yield LaidOut(step, above, procedure, section, tuple(blocks))


def _walk(step: Step, above: tuple[Step, ...]) -> Iterator[tuple[Step, tuple[Step, ...]]]:
    yield step, above
    for child in step.children:
        yield from _walk(child, (*above, step))
