"""SOP205: A step has at most 40 words."""

from collections.abc import Iterator

from sopkit.library import RuleContext
from sopkit.lint.rule import rule
from sopkit.lint.step_lead import words_of_step
from sopkit.model.body import CODE_PLACEHOLDER
from sopkit.model.finding import Finding, Severity
from sopkit.model.sop import Sop

_MAX_WORDS = 40


@rule(
    "SOP205",
    severity=Severity.WARNING,
    bad="""
        ## Procedure

        1. **Line manager**: Report the leaver.
        2. **IT operations**: Disable the account in the console of Okta, where the user is found by name or by the
           number that the personnel department gave, end the sessions that are open in the browser and on the phone,
           and remove the user from each group that gives a right in production.
        3. **IT operations**: Close the ticket.
        """,
    good="""
        ## Procedure

        1. **Line manager**: Report the leaver.
        2. **IT operations**: Disable the account in the console of Okta.
        3. **IT operations**: End the sessions that are open.
        4. **IT operations**: Close the ticket.
        """,
)
def step_too_long(sop: Sop, context: RuleContext) -> Iterator[Finding]:
    """A step has at most 40 words.

    Counted is the text of the step itself without who acts; what stands in bullets below it is not, and a piece of
    code is one word.

    Why: who carries a step out reads it while doing it; in a long one a part is overlooked.
    Mend: make two steps of it, or move reasons and details into a bullet: `- Note: …`, `- Expect: …`.
    """
    for step in sop.body.steps:
        if len(step.text) <= _MAX_WORDS * 2 or step.text.count(" ") < _MAX_WORDS:
            continue
        words = words_of_step(sop, step).split()
        count = sum(CODE_PLACEHOLDER in word or any(map(str.isalnum, word)) for word in words)
        if count > _MAX_WORDS:
            message = f"step {step.number} has {count} words; split it, or move details into a bullet below it"
            yield sop.finding((step.start, step.end), message)
