"""SOP514: A risk that is accepted names the role that accepted it, and the day."""

from collections.abc import Iterator

from sopkit.library import Library
from sopkit.lint.rule import Example, RuleScope, rule
from sopkit.model.finding import Finding, Severity
from sopkit.model.registers import Risk

_SOP = "---\nrisks: [RSK-010]\n---\n"
_ROW = "- {id: RSK-010, title: The production account is lost, owner: security-lead, treatment: accept%s}\n"


@rule(
    "SOP514",
    severity=Severity.WARNING,
    scope=RuleScope.LIBRARY,
    bad=Example(_SOP, files={"registers/risks.yaml": _ROW % ""}),
    good=Example(_SOP, files={"registers/risks.yaml": _ROW % ", accepted_by: security-lead, accepted_on: 2026-02-16"}),
)
def unaccepted_risk(library: Library) -> Iterator[Finding]:
    """A risk that is accepted names the role that accepted it, and the day.

    A row with `treatment: accept` has both `accepted_by` and `accepted_on`. Any other row has both or neither: what
    remains of a risk that is treated is accepted too. The day is not in the future. Closed risks are not checked.

    Why: ISO/IEC 27001:2022, 6.1.3 f, requires that the owners of risks accept what remains of them; an acceptance
    without a name and a date cannot be shown to an auditor, and nobody knows when to look at it again.
    Mend: have the owner of the risk, or management, decide; write the role under `accepted_by` and the date of the
    decision under `accepted_on`.
    """
    register = library.registers["risks"]
    for row in register.rows:
        if not isinstance(row, Risk) or row.gone(library.as_of) is not None:
            continue
        lacks = [name for name in ("accepted_by", "accepted_on") if not getattr(row, name)]
        if lacks and (row.treatment == "accept" or len(lacks) == 1):
            column = "treatment" if row.treatment == "accept" else ({"accepted_by", "accepted_on"} - {*lacks}).pop()
            words = f"risk `{row.id}` is accepted without `{'` and `'.join(lacks)}`"
            advice = "write which role accepted it, and when"
            yield Finding(register.path, register.place(row.key, column), f"{words}; {advice}")
        if row.accepted_on is not None and row.accepted_on > library.as_of:
            words = f"risk `{row.id}` was accepted on {row.accepted_on}, which is in the future; correct the date"
            yield Finding(register.path, register.place(row.key, "accepted_on"), words)
