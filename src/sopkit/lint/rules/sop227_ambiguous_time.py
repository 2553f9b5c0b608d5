"""SOP227: A time can be read in one way only: not "bi-weekly", "COB" or 03/04/2026."""

import re
from collections.abc import Iterator

from sopkit.analysis.wording import words_of
from sopkit.library import RuleContext
from sopkit.lint.rule import rule
from sopkit.model.finding import Finding, Severity
from sopkit.model.sop import Sop
from sopkit.parsing.lexicon import any_phrase, phrase_needles

_DATE = re.compile(r"(?<![\w/.-])(0?[1-9]|1[0-2])/(0?[1-9]|1[0-2])/((?:19|20)\d\d)(?![\w/])")


@rule(
    "SOP227",
    severity=Severity.WARNING,
    bad="""
        ## Procedure

        1. **Line manager**: Report the leaver.
        2. **IT operations**: Compare the accounts bi-weekly with the payroll.
        3. **IT operations**: Close the ticket.
        """,
    good="""
        ## Procedure

        1. **Line manager**: Report the leaver.
        2. **IT operations**: Compare the accounts every two weeks with the payroll.
        3. **IT operations**: Close the ticket.
        """,
)
def ambiguous_time(sop: Sop, context: RuleContext) -> Iterator[Finding]:
    """A time can be read in one way only: not "bi-weekly", "COB" or 03/04/2026.

    Words that the same paragraph explains ("every other month") are let be, and so are headings, which are names, and a
    date with the same number for day and month.

    Why: "bi-weekly" is twice a week or every two weeks, "COB" ends in another hour in each office, and 03/04/2026 is in
    March or in April; each reader keeps another promise.
    Mend: write "every two weeks", the hour with its time zone, or the date as 2026-04-03.
    """
    words = words_of(sop, context)
    text = sop.body.prose
    if sop.source.may_say(phrase_needles(words.ambiguous_times)):
        explained = any_phrase(words.explained_times)
        block, is_clear = None, False
        for match in any_phrase(words.ambiguous_times).finditer(text.text):
            if block is not text.block(match.start()):
                block = text.block(match.start())
                is_clear = block.kind == "heading" or explained.search(block.text) is not None
            if not is_clear:
                phrase = " ".join(match[0].split())
                message = f'"{phrase}" can be read in two ways; say the interval, or the hour with its time zone'
                yield sop.finding(text.span(*match.span()), message)
    if "/19" in text.text or "/20" in text.text:
        for match in _DATE.finditer(text.text):
            if int(match[1]) != int(match[2]):
                message = f"{match[0]} is one day in Europe and another in America; write YYYY-MM-DD"
                yield sop.finding(text.span(*match.span()), message)
