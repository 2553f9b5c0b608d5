"""SOP104: No placeholder is left in the text: TBD, TODO, `[insert …]`, `[DATE]`, `{{name}}`, `[decide: …]`."""

import re
from bisect import bisect_right
from collections.abc import Iterator
from itertools import islice
from operator import itemgetter

from sopkit.analysis.wording import words_of
from sopkit.library import RuleContext
from sopkit.lint.rule import rule
from sopkit.lint.sections import is_empty_section
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
    text, samples = sop.body.prose, any_phrase(words_of(sop, context).samples)
    found = list(_find_placeholders(text.text))
    in_brackets = any(match[0].startswith("[") for match in found)
    parts = (part for block in sop.body.blocks if in_brackets for part in block.inlines)
    links = sorted((part.start, part.end) for part in parts if part.kind in {"link", "image"})
    for match in found:
        start, end = text.span(*match.span())
        if any(section.start <= start < section.end and is_empty_section(section) for section in sop.body.sections):
            continue
        if match[0].startswith("["):
            before = bisect_right(links, start, key=itemgetter(0))
            above = [heading for heading in sop.body.headings if heading.start < start][-1:]
            if any(start < stop for _, stop in links[max(before - 2, 0) : before]):
                continue  # a link, or an image in one
            if any(samples.search(heading.text) for heading in above):
                continue  # a letter whose blanks are filled in each time
        yield sop.finding((start, end), f"placeholder `{match[0]}` is left; write what is meant")
    yield from _memos(sop)
    written = ((key, value) for key, value in sop.front.values.items() if (key,) in sop.front.places)
    for loc, value in (pair for key, typed in written for pair in _texts((key,), typed)):
        for match in islice(_find_placeholders(value), 1):
            yield sop.finding(loc, f"placeholder `{match[0]}` is left in `{loc[0]}`; write what is meant")


def _texts(loc: Loc, value: object) -> Iterator[tuple[Loc, str]]:
    """The texts in a value of the front matter, each with the way to it."""
    if isinstance(value, str):
        yield loc, value
    elif isinstance(value, list | dict):
        for key, item in value.items() if isinstance(value, dict) else enumerate(value):
            yield from _texts((*loc, key), item)


def _find_placeholders(text: str) -> Iterator[re.Match[str]]:
    for hint, form in _FORMS:
        if hint in text:
            for match in form.finditer(text):
                before = text[max(match.start() - 2, 0) : match.start()].rstrip(" ")
                if hint != "o be " or not before or before[-1] in "\n:|(":  # "is to be decided" is a sentence
                    yield match


def _memos(sop: Sop) -> Iterator[Finding]:
    """Memos that are set as code: `TODO: name the tool`."""
    blocks = sop.body.blocks if sop.source.has(b"todo:", b"fixme:", b"tbd:") else ()
    for part in (part for block in blocks if block.kind != "code" for part in block.inlines):
        if part.kind == "code" and _MEMO.match(part.text):
            words = part.text if len(part.text) <= _MAX_EXCERPT else f"{part.text[:_MAX_EXCERPT]}…"
            yield sop.finding((part.start, part.end), f"placeholder `{words}` is left; write what is meant")
