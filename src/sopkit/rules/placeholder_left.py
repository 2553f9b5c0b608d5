"""SOP104."""

import re
from collections.abc import Iterator

from sopkit.library import Library
from sopkit.model.finding import Finding, Severity
from sopkit.model.prose import prose
from sopkit.model.sop import Block, Sop
from sopkit.rules._rule import rule
from sopkit.rules.empty_section import says_nothing

_BLANKS = (
    "DATE|NAME|ROLE|COMPANY|ORGANI[SZ]ATION|E-?MAIL|PHONE|TITLE|VERSION|OWNER|URL|LINK|TEAM|SYSTEM|DEPARTMENT|ADDRESS"
    "|CONTACT|NUMBER|TOOL|LOCATION|VENDOR|AUTHOR|X+|YYYY|DD"
)
_PLACEHOLDER = re.compile(
    r"(?<![\w/.#-])(?:TBD|TBC|TBA|TODO|FIXME)(?![\w/-]|\s+(?:items?|lists?|comments?|markers?)\b)"
    r"|\[\s*(?:[Ii]nsert|[Ee]nter|[Dd]ecide|[Ff]ill in|[Aa]dd|INSERT|ENTER|ADD)\b[^\]\n]{0,200}\]"
    r"|\[\s*(?:[Yy]our|YOUR)\s[^\]\n]{0,80}\]"
    rf"|\[\s*(?:{_BLANKS})\b(?!\d)[^\]\n]{{0,80}}\]"
    r"|\[(?:[A-Z][^\]\n]{0,80}[,\s-]\s*)?e\.g\.[^\]\n]{0,120}\]"
    r"|\[(?:Role|Name|System|Team|Tool|Vendor|Step|Item) \d{1,2}\]|\[Link\]"
    r"|\{\{\s*(?!(?:site|page|Page|Site)\.)[A-Za-z_][\w .-]{0,60}\}\}"
    r"|(?:^|(?<=[:|(]) ?)[Tt]o be (?:determined|confirmed|defined|decided|completed)(?=[.)]?\s*$)"
    r"|\b[Ll]orem ipsum\b"
)
_MEMO = re.compile(r"(?:TODO|FIXME|TBD):\s*\S")
_MOST_SHOWN = 60
_HINTS = re.compile(rb"TB[DCA]|TODO|FIXME|\[|\{\{|o be |orem ipsum")


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
def placeholder_left(sop: Sop, library: Library) -> Iterator[Finding]:
    """No placeholder is left in the text: TBD, TODO, `[insert …]`, `[DATE]`, `{{name}}`, `[decide: …]`.

    Why: the reader at night does not know what was meant to stand there. A marked decision `[decide: …]` is a
    warning while the SOP is a draft, so that `sopkit lint` lists what must still be decided.
    Mend: write what is meant. Code and link targets are not looked at, but for a memo such as `TODO: name the tool`
    that is set as code.
    """
    if not _HINTS.search(sop.source.data):
        return
    stubs = [section for section in sop.body.sections if says_nothing(section)]
    for block in sop.body.root.walk():
        if not block.inlines or block.kind in {"code", "html"}:
            continue
        text = prose(block)
        links = [(part.start, part.end) for part in block.inlines if part.kind in {"link", "image"}]
        for match in _PLACEHOLDER.finditer(text.text):
            start, end = text.span(*match.span())
            if any(section.start <= start < section.end for section in stubs):
                continue
            if any(first <= start < last for first, last in links) and match[0].startswith("["):
                continue
            yield sop.finding((start, end), f"placeholder `{match[0]}` is left; write what is meant")
        yield from _memos(sop, block)
    for key, value in sop.front.values.items():
        if isinstance(value, str) and (left := _PLACEHOLDER.search(value)) and (key,) in sop.front.places:
            yield sop.finding(key, f"placeholder `{left[0]}` is left in `{key}`; write what is meant")


def _memos(sop: Sop, block: Block) -> Iterator[Finding]:
    for part in block.inlines:
        if part.kind == "code" and _MEMO.match(part.text):
            words = part.text if len(part.text) <= _MOST_SHOWN else f"{part.text[:_MOST_SHOWN]}…"
            yield sop.finding((part.start, part.end), f"placeholder `{words}` is left; write what is meant")
