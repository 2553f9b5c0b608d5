"""SOP220: An SOP says how to take back what it did, where its area or its template asks for that."""

from collections.abc import Iterator

from sopkit.library import RuleContext
from sopkit.lint.rule import Example, rule
from sopkit.lint.sections import required_section_findings
from sopkit.model.finding import Finding, FixClass, Severity
from sopkit.model.sop import Sop

_REQUIRES_ROLLBACK = '[areas.access-control]\nrequires = ["records", "rollback"]\n'


@rule(
    "SOP220",
    severity=Severity.WARNING,
    fix=FixClass.MATERIAL,
    bad=Example("", files={"sopkit.toml": _REQUIRES_ROLLBACK}),
    good=Example(
        """
        ## Rollback

        1. **IT operations**: Take the access back in Okta.
        """,
        files={"sopkit.toml": _REQUIRES_ROLLBACK},
    ),
)
def no_rollback(sop: Sop, context: RuleContext) -> Iterator[Finding]:
    """An SOP says how to take back what it did, where its area or its template asks for that.

    An area asks by `[areas.NAME] requires`, as the shipped area change-management does; a template by a heading of its
    own. Any heading that holds the word counts, such as "Rollback plan" below the procedure.

    Why: the way back is needed when there is no time to invent it.
    Mend: write who decides to go back, until when that is possible, and the steps; `--fix` adds a stub with a marked
    decision.
    """
    yield from required_section_findings(sop, context, "Rollback", "say who decides to go back, and how")
