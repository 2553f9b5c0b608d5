"""Steps as rules see them: their blocks, their evidence, references by number, and under-indented sub-steps."""

import re
from bisect import bisect_right
from collections.abc import Iterator
from functools import cache, lru_cache
from typing import NamedTuple

from sopkit.analysis.wording import words_of
from sopkit.library import RuleContext
from sopkit.model.body import Block, Link, Procedure, Section, Step
from sopkit.model.sop import Sop
from sopkit.parsing.lexicon import Lexicon, any_phrase, phrase_needles, phrase_pattern

_WORDS_OR_CODE = frozenset({"text", "code"})


class StepBlocks(NamedTuple):
    """A step or sub-step with its own blocks, the lead first; `above` are the steps that it is a part of.

    The blocks are those that hold words or code, from the step's beginning to that of the next one.
    """

    step: Step
    above: tuple[Step, ...]
    procedure: Procedure
    section: Section
    blocks: tuple[Block, ...]


@lru_cache(maxsize=8)
def step_blocks(sop: Sop) -> tuple[StepBlocks, ...]:
    """Every step and sub-step of the procedure sections, in reading order."""
    found = []
    for section in (section for section in sop.body.sections if "Procedure" in section.names):
        steps = [
            (step, above, procedure)
            for procedure in sop.body.procedures
            for top in procedure.steps
            if section.start <= top.start < section.end
            for step, above in _walk_steps(top, ())
        ]
        steps.sort(key=lambda row: row[0].start)
        starts = [step.start for step, _, _ in steps]
        blocks_of: list[list[Block]] = [[] for _ in steps]
        for block in (block for top in section.blocks if steps for block in top.walk()):
            at = bisect_right(starts, first_word_start(block)) - 1 if block.inlines or block.kind == "code" else -1
            if at >= 0:
                blocks_of[at].append(block)
        found += [StepBlocks(*row, section, tuple(blocks)) for row, blocks in zip(steps, blocks_of, strict=True)]
    return tuple(found)


def first_word_start(block: Block) -> int:
    """The byte at which the words or the code of a block begin."""
    return next((part.start for part in block.inlines if part.kind in _WORDS_OR_CODE), block.start)


def actor_place(step: Step) -> tuple[int, int]:
    """The bytes of who acts in a step; those of the step where it does not say."""
    return (step.actor_start, step.actor_start + len(step.actor.encode())) if step.actor else (step.start, step.end)


def _walk_steps(step: Step, above: tuple[Step, ...]) -> Iterator[tuple[Step, tuple[Step, ...]]]:
    yield step, above
    for child in step.children:
        yield from _walk_steps(child, (*above, step))


_MARKER = re.compile(rb"([ \t]*)(\d{1,9})[.)]([ \t]+)")
_TAB = 4


class UnderIndentedRun(NamedTuple):
    """Items of a list that were meant to be a list below `above`; `missing` are the spaces for that."""

    above: Block
    items: tuple[Block, ...]
    missing: int


class _NumberedItem(NamedTuple):
    item: Block
    column: int
    number: int
    words: int
    """The column in which the words begin."""


@lru_cache(maxsize=8)
def under_indented_runs(sop: Sop) -> tuple[UnderIndentedRun, ...]:
    """The runs of such items, in all lists of an SOP."""
    return tuple(
        run
        for block in sop.body.blocks
        if block.kind == "list" and block.ordered is not None and len(block.children) > 1
        for run in _runs_in_list(sop, block)
    )


def has_under_indented(sop: Sop, start: int, end: int) -> bool:
    """Whether one of the items begins between two offsets."""
    return any(start <= item.start < end for run in under_indented_runs(sop) for item in run.items)


def _runs_in_list(sop: Sop, block: Block) -> Iterator[UnderIndentedRun]:
    """Runs that count from one, where the list around goes on as it was; one item alone must show both."""
    above: _NumberedItem | None = None
    run: list[_NumberedItem] = []
    for one in (*(_numbered_item(sop, item) for item in block.children), None):
        if above is not None and one is not None and above.column < one.column < above.words:
            run.append(one)
            continue
        counts = [each.number for each in run] == list(range(1, len(run) + 1)) and len(
            {each.column for each in run}
        ) == 1
        if above is not None and counts and (one.number == above.number + 1 if one is not None else len(run) > 1):
            yield UnderIndentedRun(above.item, tuple(each.item for each in run), above.words - run[0].column)
        above, run = one, []


