"""The flow pictures of an SOP, put below the headings of its procedures."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from sopkit.library import Library
from sopkit.model.body import Procedure
from sopkit.model.sop import Sop
from sopkit.parsing.anchors import heading_anchors, html_anchors, step_anchors
from sopkit.parsing.phrases import Phrases, phrases_of
from sopkit.render.finish import Finished
from sopkit.render.flow import flow
from sopkit.render.flow.graph import FlowSurroundings, first_word
from sopkit.render.surroundings import Surroundings


def with_flows(finished: Finished, sop: Sop, library: Library, around: Surroundings, *, shut: bool = False) -> Finished:
    """The finished body with a picture of each procedure after its heading, `shut` until somebody opens it."""
    places = _places(sop, finished)  # a title is no part of the body: what belongs to it stands at its beginning
    drawn = _drawn(sop, library, around, finished, shut=shut)
    added = [(places.get(procedure.heading.start, 0), picture) for procedure, picture in drawn if picture]
    html, at, parts = finished.html, 0, []
    for place, picture in sorted(added, key=lambda pair: pair[0]):
        parts += [html[at:place], "\n", picture]
        at = place
    return replace(finished, html="".join((*parts, html[at:])), drawn=True) if added else finished


def surroundings(sop: Sop, library: Library, around: Surroundings, ids: set[str]) -> FlowSurroundings:
    """What the pictures of an SOP need to know of it and of the library; `ids` are those of the page."""
    steps = {step.start: anchor for _, step, anchor in step_anchors(sop.body) if anchor in ids}
    return FlowSurroundings(
        sop.body,
        steps,
        lambda: {name: offset for name, offset in _names(sop, steps) if name in ids},
        lambda name: role.title or name if (role := library.role(name)) else "",
        around.other,
        phrases_for(sop, library),
    )


def phrases_for(sop: Sop, library: Library) -> Phrases:
    """What we say in the language of an SOP."""
    return phrases_of(sop.text("language") or library.config.library.language)


def _drawn(
    sop: Sop, library: Library, around: Surroundings, finished: Finished, *, shut: bool
) -> Iterator[tuple[Procedure, str]]:
    known = surroundings(sop, library, around, finished.ids)
    seen: Counter[str] = Counter()
    for procedure in sop.body.procedures:
        words = procedure.heading.text or known.say("procedure")
        seen[words] += 1
        label = f"{words} ({seen[words]})" if seen[words] > 1 else words
        yield procedure, str(flow(procedure, known, label, shut=shut))


def _places(sop: Sop, finished: Finished) -> dict[int, int]:
    """Where each heading ends in the HTML, by its offset in the file."""
    anchors = zip(sop.body.headings, heading_anchors(sop.body.headings), strict=True)
    return {heading.start: finished.heads[anchor] for heading, anchor in anchors if anchor in finished.heads}


def _names(sop: Sop, steps: dict[int, str]) -> Iterator[tuple[str, int]]:
    """The anchors of a body with the offsets of the words that they stand at."""
    yield from ((anchor, start) for start, anchor in steps.items())
    at = {block.start: first_word(block) for block in sop.body.root.children if block.kind == "heading"}
    for heading, anchor in zip(sop.body.headings, heading_anchors(sop.body.headings), strict=True):
        yield anchor, at.get(heading.start, heading.start)
    for block in sop.body.blocks:
        yield from ((anchor, first_word(block)) for anchor in html_anchors([block]))
