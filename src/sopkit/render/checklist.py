"""The steps of an SOP as a checklist, where each leads, and the checklist as a page that works without a network."""

from datetime import date
from typing import NamedTuple

from sopkit.analysis.time_limits import limit_mentions
from sopkit.library import Library
from sopkit.lint.steps import step_blocks
from sopkit.model.body import Block, Step
from sopkit.model.durations import Duration
from sopkit.model.sop import Sop
from sopkit.parsing.sections import step_anchors
from sopkit.practice.checklist import Checklist, ChecklistLimit, ChecklistStep
from sopkit.render.body import build_flow_context
from sopkit.render.context import StandaloneContext
from sopkit.render.flow.graph import OUTSIDE, FlowEdge, build_flow_graph

_TEXT_KINDS = frozenset({"paragraph", "cell"})


def build_checklist(sop: Sop, library: Library, digest: str, since: date, made: date) -> Checklist:
    """The checklist of a text of an SOP that has been in force since a day."""
    zone = library.config.library.timezone
    version = sop.text("version")
    return Checklist(sop.id, sop.text("title"), version, digest, since, made, zone, checklist_steps(sop, library))


def checklist_steps(sop: Sop, library: Library) -> tuple[ChecklistStep, ...]:
    """Every step and sub-step of the procedures, in reading order."""
    limits = _step_limits(sop)
    blocks = {one.step.start: one.blocks for one in step_blocks(sop)}
    taken: set[str] = set()
    heading = None
    found = []
    for procedure, step, name in step_anchors(sop.body):
        actor = step.actor or procedure.actor
        who = library.role_title(" ".join(actor.split())) if actor else ""
        key = next(one for one in (step.anchor, step.number, name, f"at-{step.start}") if one and one not in taken)
        taken.add(key)
        shown = procedure.heading.text if procedure.heading is not heading else ""
        heading = procedure.heading
        parts = tuple(_step_parts(step, blocks.get(step.start, ())))
        found.append(ChecklistStep(key, step.number, who, step.text, parts, limits.get(step.start, ()), shown))
    return tuple(found)


def _step_limits(sop: Sop) -> dict[int, tuple[ChecklistLimit, ...]]:
    """The listed time limits that each step mentions, by the offset of the step."""
    table = sop.front.values.get("time_limits")
    entries = table if isinstance(table, dict) else {}
    found: dict[int, dict[str, ChecklistLimit]] = {}
    for mention in limit_mentions(sop):
        for name in mention.ids:
            entry = entries.get(name)
            cells = entry if isinstance(entry, dict) else {"limit": entry}
            length = Duration(str(cells.get("limit")).strip()).words
            limit = ChecklistLimit(name, length, " ".join(str(cells.get("starts") or "").split()))
            found.setdefault(mention.step.start, {})[name] = limit
    return {start: tuple(limits.values()) for start, limits in found.items()}


def _step_parts(step: Step, blocks: "tuple[Block, ...]") -> "list[tuple[str, str]]":
    """The texts below a step's own, with the addresses that links lead to, and its commands."""
    parts = []
    for block in blocks:
        if block.kind == "code":
            parts.append(("code", block.text.rstrip("\n")))
        elif block.kind in _TEXT_KINDS and block.start > step.start:
            parts.append(("text", _words(block)))
    return [(kind, words) for kind, words in parts if words.strip()]


def _words(block: Block) -> str:
    """The words of a block, the address behind each link that leads out of the library."""
    text, open_links = "", list[tuple[int, str]]()
    for part in block.inlines:
        while open_links and part.start >= open_links[0][0]:
            text += f" ({open_links.pop(0)[1]})"
        if part.kind == "link" and part.text.startswith(("https://", "http://", "mailto:")):
            open_links.append((part.end, part.text))
        elif part.kind in {"text", "code", "break"}:
            text += " " if part.kind == "break" else part.text
    return " ".join((text + "".join(f" ({target})" for _, target in open_links)).split())


class StepWay(NamedTuple):
    """Where a step leads in a case: `to` is the anchor of a step, or empty for the end.

    `leaves_for` is another document to follow first.
    """

    condition: str
    to: str
    leaves_for: str = ""


def find_ways(sop: Sop, library: Library) -> dict[str, tuple[StepWay, ...]]:
    """The ways out of each step, by its anchor: one where nothing is decided. Sub-steps belong to their step."""
    names = [(step.start, name) for _, step, name in step_anchors(sop.body)]
    keys = {start: one.anchor for (start, _), one in zip(names, checklist_steps(sop, library), strict=True)}
    page = {name for _, name in names} | sop.body.anchors
    around = build_flow_context(sop, library, StandaloneContext(sop, library), page)
    firsts = [keys[procedure.steps[0].start] for procedure in sop.body.procedures]
    found = {}
    for procedure, after in zip(sop.body.procedures, [*firsts[1:], ""], strict=True):
        anchors = [keys[step.start] for step in procedure.steps]
        for at, node in enumerate(build_flow_graph(procedure, around).nodes):
            found[anchors[at]] = tuple(_way(edge, at, anchors, after) for edge in node.ways)
    return found


def _way(edge: FlowEdge, at: int, anchors: list[str], after: str) -> StepWay:
    following = anchors[at + 1] if at + 1 < len(anchors) else after
    if edge.to == OUTSIDE:
        return StepWay(edge.condition, following, edge.leaves_for)
    if edge.to < len(anchors):
        return StepWay(edge.condition, anchors[edge.to])
    return StepWay(edge.condition, following if at + 1 == len(anchors) else "")