def _numbered_item(sop: Sop, item: Block) -> _NumberedItem | None:
    line = sop.source.line_starts[sop.source.line_of(item.start) - 1]
    match = _MARKER.match(sop.source.data, line)
    if match is None:
        return None
    column = len(match[1].expandtabs(_TAB))
    words = len(match[0].expandtabs(_TAB))
    return _NumberedItem(item, column, int(match[2]), words if len(match[3]) <= _TAB else words - len(match[3]) + 1)


def has_evidence(sop: Sop) -> bool:
    """Whether any step has an `Evidence:` part."""
    return sop.source.has(b"evidence") and any(step.evidence for step in sop.body.steps)


def record_names(sop: Sop) -> tuple[str, ...]:
    """The names of the records in the front matter; none where something is wrong with them."""
    rows = sop.front.values.get("records")
    if not sop.front.readable or not isinstance(rows, list) or sop.flawed("records"):
        return ()
    names = (row.get("name") for row in rows if isinstance(row, dict))
    return tuple(name for name in names if isinstance(name, str) and name.strip())


def approvals_without_evidence(sop: Sop, context: RuleContext) -> Iterator[StepBlocks]:
    """The steps that approve and have no `Evidence:` part, in an SOP that has such parts elsewhere."""
    words = words_of(sop, context)
    approves = any_phrase(words.approvals)
    if not sop.source.may_say(phrase_needles(words.approvals)) or not has_evidence(sop):
        return
    for group in step_blocks(sop):
        approved = group.procedure.shape != "table" and approves.match(_instruction_text(group.step))
        if approved and not any(one.evidence for one in (*group.step.walk(), *group.above)):
            yield group


def _instruction_text(step: Step) -> str:
    """The text of a step after its leading condition."""
    _, condition, behind = step.text.partition(step.condition) if step.condition else ("", "", "")
    return behind.lstrip(" ,:").removeprefix("then ") if condition else step.text


_NUMBER = r"\d{1,3}(?:\.\d{1,3})*[a-z]?"
_DASHES = "-–"  # noqa: RUF001 - as people type them


class StepNumber(NamedTuple):
    """A number of a step, and its bytes."""

    number: str
    start: int
    end: int


class StepReference(NamedTuple):
    """Words such as "step 4" or "steps 2 to 4": their bytes, and the numbers in them."""

    start: int
    end: int
    steps: tuple[StepNumber, ...]


@lru_cache(maxsize=8)
def step_references(sop: Sop, words: Lexicon) -> tuple[StepReference, ...]:
    """The references in the running text; neither headings nor labels such as `Step 3: …` are any."""
    if not words.step_words or not sop.source.may_say(phrase_needles(words.step_words)):
        return ()
    text = sop.body.prose
    found = []
    for match in _reference_pattern(words).finditer(text.text):
        at, behind = match.start(), text.text[match.end() : match.end() + 3].lstrip()
        is_first = at == 0 or text.text.endswith("\n\n", 0, at)
        is_label = is_first and behind.startswith((":", ".", *_DASHES))  # `Step 3: …`
        if text.block(at).kind != "heading" and not is_label:
            numbers = (StepNumber(match[group], *text.span(*match.span(group))) for group in (1, 2) if match[group])
            found.append(StepReference(*text.span(*match.span()), tuple(numbers)))
    return tuple(found)


@cache
def _reference_pattern(words: Lexicon) -> re.Pattern[str]:
    # a capital within the word would be the name of a product, `StepUp 2`
    first = "".join(f"{word[0].lower()}{word[0].upper()}" for word in words.step_words)
    step = "|".join(f"(?<=[{word[0].lower()}{word[0].upper()}]){re.escape(word[1:])}" for word in words.step_words)
    return re.compile(  # a set of letters in front is what the engine can run to, as in `any_of`
        rf"[{first}](?<![^\W_].)(?:{step})\s+({_NUMBER})\b(?:\s*(?:[{_DASHES}]|{phrase_pattern(words.ranges)})\s*({_NUMBER})\b)?"
        rf"(?!\s*(?:{phrase_pattern(words.elsewhere)})\b|\s+(?:{phrase_pattern(words.time_units)})\b)"
    )


def link_around(sop: Sop, reference: StepReference) -> Link | None:
    """The link that holds a reference, or None."""
    starts, links = _sorted_links(sop)
    at = bisect_right(starts, reference.start) - 1
    return links[at] if at >= 0 and reference.end <= links[at].end else None


@lru_cache(maxsize=8)
def _sorted_links(sop: Sop) -> tuple[list[int], list[Link]]:
    links = sorted(sop.body.links, key=lambda link: link.start)
    return [link.start for link in links], links
