"""The text of an SOP as HTML that may stand in any page: safe, with steps that can be linked to, and drawn flows."""

from collections.abc import Iterable

from sopkit.library import Library
from sopkit.model.body import Heading
from sopkit.model.sop import Sop
from sopkit.parsing.anchors import heading_anchors
from sopkit.parsing.html import HtmlMark, HtmlMarks, to_html
from sopkit.render.finish import Finished, finish
from sopkit.render.flows import phrases_for, with_flows
from sopkit.render.sanitise import sanitise
from sopkit.render.steps import mark_steps
from sopkit.render.surroundings import Surroundings
from sopkit.render.titles import control_titles


def body_of(
    sop: Sop, library: Library, around: Surroundings, taken: Iterable[str] = (), *, flow: bool = True
) -> Finished:
    """The body of an SOP; `taken` are the ids that the rest of the page uses, `flow` whether procedures are drawn.

    The heading that gives the title of the document is left out: the page has it above.
    """
    if not sop.readable:
        return Finished()
    markup = to_html(sop.body.root, _marks(sop, library))
    html = markup.html if markup.plain else sanitise(markup.html)
    finished = finish(html, around, (*taken, title_anchor(sop)), phrases_for(sop, library))
    return with_flows(finished, sop, library, around) if flow else finished


def title_heading(sop: Sop) -> Heading | None:
    """The heading of the body that the title of the document stands for; one in HTML stays where it is."""
    headings = {block.start for block in sop.body.root.children if block.kind == "heading"}
    title = sop.body.title
    return title if title is not None and title.start in headings else None


def title_anchor(sop: Sop) -> str:
    """The name by which links of the body mean its title."""
    own = title_heading(sop)
    anchors = zip(sop.body.headings, heading_anchors(sop.body.headings), strict=True)
    return next((anchor for heading, anchor in anchors if heading is own), "") or "title"


def _marks(sop: Sop, library: Library) -> HtmlMarks:
    marks = HtmlMarks(
        added={block.start: words for block, words in control_titles(sop, library)}, say=phrases_for(sop, library)
    )
    own = title_heading(sop)
    for heading, anchor in zip(sop.body.headings, heading_anchors(sop.body.headings), strict=True):
        if heading is own:
            marks.dropped.add(heading.start)
        else:
            marks.elements["heading", heading.start] = HtmlMark(ids=(anchor,))
    mark_steps(sop.body, marks)
    return marks
