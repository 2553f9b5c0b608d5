"""SOP207."""

import re
from collections.abc import Iterator

from sopkit.library import Library
from sopkit.model.finding import Finding, Severity
from sopkit.model.prose import Prose, prose
from sopkit.model.sop import Section, Sop
from sopkit.rules._rule import rule

_HEDGE = re.compile(
    r"\b(?:if|as|where|when|whenever)\s+(?:necessary|needed|appropriate|applicable|required)\b"
    r"(?!\s*(?:by|for|to|under|in|at|because|on)\b)",
    re.IGNORECASE,
)
_HINT = re.compile(rb"(?i)(?:necessary|needed|appropriate|applicable|required)")


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
def bare_hedge(sop: Sop, library: Library) -> Iterator[Finding]:
    """A step does not leave the decision to a hedge such as "if necessary" or "as required".

    Why: two people decide it in two ways, and an auditor cannot test what was promised.
    Mend: say when: "if the laptop held customer data". Only procedure sections are looked at, and in them neither
    headings, nor lines that are bold as a whole, nor the head of a table: what stands below "Rollback (if needed)"
    mostly says when.
    """
    if not _HINT.search(sop.source.data):
        return
    for section in sop.body.sections:
        if "Procedure" not in section.names:
            continue
        for text in _said(section):
            for match in _HEDGE.finditer(text.text):
                words = " ".join(match[0].split())
                yield sop.finding(text.span(*match.span()), f'"{words}" leaves the decision open; say when')


def _said(section: Section) -> Iterator[Prose]:
    """The prose of a section without headings, bold lines and the heads of tables."""
    for top in section.blocks:
        heads = {id(cell) for table in top.walk() if table.kind == "table" for cell in table.children[0].children}
        for block in top.walk():
            if block.inlines and block.kind not in {"code", "html", "heading"} and id(block) not in heads:
                first = block.inlines[0]
                if first.kind != "strong" or any(part.end > first.end for part in block.inlines):
                    yield prose(block)
