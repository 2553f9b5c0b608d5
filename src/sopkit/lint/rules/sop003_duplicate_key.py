"""SOP003: A key stands once."""

from collections.abc import Iterator

from sopkit.lint.rule import RuleScope, no_check, rule
from sopkit.model.finding import Finding, Severity


@rule(
    "SOP003",
    severity=Severity.ERROR,
    scope=RuleScope.READER,
    bad="""
        ---
        owner: security-lead
        owner: it-operations
        ---
        """,
    good="""
        ---
        owner: security-lead
        ---
        """,
)
def duplicate_key() -> Iterator[Finding]:
    """A key stands once.

    Why: most YAML readers silently take the last one, so that two readers of the same file see two owners.
    Mend: keep one of the two lines.
    """
    return no_check()
