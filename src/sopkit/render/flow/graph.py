"""Steps of a procedure as a graph: who acts, and where each step leads."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple
from urllib.parse import unquote

from sopkit.model.body import Block, Body, Procedure, Step
from sopkit.parsing.phrases import Phrases, phrases_of
from sopkit.render.flow.ways import END, Branch, Jump, branches

MOST_STEPS = 100
MOST_LANES = 12
MOST_WAYS = 6
LEAVES = -1
_WITHIN = re.compile(r"within:?\s+(?:the\s+|a\s+|an\s+)?", re.IGNORECASE)
_MINUTES = re.compile(r"\bmin(?:ute)?s?\b", re.IGNORECASE)
_HOURS = re.compile(r"\bh(?:ou)?rs?\b", re.IGNORECASE)
_LABELLED = re.compile(r"within\s*:", re.IGNORECASE)


class Way(NamedTuple):
    """A way out of a step: `to` is the index of a step, the number of steps for the end, or LEAVES.

    `said` is the case in which it is taken; `leaves_for` is what a way out of the procedure names.
    """

    said: str
    to: int
    leaves_for: str = ""


class Node(NamedTuple):
    """A step as it is drawn. `actor` is empty when nobody is named; `lane` counts from 0."""

    number: str
    text: str
    actor: str
    lane: int
    href: str = ""
    limits: tuple[str, ...] = ()
    decides: bool = False
    ways: tuple[Way, ...] = ()


@dataclass(frozen=True, slots=True)
class Graph:
    """The steps in order, and the names of the lanes in order of first appearance; of one, nobody is named."""

    nodes: tuple[Node, ...] = ()
    lanes: tuple[str, ...] = ()
    say: Phrases = field(default_factory=lambda: phrases_of(""))

    @property
    def jumps(self) -> bool:
        """Whether some step leads elsewhere than to the next one."""
        return any(way.to != at + 1 for at, node in enumerate(self.nodes) for way in node.ways)


@dataclass(frozen=True)
class FlowSurroundings:
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


def graph_of(procedure: Procedure, around: FlowSurroundings) -> Graph:
    """The graph of a procedure."""
    actors = [_actor(step, procedure, around) for step in procedure.steps]
    nobody = around.say("nobody")
    lanes = _lanes([actor or nobody for actor in actors], around.say("others"))
    places = {name.casefold(): at for at, name in enumerate(lanes)}
    regions = list(_regions(procedure, around.body))
    finder = _Finder(procedure, regions, around)
    words = _words(around.body, regions[0][0], regions[-1][1])
    places_of_words = [place for place, _ in words]
    nodes = []
    for at, step in enumerate(procedure.steps):
        first, last = (bisect_left(places_of_words, place) for place in regions[at])
        cases = list(_cases(step, words[first:last]))
        nodes.append(
            Node(
                number=step.number,
                text=step.text,
                actor=actors[at],
                lane=places.get((actors[at] or nobody).casefold(), len(lanes) - 1),
                href=around.anchors.get(step.start, ""),
                limits=_limits(step),
                decides=bool(step.condition) or any(branch.labelled for branch, _ in cases),
                ways=tuple(_ways(at, cases, finder)),
            )
        )
    return Graph(tuple(nodes), lanes, around.say)


def _actor(step: Step, procedure: Procedure, around: FlowSurroundings) -> str:
    written = " ".join(step.actor.split())
    return (around.role(written) or written) if written else around.role(procedure.actor)


def _lanes(names_of_actors: Sequence[str], others: str) -> tuple[str, ...]:
    first: dict[str, str] = {}
    for name in names_of_actors:
        first.setdefault(name.casefold(), name)
    names = tuple(first.values())
    return names if len(names) <= MOST_LANES else (*names[: MOST_LANES - 1], others)


def _limits(step: Step) -> tuple[str, ...]:
    """The limits of the step itself: in its own words, or on a line `Within: 4 hours`; not those that a note tells."""
    own = [limit for limit in step.limits if step.start <= limit.start < step.end or _LABELLED.match(limit.text)]
    return tuple(dict.fromkeys(_short_limit(limit.text) for limit in own))


def _short_limit(text: str) -> str:
    """A limit as a badge says it: "≤ 15 min" for "within 15 minutes"."""
    words = _WITHIN.sub("", text)
    return "≤ " + _HOURS.sub("h", _MINUTES.sub("min", words))


def _regions(procedure: Procedure, body: Body) -> Iterator[tuple[int, int]]:
    """The offsets between which each step stands with its parts."""
    starts = [step.start for step in procedure.steps]
    section = next((part for part in body.sections if part.start <= starts[0] < part.end), None)
    end = section.end if section else starts[-1] + 1
    if procedure.shape != "headings":
        at = bisect_right(body.blocks, starts[-1], key=first_word)
        near = [block for block in body.blocks[max(at - _FAR, 0) : at + 1] if block.start <= starts[-1] < block.end]
        holders = [block.end for block in near if block.kind in {"item", "row"}]
        end = min(holders or [block.end for block in near if block.kind == "paragraph"], default=end)
    else:
        heads = (
            head.start for head in body.headings if head.start > starts[-1] and head.level <= procedure.heading.level
        )
        end = min(end, min(heads, default=end))
    yield from zip(starts, [*starts[1:], end], strict=True)


def _words(body: Body, start: int, end: int) -> list[tuple[int, Block]]:
    """The paragraphs whose first words stand between two offsets, with where they do."""
    at = bisect_right(body.blocks, start, key=first_word)
    found = []
    for block in body.blocks[max(at - _NEAR, 0) :]:
        if block.start >= end:
            break
        if block.kind in _RUNNING and start <= (place := first_word(block)) < end:
            found.append((place, block))
    return found


_RUNNING = frozenset({"paragraph", "cell", "heading"})
_FAR = 100
"""Blocks to look back for the item or the row that holds a step: a row has a cell for each column."""
_NEAR = 4
"""Blocks to look back, because the first words of a paragraph may stand after a mark or an anchor."""


def first_word(block: Block) -> int:
    """The offset of the first word of a block: where a step or what stands in it is taken to begin."""
    for kind, start, _, text in block.inlines:
        if text and kind in {"text", "code"}:
            return start
    return block.start


def _cases(step: Step, words: Sequence[tuple[int, Block]]) -> Iterator[tuple[Branch, str]]:
    """The cases of a step, each with the number of the sub-step that it stands in (empty for the step's own)."""
    below = sorted((each.start, each.number) for child in step.children for each in child.walk())
    starts = [start for start, _ in below]
    for place, block in words:
        at = bisect_right(starts, place) - 1
        for branch in branches(block):
            yield branch, below[at][1] if at >= 0 else ""


class _Finder:
    """Which step an anchor or a number means."""

    def __init__(self, procedure: Procedure, regions: Sequence[tuple[int, int]], around: FlowSurroundings) -> None:
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

    def way(self, said: str, jump: Jump) -> Way | None:
        """Where a jump leads, or None when it leads nowhere that is known."""
        if jump.target == END and not jump.words:
            return Way(said, len(self.starts))
        if jump.bare:
            at = self.numbers.get(jump.target)
            return None if at is None else Way(said, at)
        if jump.target.startswith("#"):
            return self._here(said, unquote(jump.target[1:]), jump)
        name = self.around.other(jump.target)
        return Way(said, LEAVES, name) if name else None

    def _here(self, said: str, name: str, jump: Jump) -> Way | None:
        if name in self.names:
            return Way(said, self.names[name])
        offset = self.around.names.get(name)
        if offset is None:
            return None
        at = bisect_right(self.starts, offset) - 1
        if at >= 0 and offset < self.end:
            return Way(said, at)
        return Way(said, LEAVES, jump.words)


def _ways(at: int, cases: Sequence[tuple[Branch, str]], finder: _Finder) -> Iterator[Way]:
    """The ways out of a step; at most MOST_WAYS besides the one to the next step."""
    below = [
        Way(f"{sub}: {branch.said}" if branch.said else sub, way.to, way.leaves_for)
        for branch, sub in cases
        if sub
        for jump in branch.jumps
        if (way := finder.way("", jump)) and way.to != at
    ]
    own = _own_ways(at, [branch for branch, sub in cases if not sub], finder)
    if below and own == [Way("", at + 1)]:
        own = [Way("else", at + 1)]
    shown = list(dict.fromkeys([*own, *below]))
    yield from shown[:MOST_WAYS]
    if not any(way.to == at + 1 for way in shown[:MOST_WAYS]):
        yield from [way for way in shown[MOST_WAYS:] if way.to == at + 1][:1]


def _own_ways(at: int, cases: Sequence[Branch], finder: _Finder) -> list[Way]:
    """The ways that the parts of a step tell; what tells nothing else goes where an order without a case sends it."""
    led = [(case, [way for jump in case.jumps if (way := finder.way(case.said, jump))]) for case in cases]
    ordered = [way for case, ways in led if not case.said for way in ways]
    onward = ordered or [Way("", at + 1)]
    if not any(ways for case, ways in led if case.said):
        return onward
    found = [
        way for case, ways in led if case.said for way in (ways or [way._replace(said=case.said) for way in onward])
    ]
    if not any(case.otherwise for case in cases):
        rest = "then" if any(case.said.startswith("until") for case in cases) else "else"
        found += [way._replace(said=rest) for way in onward]
    goals = {(way.to, way.leaves_for) for way in found}
    return found if len(goals) > 1 else [found[0]._replace(said="")]
