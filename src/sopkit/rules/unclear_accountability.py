"""SOP303."""

import re
from collections.abc import Iterator

from sopkit.library import Library
from sopkit.model.blocks import Block
from sopkit.model.finding import Finding, Severity
from sopkit.model.sop import Sop
from sopkit.rules._rule import rule
from sopkit.text.actors import parts_of
from sopkit.text.raci import is_matrix, is_tick, letters, named_columns, row_place, row_title

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
def unclear_accountability(sop: Sop, library: Library) -> Iterator[Finding]:
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
        columns = named_columns(table)
        if "R" in columns and "A" in columns:
            yield from _named(sop, library, table, [columns["R"], columns["A"]])
        elif is_matrix(sop, table):
            yield from _lettered(sop, table)


def _lettered(sop: Sop, table: Block) -> Iterator[Finding]:
    for row in table.children[1:]:
        found = [match for cell in row.children[1:] if (match := letters(cell.text.strip()))]
        if not found:
            continue
        accountable = sum("A" in one for one in found)
        wrong = _wrong(accountable, any("R" in one for one in found))
        if wrong:
            yield sop.finding(row_place(row), f"`{row_title(row)}` has {wrong}; name one A and at least one R")


def _named(sop: Sop, library: Library, table: Block, columns: list[int]) -> Iterator[Finding]:
    for row in table.children[1:]:
        if not any(cell.text.strip() for cell in row.children[1:]):
            continue
        responsible, accountable = (row.children[at].text.strip(" \t-–—") for at in columns)  # noqa: RUF001 - as people type them
        if is_tick(accountable) or is_tick(responsible):
            continue  # the rows are roles
        if wrong := _wrong(_count(accountable, library), bool(responsible)):
            yield sop.finding(
                row_place(row), f"`{row_title(row)}` has {wrong}; name one role that is accountable, and who does it"
            )


def _count(accountable: str, library: Library) -> int:
    """How many roles a cell names; the register tells if "Sales and legal" are two."""
    if library.role(accountable):
        return 1
    parts = parts_of(accountable)
    if _SEVERAL.search(accountable) or all(library.role(part) for part in parts):
        return len(parts)
    return 1


def _wrong(accountable: int, responsible: object) -> str:
    several = "nobody accountable" if not accountable else "several accountable" if accountable > 1 else ""
    nobody = "" if responsible else "nobody responsible"
    return " and ".join(part for part in (several, nobody) if part)
