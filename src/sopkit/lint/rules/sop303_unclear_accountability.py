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
    for table in (block for block in sop.body.blocks if block.kind == "table"):
        columns = raci_columns(table)
        by_name = "R" in columns and "A" in columns
        if not by_name and not is_raci_matrix(sop, table):
            continue
        for row in table.children[1:]:
            if by_name:
                fault = _fault_of_names(row, columns["R"], columns["A"], context)
                advice = "name one role that is accountable, and who does it"
            else:
                letters = [match for cell in row.children[1:] if (match := raci_letters(cell.text.strip()))]
                fault = (
                    _fault(sum("A" in one for one in letters), any("R" in one for one in letters)) if letters else ""
                )
                advice = "name one A and at least one R"
            if fault:
                yield sop.finding(row_place(row), f"`{row_title(row)}` has {fault}; {advice}")


def _fault_of_names(row: Block, responsible_at: int, accountable_at: int, context: RuleContext) -> str:
    """What is wrong with a row whose cells name roles; the register tells if "Sales and legal" are two."""
    if not any(cell.text.strip() for cell in row.children[1:]):
        return ""
    responsible, accountable = (row.children[at].text.strip(" \t-–—") for at in (responsible_at, accountable_at))  # noqa: RUF001 - as people type them
    if is_check_mark(accountable) or is_check_mark(responsible):
        return ""  # the rows are roles
    parts = [accountable] if context.role(accountable) else split_names(accountable)
    are_several = _SEVERAL.search(accountable) or all(context.role(part) for part in parts)
    return _fault(len(parts) if are_several else 1, bool(responsible))


def _fault(accountable: int, responsible: object) -> str:
    several = "nobody accountable" if not accountable else "several accountable" if accountable > 1 else ""
    return " and ".join(part for part in (several, "" if responsible else "nobody responsible") if part)
