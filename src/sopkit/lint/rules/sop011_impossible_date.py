"""SOP011: impossible date."""

from collections.abc import Iterator
from datetime import date

from sopkit.library import Library, RuleContext
from sopkit.lint.rule import Example, rule
from sopkit.model.durations import date_part
from sopkit.model.finding import Finding, Severity
from sopkit.model.registers import Exemption, Person, Role, RowModel
from sopkit.model.sop import Sop
from sopkit.model.source import Loc

_CLAIMS = '[front_matter]\nclaims = { reviewed = "last_reviewed" }\n'


def _in_registers(library: Library) -> Iterator[Finding]:
    for name in ("people", "roles", "exceptions"):
        register = library.registers[name]
        for row in register.rows if register else ():
            for loc, since, until in _spans(row):
                if since is not None and until is not None and until < since:
                    message = f"`{loc[-1]}` is {until}, which is before `from`, {since}; correct one of the two"
                    yield Finding(register.path, register.place(row.key, *loc), message)


def _spans(row: RowModel) -> Iterator[tuple[Loc, date | None, date | None]]:
    """Each pair of days in a row: where the later one stands, the first day and the last."""
    if isinstance(row, Exemption):
        yield ("until",), row.since, row.until
    if isinstance(row, Person):
        yield ("to",), row.since, row.until
        for index, key in enumerate(row.signing_keys):
            yield ("signing_keys", index, "to"), key.since, key.until
    if isinstance(row, Role):
        for column in ("holders", "deputies"):
            for index, holder in enumerate(getattr(row, column)):
                yield (column, index, "to"), holder.since, holder.until


@rule(
    "SOP011",
    severity=Severity.ERROR,
    in_registers=_in_registers,
    bad=Example(
        """
        ---
        last_reviewed: 2027-01-11
        ---
        """,
        files={"sopkit.toml": _CLAIMS},
    ),
    good=Example(
        """
        ---
        last_reviewed: 2026-01-11
        ---
        """,
        files={"sopkit.toml": _CLAIMS},
    ),
)
def impossible_date(sop: Sop, context: RuleContext) -> Iterator[Finding]:
    """A review that the front matter claims is not in the future, and in registers no time ends before it begins.

    The key that claims a review is the one of `[front_matter] claims`. In registers `from` is compared with `to` of
    people, of their keys and of the holders of roles, and with `until` of exceptions.

    Why: a review that has not happened yet proves nothing, and moves the next one away; nobody holds a role in a time
    that ends before it begins, so approvals by that role do not count.
    Mend: write the day on which it happened.
    """
    key = context.config.front_matter.claims.get("reviewed", "")
    typed = sop.front.typed.get(key)
    try:
        day = date.fromisoformat(date_part(typed).strip()) if isinstance(typed, str) else None
    except ValueError:
        return  # SOP005's
    if day is not None and day > context.as_of and not sop.flawed(key):
        words = f"the review of {day} is after {context.as_of}, the day judged"
        yield sop.finding(key, f"{words}; write the day on which it was reviewed")
