"""SOP103: A section says something: it is neither empty nor only a marked decision."""

import re
from collections import Counter
from collections.abc import Iterator

from sopkit.library import RuleContext
from sopkit.lint.rule import rule
from sopkit.lint.sections import DECISION, is_empty_section
from sopkit.model.body import Section
from sopkit.model.finding import Finding, Severity
from sopkit.model.sop import Sop
from sopkit.parsing.sections import STEP_HEADING, heading_words

_NUMBER = re.compile(r"\W*(\d+(?:\.\d+)*)\.?\s")


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
        twin = names[heading_words(section.heading.text)] > 1  # SOP106's
        if twin or not is_empty_section(section) or _is_continued(sop, section):
            continue
        message = f"section {' and '.join(section.names)} is empty; write it"
        if any(DECISION.search(block.text) for top in section.blocks for block in top.walk()):
            what = "holds nothing but an open decision; decide it, and write what was decided"
            message = f"section {' and '.join(section.names)} {what}"
        yield sop.finding((section.heading.start, section.heading.end), message)


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
