"""One SOP as one HTML file that needs no other file, no script and no network."""

import re

from sopkit.library import Library
from sopkit.model.sop import Sop
from sopkit.render.facts import NO_HISTORY, facts_of, title_heading
from sopkit.render.finish import Finished, finish
from sopkit.render.flows import with_flows
from sopkit.render.pages import style, template
from sopkit.render.sanitise import sanitise
from sopkit.render.steps import mark_steps
from sopkit.render.titles import reference_titles, step_titles
from sopkit.text.anchors import heading_anchors
from sopkit.text.html import Mark, Marks, to_html

_IDS = ("content", "contents-title")
_MOST_SHOWN = 5
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*")
_SAFE_IN_CSS = re.compile(r"[^A-Za-z0-9 .-]")


def render_html(sop: Sop, library: Library, past: str = "", approval: str = NO_HISTORY, *, flow: bool = True) -> str:
    """The page of an SOP; `past` says which text of the history it is, `flow` whether its procedures are drawn.

    Any SOP gives a page; one with findings says so at its top.
    """
    facts = facts_of(sop, library)
    text = _body(sop, library)
    body = with_flows(text, sop, library) if flow and sop.readable else text
    anchor = next((anchor for anchor, words in body.contents if _is_procedure(sop, words)), "")
    language = sop.text("language")
    page = template("sop.html.j2").render(
        facts=facts,
        body=body,
        approval=approval,
        past=past,
        css=style("sop.css") if body is text else style("sop.css", "flow.css"),
        running=_css_text(f"{facts.footer} · {past}" if past else facts.footer),
        handbook=library.config.handbook.title or library.config.library.name,
        language=language if _LANGUAGE.fullmatch(language) else "",
        path=sop.path,
        findings=sop.findings[:_MOST_SHOWN],
        found=len(sop.findings),
        unread=not sop.readable,
        procedure=anchor,
        title_anchor=_title_anchor(sop),
        subtitle=_subtitle(sop, facts.title),
    )
    return page.rstrip("\n") + "\n"


def finished_body(sop: Sop, library: Library) -> Finished:
    """The body of an SOP for a page, with pictures of its procedures."""
    text = _body(sop, library)
    return with_flows(text, sop, library) if sop.readable else text


def _body(sop: Sop, library: Library) -> Finished:
    if not sop.readable:
        return Finished()
    start = sop.body_start
    markdown = sop.source.data[start:].decode("utf-8", "replace")
    html = sanitise(to_html(markdown, start, _marks(sop, library)))
    return finish(html, sop, library, (*_IDS, _title_anchor(sop)))


def _marks(sop: Sop, library: Library) -> Marks:
    marks = Marks(added=reference_titles(sop, library) | step_titles(sop, library))
    own = title_heading(sop)
    for heading, anchor in zip(sop.body.headings, heading_anchors(sop.body.headings), strict=True):
        if heading is own:
            marks.dropped.add(heading.start)
        else:
            marks.elements["Heading", heading.start] = Mark(ids=(anchor,))
    mark_steps(sop.body, marks)
    return marks


def _title_anchor(sop: Sop) -> str:
    """The name by which links of the body mean its title."""
    own = title_heading(sop)
    anchors = zip(sop.body.headings, heading_anchors(sop.body.headings), strict=True)
    return next((anchor for heading, anchor in anchors if heading is own), "") or "title"


def _subtitle(sop: Sop, title: str) -> str:
    """The title that the body gives, when it is another than that of the page."""
    heading = title_heading(sop)
    written = heading.text if heading else ""
    return "" if written.casefold().split() == title.casefold().split() else written


def _is_procedure(sop: Sop, words: str) -> bool:
    section = sop.body.section("Procedure")
    return section is not None and section.heading.text.split() == words.split()


def _css_text(text: str) -> str:
    """A string of CSS: whatever could end it or the style element is written as its number."""
    return '"' + _SAFE_IN_CSS.sub(lambda match: f"\\{ord(match[0]):x} ", text) + '"'
