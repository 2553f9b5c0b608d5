"""SOP017: An ignore has a reason, is in time, and takes a finding out."""

from sopkit.lint.rule import RuleScope, rule
from sopkit.model.finding import Severity


@rule(
    "SOP017",
    severity=Severity.WARNING,
    scope=RuleScope.READER,
    bad="""
        ## Scope

        <!-- sopkit: ignore SOP104 the vendor calls it so -->
        All staff accounts.
        """,
    good="""
        ## Scope

        <!-- sopkit: ignore SOP104 the product is called so -->
        All staff accounts in TODO Pro.
        """,
)
def idle_ignore() -> None:
    """An ignore has a reason, is in time, and takes a finding out.

    Told likewise: settings of `[[lint.paths]]` in sopkit.toml that match no file, and what is gone from a baseline.

    Why: an ignore is a decision that an auditor may ask about; one without a reason cannot be answered for and does
    not count, and one that matches nothing hides the next finding of its kind.
    Mend: write the reason behind the code, or delete the ignore.
    """
