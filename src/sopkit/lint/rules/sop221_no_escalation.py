"""SOP221: no escalation."""

from collections.abc import Iterator

from sopkit.library import RuleContext
from sopkit.lint.rule import Example, rule
from sopkit.lint.sections import required_section_findings
from sopkit.model.finding import Finding, FixClass, Severity
from sopkit.model.sop import Sop


@rule(
    "SOP221",
    severity=Severity.WARNING,
    fix=FixClass.MATERIAL,
    bad=Example(
        """
        ---
        area: incident-handling
        ---
        """
    ),
    good=Example(
        """
        ---
        area: incident-handling
        ---
        ## Escalation

        - Nobody acknowledges the page for 15 minutes: page the security lead.
        """
    ),
)
def no_escalation(sop: Sop, context: RuleContext) -> Iterator[Finding]:
    """An SOP says to whom to turn when it does not go as written, where its area or its template asks for that.

    An area asks by `[areas.NAME] requires`, as the shipped area incident-handling does; a template by a heading of its
    own. Any heading that holds the word counts, such as "Escalation path".

    Why: who is alone with a failure at night must not have to think about whom to wake.
    Mend: write when, to whom and how; `--fix` adds a stub with a marked decision.
    """
    yield from required_section_findings(sop, context, "Escalation", "say when to turn to whom, and how")
