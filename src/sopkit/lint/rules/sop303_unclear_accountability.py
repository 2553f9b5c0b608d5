"""SOP303: Each row of a RACI table has exactly one A and at least one R."""

import re
from collections.abc import Iterator

from sopkit.library import RuleContext
from sopkit.lint.rule import rule
from sopkit.model.body import Block
from sopkit.model.finding import Finding, Severity
from sopkit.model.sop import Sop
from sopkit.parsing.roles import (
    is_check_mark,
    is_raci_matrix,
    raci_columns,
    raci_letters,
    row_place,
    row_title,
    split_names,
)

_SEVERAL = re.compile(r"\w\s*[,;+/]\s*\w")


@rule(
    "SOP303",
    severity=Severity.ERROR,
    bad="""
        ## Roles

        | Step | Line manager | Asset owner | IT operations |
        | --- | --- | --- | --- |
        | Ask for access | R | A | I |
        | Approve the request | C | A | A |
        | Grant the access | I | A | R |
        """,
    good="""
        ## Roles

        | Step | Line manager | Asset owner | IT operations |
        | --- | --- | --- | --- |
        | Ask for access | R | A | I |
        | Approve the request | C | A/R | I |
        | Grant the access | I | A | R |
        """,
)
def unclear_accountability(sop: Sop, context: RuleContext) -> Iterator[Finding]:
    """Each row of a RACI table has exactly one A and at least one R.

    A table is taken for one when most of its cells are the letters R, A, S, C and I, alone or joined as in `A/R`, and
    both A and R occur; or when its head has columns "Responsible" and "Accountable", whose cells name roles. Rows that
    only group others are let be.

    Why: two who answer for a thing each rely on the other; with none, or nobody who does it, it stays undone.
    Mend: decide who answers for the row (A) and who does it (R); one role may be both: `A/R`.
    """
    for table in sop.body.blocks:
        if table.kind != "table":
            continue
        columns = raci_columns(table)
        if "R" in columns and "A" in columns:
            yield from _name_findings(sop, context, table, [columns["R"], columns["A"]])
        elif is_raci_matrix(sop, table):
            yield from _letter_findings(sop, table)


def _letter_findings(sop: Sop, table: Block) -> Iterator[Finding]:
    for row in table.children[1:]:
        found = [match for cell in row.children[1:] if (match := raci_letters(cell.text.strip()))]
        if not found:
            continue
        accountable = sum("A" in one for one in found)
        wrong = _message(accountable, any("R" in one for one in found))
        if wrong:
            yield sop.finding(row_place(row), f"`{row_title(row)}` has {wrong}; name one A and at least one R")


def _name_findings(sop: Sop, context: RuleContext, table: Block, columns: list[int]) -> Iterator[Finding]:
    for row in table.children[1:]:
        if not any(cell.text.strip() for cell in row.children[1:]):
            continue
        responsible, accountable = (row.children[at].text.strip(" \t-–—") for at in columns)  # noqa: RUF001 - as people type them
        if is_check_mark(accountable) or is_check_mark(responsible):
            continue  # the rows are roles
        if wrong := _message(_count(accountable, context), bool(responsible)):
            yield sop.finding(
                row_place(row), f"`{row_title(row)}` has {wrong}; name one role that is accountable, and who does it"
            )


def _count(accountable: str, context: RuleContext) -> int:
    """How many roles a cell names; the register tells if "Sales and legal" are two."""
    if context.role(accountable):
        return 1
    parts = split_names(accountable)
    if _SEVERAL.search(accountable) or all(context.role(part) for part in parts):
        return len(parts)
    return 1


def _message(accountable: int, responsible: object) -> str:
    several = "nobody accountable" if not accountable else "several accountable" if accountable > 1 else ""
    nobody = "" if responsible else "nobody responsible"
    return " and ".join(part for part in (several, nobody) if part)
