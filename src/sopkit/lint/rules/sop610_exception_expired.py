"""SOP610: An exception has not ended, names the risk that it carries, and the role that allowed it."""

from collections.abc import Iterator

from sopkit.library import Library
from sopkit.lint.rule import Example, RuleScope, rule
from sopkit.model.finding import Finding, Severity
from sopkit.model.registers import Exemption

_ROW = "- {id: EXC-001, sop: AC-001, what: contractors wait a day, %s, until: %s}\n"


@rule(
    "SOP610",
    severity=Severity.ERROR,
    scope=RuleScope.LIBRARY,
    bad=Example(
        "", files={"registers/exceptions.yaml": _ROW % ("risk: RSK-002, approver: security-lead", "2026-06-30")}
    ),
    good=Example(
        "", files={"registers/exceptions.yaml": _ROW % ("risk: RSK-002, approver: security-lead", "2027-06-30")}
    ),
)
def exception_expired(library: Library) -> Iterator[Finding]:
    """An exception has not ended, names the risk that it carries, and the role that allowed it.

    The last day (`until`) still counts.

    Why: an exception that ran out is a procedure that nobody follows and nobody allows; without risk or approver
    nobody has weighed it.
    Mend: follow the procedure again and delete the row, or have it approved anew with a later `until`.
    """
    register = library.registers["exceptions"]
    for row in register.rows:
        if not isinstance(row, Exemption):
            continue
        if row.until is not None and row.until < library.as_of:
            words = f"exception `{row.id}` ended on {row.until}; delete the row, or have it approved anew"
            yield Finding(register.path, register.place(row.key, "until"), words)
        lacks = [name for name in ("risk", "approver") if not getattr(row, name)]
        if lacks:
            words = f"exception `{row.id}` has no {' and no '.join(lacks)}; name what it risks and who allowed it"
            yield Finding(register.path, register.place(row.key), words)
