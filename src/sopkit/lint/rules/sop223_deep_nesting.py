"""SOP223: In a procedure lists stand at most three deep, and conditions at most two."""

import re
from collections.abc import Iterator
from itertools import islice

from sopkit.analysis.wording import words_of
from sopkit.library import RuleContext
from sopkit.lint.rule import rule
from sopkit.model.body import Block
from sopkit.model.finding import Finding, Severity
from sopkit.model.sop import Sop
from sopkit.parsing.lexicon import any_phrase

_MAX_LISTS = 3
_MAX_CONDITIONS = 2
_INDENTED = (b"    ", b"\t")


@rule(
    "SOP223",
    severity=Severity.WARNING,
    bad="""
        ## Procedure

        1. **Line manager**: Ask for access in Jira.
        2. **Asset owner**: Approve the request.
           - If the person is a contractor:
             - If the contract ends this year:
               - If it ends this month, then refuse.
        3. **IT operations**: Grant the access within 4 hours.
        """,
    good="""
        ## Procedure

        1. **Line manager**: Ask for access in Jira.
        2. **Asset owner**: Approve the request.
           - If the person is a contractor whose contract ends this month, then refuse.
           - If the contract ends this year, then set the access to end with it.
        3. **IT operations**: Grant the access within 4 hours.
        """,
)
def deep_nesting(sop: Sop, context: RuleContext) -> Iterator[Finding]:
    """In a procedure lists stand at most three deep, and conditions at most two.

    The first place in a step, or in a bullet of the first list, is told.
    A bullet or a step is a condition when it begins with one ("If …", "Unless …", "Else: …"), also behind its actor.

    Why: nobody can say in the fourth list which of the cases above still hold; under pressure it is done wrongly.
    Mend: join conditions by "and", make a step of each case, or put the cases into a table.
    """
    if not any(blanks in sop.source.data for blanks in _INDENTED):
        return
    words = words_of(sop, context)
    conditions = any_phrase((*words.cases, *words.otherwise))
    for section in sop.body.sections:
        if "Procedure" in section.names:
            for item in (item for block in section.blocks if block.kind == "list" for item in block.children):
                yield from islice(_too_deep(sop, item, conditions, 1, 0), 1)


def _too_deep(sop: Sop, block: Block, conditions: re.Pattern[str], lists: int, cases: int) -> Iterator[Finding]:
    if block.kind == "list":
        lists += 1
    elif cases == _MAX_CONDITIONS or any(child.kind == "list" for child in block.children):
        lead, _, rest = (block.children[0].text if block.children else "").partition(":")
        cases += any(conditions.match(words.strip()) is not None for words in (lead, rest))
    message = ""
    if lists > _MAX_LISTS:
        message = f"a list {lists} deep, at most {_MAX_LISTS}; make steps of the outer ones"
    elif cases > _MAX_CONDITIONS:
        message = f'a condition {cases} deep, at most {_MAX_CONDITIONS}; join them by "and", or make a table'
    if message:
        worded = next((below for below in block.walk() if below.inlines), block)
        yield sop.finding(sop.source.line_place(sop.source.line_of(worded.start)), message)
        return
    for child in block.children:
        if child.kind in {"list", "item"}:
            yield from _too_deep(sop, child, conditions, lists, cases)
