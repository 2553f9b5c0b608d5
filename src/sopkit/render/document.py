"""One SOP as a self-contained HTML page or as Markdown, the page of a comparison, and templates and styles of pages."""

import re
from collections.abc import Iterator
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
from sopkit.render.header import NO_HISTORY, DocumentHeader, build_header, reference_titles

if TYPE_CHECKING:
    from jinja2 import Template


_FOLDER = Path(__file__).parent / "templates"


@cache
def read_styles(*names: str) -> str:
    """The style sheets of these names, one after the other."""
    return "".join((_FOLDER / name).read_text(encoding="utf-8") for name in names)


@cache
def load_template(name: str, folder: Path = _FOLDER) -> "Template":
    """A template of a folder that escapes whatever is put into it."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined  # costs 48 ms

    environment = Environment(
        autoescape=True,
        loader=FileSystemLoader(folder),
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
    section, heading = sop.body.section("Procedure"), title_heading(sop)
    words = section.heading.text.split() if section else None
    anchor = next((anchor for anchor, heading in body.contents if heading.split() == words), "")
    written = heading.text if heading else ""
    language = sop.text("language")
    footer = f"{facts.footer} · {past}" if past else facts.footer
    page = load_template("sop.html.j2").render(
        facts=facts,
        body=body,
        approval=approval,
        past=past,
        css=read_styles("colours.css", "sop.css", *(["flow.css"] if body.drawn else [])),
        # A string of CSS: whatever could end it or the style element is written as its number.
        running='"' + _SAFE_IN_CSS.sub(lambda match: f"\\{ord(match[0]):x} ", footer) + '"',
        handbook=library.config.handbook.title or library.config.library.name,
        language=language if _LANGUAGE.fullmatch(language) else "",
        path=sop.path,
        findings=sop.findings[:_MAX_FINDINGS],
        found=len(sop.findings),
        unread=not sop.readable,
        procedure=anchor,
        title_anchor=title_anchor(sop),
        subtitle="" if written.casefold().split() == facts.title.casefold().split() else written,
    )
    return page.rstrip("\n") + "\n"


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


_MARKS = re.compile(r"([\\`*_\[\]<>|~#&])")


def render_markdown(sop: Sop, library: Library, past: str = "", approval: str = NO_HISTORY) -> str:
    """The Markdown of an SOP without front matter; ids in its References stand beside their titles.

    `past` says which text of the history it is, `approval` whether it is approved.
    """
    facts = build_header(sop, library)
    head = [f"# {_escape_line(facts.title)}"]
    if past:
        head.append(f"> **{_escape_line(past)}**")
    if facts.summary:
        head.append(_escape_line(facts.summary))
    if count := len(sop.findings):
        findings = f"{count} finding{'' if count == 1 else 's'}"
        head.append(f"> **This document has {findings}.** `sopkit lint` says what is wrong.")
    status = facts.standing
    head += [
        f"**{status.glyph} {_escape_line(status.word)}.** {status.says} {_escape_line(approval)}",
        "\n".join(_header_table(facts)),
        f"*{_escape_line(facts.footer)}*",
    ]
    body = _body_text(sop, library, facts.title).strip("\n")
    return "\n\n".join((*head, body) if body else head) + "\n"


def _header_table(facts: DocumentHeader) -> Iterator[str]:
    yield "| Field | Value |"
    yield "| --- | --- |"
    for line in facts.lines:
        yield f"| {line.term} | {', '.join(map(_escape_line, line.values))} |"
    for name, claims in facts.controls:
        remarks = [f"({claim.remark})" if claim.remark else "" for claim in claims]
        each = [
            " ".join(filter(None, (one.id, one.title, remark))) for one, remark in zip(claims, remarks, strict=True)
        ]
        yield f"| Controls of {_escape_line(name)} | {'<br>'.join(map(_escape_line, each))} |"
    for line in facts.more:
        yield f"| {line.term} | {'<br>'.join(map(_escape_line, line.values))} |"


def _escape_line(text: str) -> str:
    """A text of the front matter on one line, its marks escaped."""
    return _MARKS.sub(r"\\\1", " ".join(text.split()))


def _body_text(sop: Sop, library: Library, title: str) -> str:
    if not sop.readable:
        return ""
    start, data = sop.body_start, sop.source.data
    ends = ((max(part.end for part in block.inlines), words) for block, words in reference_titles(sop, library))
    changes = {(end, end): f" {_escape_line(words)}" for end, words in ends}
    own = title_heading(sop)
    if own is not None:
        same = own.text.casefold().split() == title.casefold().split()
        changes[own.start, own.end] = "" if same else f"**{_escape_line(own.text)}**\n"
    out, at = [], start
    for (begin, end), words in sorted(changes.items()):
        out += [data[at:begin].decode("utf-8", "replace"), words]
        at = end
    out.append(data[at:].decode("utf-8", "replace"))
    return "".join(out).replace("\r\n", "\n")
