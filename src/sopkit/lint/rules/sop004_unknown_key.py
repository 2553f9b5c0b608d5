"""SOP004: Every key is one that the schema knows."""

from sopkit.lint.rule import RuleScope, rule
from sopkit.model.finding import FixClass, Severity


@rule(
    "SOP004",
    severity=Severity.ERROR,
    scope=RuleScope.READER,
    fix=FixClass.SUGGESTION,
    bad="""
        ---
        review_evry: 6 months
        ---
        """,
    good="""
        ---
        review_every: 6 months
        ---
        """,
)
def unknown_key() -> None:
    """Every key is one that the schema knows.

    Why: a misspelt key is a setting that nobody reads: `review_evry: 6 months` leaves the default in force.
    Mend: correct the spelling; keys of another tool go under `[front_matter] extra` in sopkit.toml.
    """
