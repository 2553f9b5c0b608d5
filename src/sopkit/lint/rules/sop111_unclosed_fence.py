"""SOP111: A code fence is closed."""

from sopkit.lint.rule import RuleScope, rule
from sopkit.model.finding import Severity


@rule(
    "SOP111",
    severity=Severity.ERROR,
    scope=RuleScope.READER,
    bad="""
        ## References

        - ISO 27001:2022 A.5.18 Access rights

        ```text
        last line
        """,
    good="""
        ## References

        - ISO 27001:2022 A.5.18 Access rights

        ```text
        last line
        ```
        """,
)
def unclosed_fence() -> None:
    """A code fence is closed.

    Why: an open fence runs to the end of the file and turns every heading and step below it into code.
    Mend: add the closing line with as many backticks or tildes as the opening one.
    """
