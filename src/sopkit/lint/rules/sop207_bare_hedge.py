"""SOP207: A step does not leave the decision to a hedge such as "if necessary" or "as required"."""

import re
from collections.abc import Iterator

from sopkit.analysis.wording import (
    clause_before,
    is_in_step,
    procedure_phrases,
    sentence_after,
    sentence_before,
    words_of,
)
from sopkit.library import RuleContext
from sopkit.lint.rule import rule
from sopkit.model.body import Block, Section
from sopkit.model.finding import Finding, Severity
from sopkit.model.sop import Sop
from sopkit.parsing.lexicon import Lexicon, any_phrase

_LABEL_END = re.compile(r"\s*(?::|\s[-–—])\s")  # noqa: RUF001 - as people type them
_SET_OFF, _SET_OFF_END = re.compile(r"[(,]\s?$"), re.compile(r"\s?(?:[),:]|$)")


@rule(
    "SOP207",
    severity=Severity.WARNING,
    bad="""
        ## Procedure

        1. **IT operations**: Disable the account.
        2. **IT operations**: Wipe the laptop if necessary.
        3. **IT operations**: Close the ticket.
        """,
    good="""
        ## Procedure

        1. **IT operations**: Disable the account.
        2. **IT operations**: Wipe the laptop when it held customer data.
        3. **IT operations**: Close the ticket.
        """,
)
def bare_hedge(sop: Sop, context: RuleContext) -> Iterator[Finding]:
    """A step does not leave the decision to a hedge such as "if necessary" or "as required".

    Why: two people decide it in two ways, and an auditor cannot test what was promised.
    Mend: say when: "if the laptop held customer data". Only procedure sections are looked at, and in them neither
    headings, nor lines that are bold as a whole, nor the head of a table: what stands below "Rollback (if needed)"
    mostly says when. What only may or can be done is free on purpose, and so are how much of a thing ("as many as
    needed") and how often it is repeated: who repeats it sees when it is enough. Set off,
    "(if applicable)" says that there may be none. Outside of steps, in the
    bullets and the prose around them, it is an info.
    """
    words = words_of(sop, context)
    without_criterion = rf"(?!\s*(?:{'|'.join(words.criteria)})\b)" if words.criteria else ""
    for match, span, section in procedure_phrases(sop, words.hedges, without_criterion):
        if not _is_title(sop.body.prose.block(match.start()), section) and not _is_free(sop, match, words):
            hedge = " ".join(match[0].split())
            severity = None if is_in_step(sop, span) else Severity.INFO
            yield sop.finding(span, f'"{hedge}" leaves the decision open; say when', severity=severity)


def _is_free(sop: Sop, match: re.Match[str], words: Lexicon) -> bool:
    """Whether a hedge stands with what may be done or with an amount, or is the label of a case: "As needed - …"."""
    text = sop.body.prose.text
    before, behind = sentence_before(text, match.start()), sentence_after(text, match.end())
    permitted, is_first = any_phrase(words.permissions), not before.strip()
    if permitted.search(clause_before(text, match.start())):
        return True
    if is_first and any(permitted.fullmatch(word) for word in behind.lstrip(" ,").split()[:2]):
        return True  # "If required, you can …"
    if any_phrase(words.existences).fullmatch(match[0]) and _SET_OFF.search(before) and _SET_OFF_END.match(behind):
        return True
    if any_phrase(words.amounts).search(before) or any_phrase(words.repetitions).search(before):
        return True
    return is_first and _LABEL_END.match(behind) is not None


def _is_title(block: Block, section: Section) -> bool:
    """Whether a block is a heading, a line that is bold as a whole, or a cell in the head of a table."""
    first = block.inlines[0]
    if block.kind == "heading" or (first.kind == "strong" and not any(part.end > first.end for part in block.inlines)):
        return True
    tables = (table for top in section.blocks for table in top.walk() if table.kind == "table")
    return block.kind == "cell" and any(cell is block for table in tables for cell in table.children[0].children)
