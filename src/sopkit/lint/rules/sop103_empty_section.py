"""SOP103: A section says something: it is neither empty nor only a marked decision."""

import re
from collections import Counter
from collections.abc import Iterator

from sopkit.library import RuleContext
from sopkit.lint.rule import rule
from sopkit.model.body import Block, Section
from sopkit.model.finding import Finding, Severity
from sopkit.model.sop import Sop
from sopkit.parsing.sections import STEP_HEADING, heading_words

_DECISION = re.compile(r"\[\s*decide\b[^\[\]]*\]", re.IGNORECASE)
_CONTENT = frozenset({"code", "table"})
_MARKUP = re.compile(r"<!--.*?(?:-->|$)|<[^<>]*>", re.DOTALL)
_NUMBER = re.compile(r"\W*(\d+(?:\.\d+)*)\.?\s")
_PICTURE = re.compile(r"<(?:img|video|object|iframe)\b", re.IGNORECASE)


def is_empty_section(section: Section) -> bool:
    """Whether a section holds no words, or nothing but a marked decision."""
    first = section.blocks[0] if section.blocks else None
    if first is not None and first.kind == "paragraph" and first.text[:1].isalnum():
        return False  # nearly all of them, without a look at the rest
    for top in section.blocks:
        for block in top.walk():
            if block.kind == "heading":
                continue
            if block.kind in _CONTENT or any(part.kind == "image" for part in block.inlines):
                return False
            if _DECISION.sub("", block.text).strip(" .*_-") or (block.kind == "html" and _has_html_content(block)):
                return False
    return True


def _has_html_content(block: Block) -> bool:
    """Whether a block of HTML has words or a picture in it: a table is often written so."""
    markup = "".join(part.text for part in block.inlines)
    return _MARKUP.sub("", _DECISION.sub("", markup)).strip() != "" or _PICTURE.search(markup) is not None


@rule(
    "SOP103",
    severity=Severity.WARNING,
    when_active=Severity.ERROR,
    bad="""
        ## Scope

        [decide: which systems and people]
        """,
    good="""
        ## Scope

        All staff accounts in Okta. Service accounts are out of scope.
        """,
)
def empty_section(sop: Sop, context: RuleContext) -> Iterator[Finding]:
    """A section says something: it is neither empty nor only a marked decision.

    What follows under a heading of the same level belongs to it when that is its first step ("Step 1: …"), or has a
    number below its own (13.1.1 behind 13.1).

    Why: a heading without a text looks complete in a list and leaves the reader alone.
    Mend: write the section, or delete its heading where the section is not asked for.
    """
    names = Counter(heading_words(section.heading.text) for section in sop.body.sections)
    for section in sop.body.sections:
        if is_empty_section(section) and names[heading_words(section.heading.text)] == 1:  # a twin is SOP106's
            if _is_continued(sop, section):
                continue
            name = " and ".join(section.names)
            yield sop.finding((section.heading.start, section.heading.end), _message(name, section))


def _is_continued(sop: Sop, section: Section) -> bool:
    """Whether the next heading, though it is of the same level, begins what belongs into an empty section."""
    following = next((each for each in sop.body.headings if each.start >= section.end), None)
    if section.blocks or following is None or following.level != section.heading.level:
        return False
    own, below = _NUMBER.match(f"{section.heading.text} "), _NUMBER.match(f"{following.text} ")
    if own is not None and below is not None:
        return below[1].startswith(f"{own[1]}.")
    step = STEP_HEADING.match(following.text)
    return "Procedure" in section.names and step is not None and step[1] == "1"


def _message(name: str, section: Section) -> str:
    if any(_DECISION.search(block.text) for top in section.blocks for block in top.walk()):
        return f"section {name} holds nothing but an open decision; decide it, and write what was decided"
    return f"section {name} is empty; write it"
