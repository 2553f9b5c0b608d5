"""SOP006: The keys that the status asks for are there."""

from sopkit.lint.rule import Example, RuleScope, rule
from sopkit.model.finding import FixClass, Severity


@rule(
    "SOP006",
    severity=Severity.ERROR,
    scope=RuleScope.READER,
    fix=FixClass.MATERIAL,
    bad=Example("", without=("criticality",)),
    good="""
        ---
        criticality: medium
        ---
        """,
)
def missing_key() -> None:
    """The keys that the status asks for are there.

    Why: a draft needs id, title, version, status, area and owner; a trial also approvers, criticality,
    contributors and triggers; an active SOP also effective and records. ISO/IEC 27001:2022, 7.5.2, asks for
    identification and description of documented information.
    Mend: add the key. `--fix` adds those that have an obvious value: id and area from the path, title from the
    heading, `status: draft`, `version: "0.1"`, `criticality: medium`.
    """
