"""SOP104: No placeholder is left in the text: TBD, TODO, `[insert …]`, `[DATE]`, `{{name}}`, `[decide: …]`."""

import re
from bisect import bisect_right
from collections.abc import Iterator

from sopkit.analysis.wording import words_of
from sopkit.library import RuleContext
from sopkit.lint.rule import rule
from sopkit.lint.rules.sop103_empty_section import is_empty_section
from sopkit.model.body import Block
from sopkit.model.finding import Finding, Severity
from sopkit.model.sop import Sop
from sopkit.model.source import Loc
from sopkit.parsing.lexicon import any_phrase

_BLANKS = (
    "DATE|NAME|ROLE|COMPANY|ORGANI[SZ]ATION|E-?MAIL|PHONE|TITLE|VERSION|OWNER|URL|LINK|TEAM|SYSTEM|DEPARTMENT|ADDRESS"
    "|CONTACT|NUMBER|TOOL|LOCATION|VENDOR|AUTHOR|X+|YYYY|DD"
)
_FORMS = (
    ("TB", re.compile(r"(?<![\w/.#-])TB[DCA](?![\w/-])")),
    ("TODO", re.compile(r"(?<![\w/.#-])TODO(?![\w/-]|\s+(?:items?|lists?|comments?|markers?)\b)")),
    ("FIXME", re.compile(r"(?<![\w/.#-])FIXME(?![\w/-]|\s+(?:items?|lists?|comments?|markers?)\b)")),
    (
        "[",
        re.compile(
            r"\[\s*(?:(?:[Ii]nsert|[Ee]nter|[Dd]ecide|[Ff]ill in|[Aa]dd|INSERT|ENTER|ADD)\b[^\]\n]{0,200}"
            r"|(?:[Yy]our|YOUR)\s[^\]\n]{0,80}"
            rf"|(?:{_BLANKS})\b(?!\d)[^\]\n]{{0,80}}"
            r"|(?:[A-Z][^\]\n]{0,80}[,\s-]\s*)?e\.g\.[^\]\n]{0,120}"
            r"|(?:Role|Name|System|Team|Tool|Vendor|Step|Item) \d{1,2}|Link)\]"
        ),
    ),
    ("{{", re.compile(r"\{\{\s*(?!(?:site|page|Page|Site)\.)[A-Za-z_][\w .-]{0,60}\}\}")),
    ("o be ", re.compile(r"[Tt]o be (?:determined|confirmed|defined|decided|completed)(?=[.)]?\s*$)", re.MULTILINE)),
    ("orem ipsum", re.compile(r"\b[Ll]orem ipsum\b")),
)
"""Words without which a form cannot be there, and the form."""
_MEMO = re.compile(r"(?:TODO|FIXME|TBD):\s*\S")
_MAX_EXCERPT = 60


@rule(
    "SOP104",
    severity=Severity.WARNING,
    when_active=Severity.ERROR,
    bad="""
        ## Escalation

        Call the security lead at [PHONE NUMBER].
        """,
    good="""
        ## Escalation

        Page the security lead through the PagerDuty service Security.
        """,
)
def placeholder_left(sop: Sop, context: RuleContext) -> Iterator[Finding]:
    """No placeholder is left in the text: TBD, TODO, `[insert …]`, `[DATE]`, `{{name}}`, `[decide: …]`.

    Why: the reader at night does not know what was meant to stand there. A marked decision `[decide: …]` is a
    warning while the SOP is a draft, so that `sopkit lint` lists what must still be decided.
    Mend: write what is meant. Code and link targets are not looked at, but for a memo such as `TODO: name the tool`
    that is set as code; blanks in brackets below a heading such as "Sample letter" are let be.
    """
    text = sop.body.prose
    links: dict[int, tuple[list[int], list[int]]] = {}
    for match in _find_placeholders(text.text):
        start, end = text.span(*match.span())
        if any(section.start <= start < section.end and is_empty_section(section) for section in sop.body.sections):
            continue
        if match[0].startswith("["):
            block = text.block(match.start())
            if id(block) not in links:
                links[id(block)] = _links(block)
            if _is_link(links[id(block)], start) or _in_sample(sop, context, start):
                continue
        yield sop.finding((start, end), f"placeholder `{match[0]}` is left; write what is meant")
    yield from _memos(sop)
    written = ((key, value) for key, value in sop.front.values.items() if (key,) in sop.front.places)
    texts = [found for key, value in written for found in _texts((key,), value)]
    every = "\n".join(text_there for _, text_there in texts)
    for loc, text_there in texts if any(hint in every for hint, _ in _FORMS) else ():
        for match in _find_placeholders(text_there):
            yield sop.finding(loc, f"placeholder `{match[0]}` is left in `{loc[0]}`; write what is meant")
            break


def _in_sample(sop: Sop, context: RuleContext, start: int) -> bool:
    """Whether the heading above names a sample: a letter whose blanks are filled in each time."""
    above = max((head for head in sop.body.headings if head.start < start), key=lambda head: head.start, default=None)
    pattern = any_phrase(words_of(sop, context).samples)
    return above is not None and pattern.search(above.text) is not None


def _texts(loc: Loc, value: object) -> Iterator[tuple[Loc, str]]:
    """The texts in a value of the front matter, each with the way to it."""
    if isinstance(value, str):
        yield loc, value
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _texts((*loc, index), item)
    elif isinstance(value, dict):
        for name, item in value.items():
            yield from _texts((*loc, name), item)


def _find_placeholders(text: str) -> Iterator[re.Match[str]]:
    for hint, form in _FORMS:
        if hint in text:
            for match in form.finditer(text):
                before = text[max(match.start() - 2, 0) : match.start()].rstrip(" ")
                if hint != "o be " or not before or before[-1] in "\n:|(":  # "is to be decided" is a sentence
                    yield match


def _is_link(links: tuple[list[int], list[int]], start: int) -> bool:
    begins, ends = links
    before = bisect_right(begins, start)
    return any(start < end for end in ends[max(before - 2, 0) : before])  # an image may stand in a link


def _links(block: Block) -> tuple[list[int], list[int]]:
    """Where the links and images of a block begin and end."""
    links = sorted((part.start, part.end) for part in block.inlines if part.kind in {"link", "image"})
    return [start for start, _ in links], [end for _, end in links]


def _memos(sop: Sop) -> Iterator[Finding]:
    if not sop.source.has(b"todo:", b"fixme:", b"tbd:"):
        return
    for block in sop.body.blocks:
        for part in block.inlines if block.kind != "code" else ():
            if part.kind == "code" and _MEMO.match(part.text):
                words = part.text if len(part.text) <= _MAX_EXCERPT else f"{part.text[:_MAX_EXCERPT]}…"
                yield sop.finding((part.start, part.end), f"placeholder `{words}` is left; write what is meant")
