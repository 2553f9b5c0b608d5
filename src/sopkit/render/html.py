"""Self-contained HTML files: an SOP, or a comparison of two texts; and the templates and styles of pages."""

import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from sopkit.diff.formats import (
    NO_CHANGE,
    STRUCTURE,
    block_place,
    describe_block,
    describe_section,
    describe_step,
    link_target,
    shorten_runs,
    visible_runs,
)
from sopkit.diff.model import Comparison, select_blocks
from sopkit.library import Library
from sopkit.model.sop import Sop
from sopkit.render.body import render_body, title_anchor, title_heading
from sopkit.render.context import StandaloneContext
from sopkit.render.header import NO_HISTORY, build_header

if TYPE_CHECKING:
    from jinja2 import Template

_FOLDER = Path(__file__).parent / "templates"


@cache
def read_styles(*names: str) -> str:
    """The style sheets of these names, one after the other."""
    return "".join((_FOLDER / name).read_text(encoding="utf-8") for name in names)


@cache
def load_template(name: str) -> "Template":
    """A template that escapes whatever is put into it."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined  # costs 48 ms

    environment = Environment(
        autoescape=True,
        loader=FileSystemLoader(_FOLDER),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template(name)


_PAGE_IDS = ("content", "contents-title")
_MAX_FINDINGS = 5
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*")
_SAFE_IN_CSS = re.compile(r"[^A-Za-z0-9 .-]")


def render_html(sop: Sop, library: Library, past: str = "", approval: str = NO_HISTORY, *, flow: bool = True) -> str:
    """The page of an SOP; `past` says which text of the history it is, `flow` whether its procedures are drawn.

    Any SOP gives a page; one with findings says so at its top.
    """
    facts = build_header(sop, library)
    body = render_body(sop, library, StandaloneContext(sop, library), _PAGE_IDS, flow=flow)
    anchor = next((anchor for anchor, words in body.contents if _is_procedure(sop, words)), "")
    language = sop.text("language")
    page = load_template("sop.html.j2").render(
        facts=facts,
        body=body,
        approval=approval,
        past=past,
        css=read_styles("colours.css", "sop.css", *(["flow.css"] if body.drawn else [])),
        running=_css_string(f"{facts.footer} · {past}" if past else facts.footer),
        handbook=library.config.handbook.title or library.config.library.name,
        language=language if _LANGUAGE.fullmatch(language) else "",
        path=sop.path,
        findings=sop.findings[:_MAX_FINDINGS],
        found=len(sop.findings),
        unread=not sop.readable,
        procedure=anchor,
        title_anchor=title_anchor(sop),
        subtitle=_subtitle(sop, facts.title),
    )
    return page.rstrip("\n") + "\n"


def _subtitle(sop: Sop, title: str) -> str:
    heading = title_heading(sop)
    written = heading.text if heading else ""
    return "" if written.casefold().split() == title.casefold().split() else written


def _is_procedure(sop: Sop, words: str) -> bool:
    section = sop.body.section("Procedure")
    return section is not None and section.heading.text.split() == words.split()


def _css_string(text: str) -> str:
    """A string of CSS: whatever could end it or the style element is written as its number."""
    return '"' + _SAFE_IN_CSS.sub(lambda match: f"\\{ord(match[0]):x} ", text) + '"'


def render_diff(comparison: Comparison, context: int | None = None) -> str:
    """The page of a comparison: the whole text, or so many blocks around each change."""
    page = load_template("redline.html.j2").render(
        comparison=comparison,
        redline=comparison.redline,
        blocks=list(select_blocks(comparison.redline, context)),
        css=read_styles("colours.css", "sop.css", "redline.css"),
        note=describe_block,
        place=block_place,
        section_words=describe_section,
        step_words=describe_step,
        target=link_target,
        no_change=NO_CHANGE,
        structure=STRUCTURE,
        short=shorten_runs,
        spoken=visible_runs,
    )
    return page.rstrip("\n") + "\n"
