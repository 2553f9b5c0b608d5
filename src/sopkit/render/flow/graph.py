"""The steps of a procedure as a graph: who acts, and where each step leads."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple
from urllib.parse import unquote

from sopkit.model.body import Block, Body, Procedure, Step
from sopkit.parsing.lexicon import Phrases, phrases_of
from sopkit.render.flow.transitions import END, Transition, TransitionTarget, find_transitions

MAX_STEPS = 100
MAX_LANES = 12
MAX_EDGES = 6
OUTSIDE = -1
_WITHIN = re.compile(r"within:?\s+(?:the\s+|a\s+|an\s+)?", re.IGNORECASE)
_MINUTES = re.compile(r"\bmin(?:ute)?s?\b", re.IGNORECASE)
_HOURS = re.compile(r"\bh(?:ou)?rs?\b", re.IGNORECASE)
_WITHIN_LABEL = re.compile(r"within\s*:", re.IGNORECASE)


class FlowEdge(NamedTuple):
    """A way out of a step: `to` is the index of a step, the number of steps for the end, or LEAVES.

    `condition` is the case in which it is taken; `leaves_for` is what a way out of the procedure names.
    """

    condition: str
    to: int
    leaves_for: str = ""


class FlowNode(NamedTuple):
    """A step as it is drawn. `actor` is empty when nobody is named; `lane` counts from 0."""

    number: str
    text: str
    actor: str
    lane: int
    href: str = ""
    limits: tuple[str, ...] = ()
    decides: bool = False
    ways: tuple[FlowEdge, ...] = ()


@dataclass(frozen=True, slots=True)
class FlowGraph:
    """The steps in order, and the names of the lanes in order of first appearance; of one, nobody is named."""

    nodes: tuple[FlowNode, ...] = ()
    lanes: tuple[str, ...] = ()
    say: Phrases = field(default_factory=lambda: phrases_of(""))

    @property
    def jumps(self) -> bool:
        """Whether some step leads elsewhere than to the next one."""
        return any(way.to != at + 1 for at, node in enumerate(self.nodes) for way in node.ways)


@dataclass(frozen=True)
class FlowContext:
    """What the graph of a procedure needs to know about the rest.

    `anchors` gives the place in the page for the offset of a step, `find_names` the offsets of the anchors of the body,
    `role` the title of a role that is known or the empty string, `other` the name of another SOP that a link means,
    `say` what we say in the language of the text.
    """

    body: Body
    anchors: Mapping[int, str]
    find_names: Callable[[], Mapping[str, int]]
    role: Callable[[str], str]
    other: Callable[[str], str]
    say: Phrases

    @cached_property
    def names(self) -> Mapping[str, int]:
        """The offsets of the anchors, looked for when a link leads to none of the steps."""
        return self.find_names()


def build_flow_graph(procedure: Procedure, around: FlowContext) -> FlowGraph:
    """The graph of a procedure."""
    typed = [" ".join(step.actor.split()) for step in procedure.steps]
    actors = [around.role(name) or name if name else around.role(procedure.actor) for name in typed]
    nobody = around.say("nobody")
    lanes = _lane_names([actor or nobody for actor in actors], around.say("others"))
    places = {name.casefold(): at for at, name in enumerate(lanes)}
    regions = list(_step_regions(procedure, around.body))
    finder = _StepFinder(procedure, regions, around)
    words = _text_blocks(around.body, regions[0][0], regions[-1][1])
    places_of_words = [place for place, _ in words]
    nodes = []
    for at, step in enumerate(procedure.steps):
        first, last = (bisect_left(places_of_words, place) for place in regions[at])
        cases = list(_cases(step, words[first:last]))
        nodes.append(
            FlowNode(
                number=step.number,
                text=step.text,
                actor=actors[at],
                lane=places.get((actors[at] or nobody).casefold(), len(lanes) - 1),
                href=around.anchors.get(step.start, ""),
                limits=_step_limits(step),
                decides=bool(step.condition) or any(branch.labelled for branch, _ in cases),
                ways=tuple(_step_edges(at, cases, finder)),
            )
        )
    return FlowGraph(tuple(nodes), lanes, around.say)


def _lane_names(names_of_actors: Sequence[str], others: str) -> tuple[str, ...]:
    first: dict[str, str] = {}
    for name in names_of_actors:
        first.setdefault(name.casefold(), name)
    names = tuple(first.values())
    return names if len(names) <= MAX_LANES else (*names[: MAX_LANES - 1], others)


def _step_limits(step: Step) -> tuple[str, ...]:
    """The limits of the step itself, in its own words or on a line `Within: 4 hours`, not in a note: "≤ 15 min"."""
    own = [limit for limit in step.limits if step.start <= limit.start < step.end or _WITHIN_LABEL.match(limit.text)]
    texts = (_HOURS.sub("h", _MINUTES.sub("min", _WITHIN.sub("", limit.text))) for limit in own)
    return tuple(dict.fromkeys(f"≤ {text}" for text in texts))


def _step_regions(procedure: Procedure, body: Body) -> Iterator[tuple[int, int]]:
    starts = [step.start for step in procedure.steps]
    section = next((part for part in body.sections if part.start <= starts[0] < part.end), None)
    end = section.end if section else starts[-1] + 1
    if procedure.shape != "headings":
        at = bisect_right(body.blocks, starts[-1], key=first_word_offset)
        near = [
            block
            for block in body.blocks[max(at - _MAX_LOOK_BACK_ROW, 0) : at + 1]
            if block.start <= starts[-1] < block.end
        ]
        holders = [block.end for block in near if block.kind in {"item", "row"}]
        end = min(holders or [block.end for block in near if block.kind == "paragraph"], default=end)
    else:
        heads = (
            head.start for head in body.headings if head.start > starts[-1] and head.level <= procedure.heading.level
        )
        end = min(end, min(heads, default=end))
    yield from zip(starts, [*starts[1:], end], strict=True)


def _text_blocks(body: Body, start: int, end: int) -> list[tuple[int, Block]]:
    """The paragraphs whose first words stand between two offsets, with where they do."""
    at = bisect_right(body.blocks, start, key=first_word_offset)
    found = []
    for block in body.blocks[max(at - _MAX_LOOK_BACK_PARAGRAPH, 0) :]:
        if block.start >= end:
            break
        if block.kind in _TEXT_KINDS and start <= (place := first_word_offset(block)) < end:
            found.append((place, block))
    return found


_TEXT_KINDS = frozenset({"paragraph", "cell", "heading"})
_MAX_LOOK_BACK_ROW = 100
"""Blocks to look back for the item or the row that holds a step: a row has a cell for each column."""
_MAX_LOOK_BACK_PARAGRAPH = 4
"""Blocks to look back, because the first words of a paragraph may stand after a mark or an anchor."""


def first_word_offset(block: Block) -> int:
    """The offset of the first word of a block: where a step or what stands in it is taken to begin."""
    for kind, start, _, text in block.inlines:
        if text and kind in {"text", "code"}:
            return start
    return block.start


def _cases(step: Step, words: Sequence[tuple[int, Block]]) -> Iterator[tuple[Transition, str]]:
    """The cases of a step, each with the number of the sub-step that it stands in (empty for the step's own)."""
    below = sorted((each.start, each.number) for child in step.children for each in child.walk())
    starts = [start for start, _ in below]
    for place, block in words:
        at = bisect_right(starts, place) - 1
        for branch in find_transitions(block):
            yield branch, below[at][1] if at >= 0 else ""


class _StepFinder:
    def __init__(self, procedure: Procedure, regions: Sequence[tuple[int, int]], around: FlowContext) -> None:
        self.around = around
        self.starts = [start for start, _ in regions]
        self.end = regions[-1][1]
        self.numbers = {each.number: at for at, step in enumerate(procedure.steps) for each in step.walk()}
        self.names = {
            name: at
            for at, step in enumerate(procedure.steps)
            for each in step.walk()
            for name in (each.anchor, around.anchors.get(each.start, ""))
            if name
        }

    def way(self, condition: str, jump: TransitionTarget) -> FlowEdge | None:
        """Where a jump leads, or None when it leads nowhere that is known."""
        if jump.target == END and not jump.words:
            return FlowEdge(condition, len(self.starts))
        if jump.bare:
            at = self.numbers.get(jump.target)
        elif jump.target.startswith("#"):
            anchor = unquote(jump.target[1:])
            at = self.names.get(anchor)
            if at is None and (offset := self.around.names.get(anchor)) is not None:
                at = bisect_right(self.starts, offset) - 1
                if at < 0 or offset >= self.end:
                    return FlowEdge(condition, OUTSIDE, jump.words)
        else:
            name = self.around.other(jump.target)
            return FlowEdge(condition, OUTSIDE, name) if name else None
        return None if at is None else FlowEdge(condition, at)


def _step_edges(at: int, cases: Sequence[tuple[Transition, str]], finder: _StepFinder) -> Iterator[FlowEdge]:
    """The ways out of a step; at most MAX_EDGES besides the one to the next step."""
    below = [
        FlowEdge(f"{sub}: {branch.condition}" if branch.condition else sub, way.to, way.leaves_for)
        for branch, sub in cases
        if sub
        for jump in branch.jumps
        if (way := finder.way("", jump)) and way.to != at
    ]
    own = _sub_step_edges(at, [branch for branch, sub in cases if not sub], finder)
    if below and own == [FlowEdge("", at + 1)]:
        own = [FlowEdge("else", at + 1)]
    shown = list(dict.fromkeys([*own, *below]))
    yield from shown[:MAX_EDGES]
    if not any(way.to == at + 1 for way in shown[:MAX_EDGES]):
        yield from [way for way in shown[MAX_EDGES:] if way.to == at + 1][:1]


def _sub_step_edges(at: int, cases: Sequence[Transition], finder: _StepFinder) -> list[FlowEdge]:
    led = [(case, [way for jump in case.jumps if (way := finder.way(case.condition, jump))]) for case in cases]
    ordered = [way for case, ways in led if not case.condition for way in ways]
    onward = ordered or [FlowEdge("", at + 1)]
    if not any(ways for case, ways in led if case.condition):
        return onward
    found = [
        way
        for case, ways in led
        if case.condition
        for way in (ways or [way._replace(condition=case.condition) for way in onward])
    ]
    if not any(case.otherwise for case in cases):
        rest = "then" if any(case.condition.startswith("until") for case in cases) else "else"
        found += [way._replace(condition=rest) for way in onward]
    goals = {(way.to, way.leaves_for) for way in found}
    return found if len(goals) > 1 else [found[0]._replace(condition="")]
