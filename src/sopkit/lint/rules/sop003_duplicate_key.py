"""SOP003: A key stands once."""

from sopkit.lint.rule import RuleScope, rule
from sopkit.model.finding import Severity


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
def duplicate_key() -> None:
    """A key stands once.

    Why: most YAML readers silently take the last one, so that two readers of the same file see two owners.
    Mend: keep one of the two lines.
    """
