"""SOP001: unreadable document."""

from sopkit.lint.rule import Example, RuleScope, rule
from sopkit.model.finding import Severity


@rule(
    "SOP001",
    severity=Severity.ERROR,
    scope=RuleScope.READER,
    bad=Example(
        """
        ---
        id: AC-001
        <<<<<<< HEAD
        owner: ciso
        =======
        owner: it-operations
        >>>>>>> main
        ---
        """,
        whole=True,
    ),
    good="""
        ---
        owner: security-lead
        ---
        """,
)
def unreadable_document() -> None:
    """A document is text that can be read: UTF-8, without NUL bytes or merge-conflict markers, of sensible size.

    Why: what cannot be read cannot be followed, and nothing else in it can be judged, so this is then the only
    finding in the file.
    Mend: save the file as UTF-8; decide between the two texts of the conflict; split a file of over 2 MiB.
    """
