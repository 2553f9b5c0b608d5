"""SOP807: row review overdue."""

from collections.abc import Iterator
from datetime import timedelta

from sopkit.library import Library
from sopkit.lint.rule import Example, RuleScope, rule
from sopkit.model.finding import Finding, Severity
from sopkit.model.registers import External, Risk, Vendor

_YEAR = timedelta(days=366)
_ROW = "- {id: okta, title: Okta, tier: 1, owner: security-lead, review: %s}\n"


@rule(
    "SOP807",
    severity=Severity.WARNING,
    scope=RuleScope.LIBRARY,
    bad=Example("", files={"registers/vendors.yaml": _ROW % "2026-09-30"}),
    good=Example("", files={"registers/vendors.yaml": _ROW % "2027-09-30"}),
)
def row_review_overdue(library: Library) -> Iterator[Finding]:
    """Risks and vendors are reviewed by the day under `review`; the edition of an external document is checked yearly.

    Rows that are no longer in force, and those without such a day, are let be.

    Why: ISO/IEC 27001:2022 asks for risks that are assessed at planned intervals (8.2) and for services of suppliers
    that are reviewed (A.5.22); an SOP that rests on an old edition of somebody else's document is wrong unseen.
    Mend: review the row and write the next day under `review`; look up the edition and write today under `checked`.
    """
    for register in (library.registers[name] for name in ("risks", "vendors", "external")):
        for row in (row for row in register.rows if row.gone(library.as_of) is None):
            if isinstance(row, Risk | Vendor) and row.review is not None and row.review < library.as_of:
                words = f"`{row.key}` was to be reviewed by {row.review}; review it and write the next day"
                yield Finding(register.path, register.place(row.key, "review"), words)
            if isinstance(row, External) and row.checked is not None and row.checked + _YEAR < library.as_of:
                words = f"the edition of `{row.key}` was last checked on {row.checked}"
                place = register.place(row.key, "checked")
                yield Finding(register.path, place, f"{words}; look it up, and write the day")
