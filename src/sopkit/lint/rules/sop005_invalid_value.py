"""SOP005: Every value is of the kind that its key asks for."""

from sopkit.lint.rule import RuleScope, rule
from sopkit.model.finding import FixClass, Severity


@rule(
    "SOP005",
    severity=Severity.ERROR,
    scope=RuleScope.READER,
    fix=FixClass.SUGGESTION,
    bad="""
        ---
        effective: 2026-02-30
        ---
        """,
    good="""
        ---
        effective: 2026-02-28
        ---
        """,
)
def invalid_value() -> None:
    """Every value is of the kind that its key asks for.

    Why: a date that is no day of the calendar, or a status that does not exist, makes reviews and reports wrong
    without a sound.
    Mend: write a value of that kind; dates are YYYY-MM-DD, intervals `12 months`, `6 weeks` or `P6M`.
    """
