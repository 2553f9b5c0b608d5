"""SOP207."""

from collections.abc import Iterator

from sopkit.library import Library
from sopkit.model.blocks import Block
from sopkit.model.finding import Finding, Severity
from sopkit.model.sop import Section, Sop
from sopkit.rules._rule import rule
from sopkit.rules._wording import in_procedures, words_of


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
    words = words_of(sop, library)
    without_criterion = rf"(?!\s*(?:{'|'.join(words.criteria)})\b)" if words.criteria else ""
    for match, span, section in in_procedures(sop, words.hedges, without_criterion):
        if not _is_title(sop.body.prose.block(match.start()), section):
            hedge = " ".join(match[0].split())
            yield sop.finding(span, f'"{hedge}" leaves the decision open; say when')


def _is_title(block: Block, section: Section) -> bool:
    """Whether a block is a heading, a line that is bold as a whole, or a cell in the head of a table."""
    first = block.inlines[0]
    if block.kind == "heading" or (first.kind == "strong" and not any(part.end > first.end for part in block.inlines)):
        return True
    if block.kind != "cell":
        return False
    tables = (table for top in section.blocks for table in top.walk() if table.kind == "table")
    return any(cell is block for table in tables for cell in table.children[0].children)
