"""SOP806: An action of registers/actions.yaml is done by its due day, and then verified."""

from collections.abc import Iterator

from sopkit.library import Library
from sopkit.lint.rule import Example, RuleScope, rule
from sopkit.model.finding import Finding, Severity
from sopkit.model.registers import Action

_ROW = "- {id: ACT-001, source: audit, action: write the SOP of patches, owner: security-lead, due: %s}\n"


@rule(
    "SOP806",
    severity=Severity.WARNING,
    scope=RuleScope.LIBRARY,
    bad=Example("", files={"registers/actions.yaml": _ROW % "2026-10-30"}),
    good=Example("", files={"registers/actions.yaml": _ROW % "2026-12-18"}),
)
def open_action(library: Library) -> Iterator[Finding]:
    """An action of registers/actions.yaml is done by its due day, and then verified.

    An action without a due day, and one that is done and that nobody but its owner has verified, are infos.

    Why: nobody answers for a promise whose day has passed; ISO/IEC 27001:2022, 10.2, asks that corrective actions are
    carried out and that it is looked at whether they helped.
    Mend: write under `done` the day on which it was done and under `verified_by` who looked at the result, or agree
    on a new day with the owner and say why under `cause`.
    """
    register = library.registers["actions"]
    for row in register.rows:
        if not isinstance(row, Action):
            continue
        open_still = row.gone(library.as_of) is None
        place = register.place(row.key, "due" if open_still else "done")
        if open_still and row.due is None:
            words = f"action `{row.id}` has no due day; agree on one with its owner"
            yield Finding(register.path, place, words, severity=Severity.INFO, weighed=True)
        elif open_still and row.due is not None and row.due < library.as_of:
            late = (library.as_of - row.due).days
            days = "1 day" if late == 1 else f"{late} days"
            words = f"action `{row.id}` was due on {row.due}, {days} ago; write under `done` when it was done"
            yield Finding(register.path, place, words)
        elif not open_still and row.verified_by and row.verified_by == row.owner:
            words = f"action `{row.id}` was verified by its owner; have another role look at the result"
            place = register.place(row.key, "verified_by")
            yield Finding(register.path, place, words, severity=Severity.INFO, weighed=True)
        elif not open_still and not row.verified_by:
            words = f"action `{row.id}` was done on {row.done} and nobody has verified it; name who did: `verified_by`"
            yield Finding(register.path, place, words, severity=Severity.INFO, weighed=True)
