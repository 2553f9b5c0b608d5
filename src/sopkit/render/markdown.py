"""One SOP as one Markdown document: the header as a table, then the text as its author wrote it."""

import re
from collections.abc import Iterator

from sopkit.library import Library
from sopkit.model.sop import Sop
from sopkit.render.body import title_heading
from sopkit.render.control_titles import reference_titles
from sopkit.render.header import NO_HISTORY, DocumentHeader, build_header

_MARKS = re.compile(r"([\\`*_\[\]<>|~#&])")


def render_markdown(sop: Sop, library: Library, past: str = "", approval: str = NO_HISTORY) -> str:
    """The Markdown of an SOP without front matter; ids in its References stand beside their titles.

    `past` says which text of the history it is, `approval` whether it is approved.
    """
    facts = build_header(sop, library)
    said = [f"> **{_escape_line(past)}**"] if past else []
    head = [
        f"# {_escape_line(facts.title)}",
        *said,
        *_remarks(sop, facts, approval),
        "\n".join(_header_table(facts)),
        f"*{_escape_line(facts.footer)}*",
    ]
    body = _body_text(sop, library, facts.title).strip("\n")
    return "\n\n".join((*head, body) if body else head) + "\n"


def _remarks(sop: Sop, facts: DocumentHeader, approval: str) -> Iterator[str]:
    if facts.summary:
        yield _escape_line(facts.summary)
    if count := len(sop.findings):
        yield f"> **This document has {count} finding{'' if count == 1 else 's'}.** `sopkit lint` says what is wrong."
    standing = facts.standing
    yield f"**{standing.glyph} {_escape_line(standing.word)}.** {standing.says} {_escape_line(approval)}"


def _header_table(facts: DocumentHeader) -> Iterator[str]:
    yield "| Field | Value |"
    yield "| --- | --- |"
    for line in facts.lines:
        yield f"| {line.term} | {', '.join(map(_escape_line, line.values))} |"
    for name, claims in facts.controls:
        each = [" ".join(filter(None, (claim.id, claim.title, _in_brackets(claim.remark)))) for claim in claims]
        yield f"| Controls of {_escape_line(name)} | {'<br>'.join(map(_escape_line, each))} |"
    for line in facts.more:
        yield f"| {line.term} | {'<br>'.join(map(_escape_line, line.values))} |"


def _in_brackets(remark: str) -> str:
    return f"({remark})" if remark else ""


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
