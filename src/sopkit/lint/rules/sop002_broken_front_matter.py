"""SOP002: A document begins with its front matter: YAML between two lines `---`."""

from sopkit.lint.rule import RuleScope, rule
from sopkit.model.finding import FixClass, Severity


@rule(
    "SOP002",
    severity=Severity.ERROR,
    scope=RuleScope.READER,
    fix=FixClass.SUGGESTION,
    bad="""
        ---
        title: Access: grant and remove
        ---
        """,
    good="""
        ---
        title: "Access: grant and remove"
        ---
        """,
)
def broken_front_matter() -> None:
    """A document begins with its front matter: YAML between two lines `---`.

    Why: id, owner, status and controls are read from it; when it is missing, unclosed, headless, preceded by other
    text or not YAML, the SOP has none of them. Registers are judged as well: each is a YAML list of rows.
    Mend: put `---` on the first line and after the last key; put a value with a colon in quotes; indent with spaces.
    """
