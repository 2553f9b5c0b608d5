"""One SOP as one HTML file that needs no other file, no script and no network."""

import re

from sopkit.library import Library
from sopkit.model.sop import Sop
from sopkit.render.body import body_of, title_anchor, title_heading
from sopkit.render.facts import NO_HISTORY, facts_of
from sopkit.render.pages import style, template
from sopkit.render.surroundings import Alone

_IDS = ("content", "contents-title")
_MOST_SHOWN = 5
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*")
_SAFE_IN_CSS = re.compile(r"[^A-Za-z0-9 .-]")


def render_html(sop: Sop, library: Library, past: str = "", approval: str = NO_HISTORY, *, flow: bool = True) -> str:
    """The page of an SOP; `past` says which text of the history it is, `flow` whether its procedures are drawn.

    Any SOP gives a page; one with findings says so at its top.
    """
    facts = facts_of(sop, library)
    body = body_of(sop, library, Alone(sop, library), _IDS, flow=flow)
    anchor = next((anchor for anchor, words in body.contents if _is_procedure(sop, words)), "")
    language = sop.text("language")
    page = template("sop.html.j2").render(
        facts=facts,
        body=body,
        approval=approval,
        past=past,
        css=style("colours.css", "sop.css", *(["flow.css"] if body.drawn else [])),
        running=_css_text(f"{facts.footer} · {past}" if past else facts.footer),
        handbook=library.config.handbook.title or library.config.library.name,
        language=language if _LANGUAGE.fullmatch(language) else "",
        path=sop.path,
        findings=sop.findings[:_MOST_SHOWN],
        found=len(sop.findings),
        unread=not sop.readable,
        procedure=anchor,
        title_anchor=title_anchor(sop),
        subtitle=_subtitle(sop, facts.title),
    )
    return page.rstrip("\n") + "\n"


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
