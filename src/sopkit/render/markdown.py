"""One SOP as one Markdown document: the head as a table, then the text as its author wrote it."""

import re
from collections.abc import Iterator

from sopkit.library import Library
from sopkit.model.sop import Sop
from sopkit.render.body import title_heading
from sopkit.render.facts import NO_HISTORY, Facts, facts_of
from sopkit.render.titles import reference_titles

_MARKS = re.compile(r"([\\`*_\[\]<>|~#&])")


def render_markdown(sop: Sop, library: Library, past: str = "", approval: str = NO_HISTORY) -> str:
    """The Markdown of an SOP without front matter; ids in its References stand beside their titles.

    `past` says which text of the history it is, `approval` whether it is approved.
    """
    facts = facts_of(sop, library)
    said = [f"> **{_plain(past)}**"] if past else []
    head = [
        f"# {_plain(facts.title)}",
        *said,
        *_remarks(sop, facts, approval),
        "\n".join(_table(facts)),
        f"*{_plain(facts.footer)}*",
    ]
    body = _body(sop, library, facts.title).strip("\n")
    return "\n\n".join((*head, body) if body else head) + "\n"


def _remarks(sop: Sop, facts: Facts, approval: str) -> Iterator[str]:
    if facts.summary:
        yield _plain(facts.summary)
    if count := len(sop.findings):
        yield f"> **This document has {count} finding{'' if count == 1 else 's'}.** `sopkit lint` says what is wrong."
    yield f"**{facts.standing.glyph} {_plain(facts.standing.word)}.** {facts.standing.says} {_plain(approval)}"


def _table(facts: Facts) -> Iterator[str]:
    yield "| Field | Value |"
    yield "| --- | --- |"
    for line in facts.lines:
        yield f"| {line.term} | {', '.join(map(_plain, line.values))} |"
    for name, claims in facts.controls:
        each = [" ".join(filter(None, (claim.id, claim.title, _bracketed(claim.remark)))) for claim in claims]
        yield f"| Controls of {_plain(name)} | {'<br>'.join(map(_plain, each))} |"
    for line in facts.more:
        yield f"| {line.term} | {'<br>'.join(map(_plain, line.values))} |"


def _bracketed(remark: str) -> str:
    return f"({remark})" if remark else ""


def _plain(text: str) -> str:
    """A text of the front matter on one line, its marks escaped."""
    return _MARKS.sub(r"\\\1", " ".join(text.split()))


def _body(sop: Sop, library: Library, title: str) -> str:
    if not sop.readable:
        return ""
    start, data = sop.body_start, sop.source.data
    ends = ((max(part.end for part in block.inlines), words) for block, words in reference_titles(sop, library))
    changes = {(end, end): f" {_plain(words)}" for end, words in ends}
    own = title_heading(sop)
    if own is not None:
        same = own.text.casefold().split() == title.casefold().split()
        changes[own.start, own.end] = "" if same else f"**{_plain(own.text)}**\n"
    out, at = [], start
    for (begin, end), words in sorted(changes.items()):
        out += [data[at:begin].decode("utf-8", "replace"), words]
        at = end
    out.append(data[at:].decode("utf-8", "replace"))
    return "".join(out).replace("\r\n", "\n")
