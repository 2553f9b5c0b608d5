"""SOP101."""

from collections.abc import Iterator

from sopkit.model.finding import Finding, FixClass, Severity
from sopkit.rules._example import Example
from sopkit.rules._rule import Scope, nothing, rule


@rule(
    "SOP101",
    severity=Severity.ERROR,
    scope=Scope.READER,
    fix=FixClass.MATERIAL,
    bad=Example("", without=("Scope",)),
    good="""
        ## Scope

        All staff accounts in Okta. Service accounts are out of scope.
        """,
)
def missing_section() -> Iterator[Finding]:
    """An SOP has the six sections Purpose, Scope, Roles, Inputs, Procedure and References.

    Why: readers, auditors and the reports look for them; a procedure without a scope or without roles cannot be
    followed by somebody who did not write it. Other headings that mean the same are known ("Responsibilities",
    "Prerequisites", "Steps"); `[sections] aliases` adds more, in any language.
    Mend: add the section; `--fix` adds a stub with a marked decision.
    """
    return nothing()
