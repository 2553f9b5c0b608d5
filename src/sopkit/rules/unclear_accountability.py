"""SOP303."""

import re
from collections.abc import Iterator

from sopkit.library import Library
from sopkit.model.blocks import Block
from sopkit.model.finding import Finding, Severity
from sopkit.model.sop import Sop
from sopkit.rules._rule import rule
from sopkit.text.actors import parts_of

_CELL = re.compile(r"^\W*([RASCIV](?:(?:\s*[/,&+]\s*|\s*)[RASCIV])*)\W*(?:\([^)]*\)\W*)?$")
"""A cell of a matrix: `R`, `A/R`, `RA`, `R, C`, `R (backup)`. RASCI has S for support, RACI-VS V for verify."""
_SEVERAL = re.compile(r"\w\s*[,;+/]\s*\w")
_TICK = re.compile(r"[xX\u2713\u2714\u2611\u2705\u25cf\u2022]")
_COLUMNS = ("responsible", "accountable")
_LEAST_COLUMNS, _LEAST_SHARE, _LONGEST_CELL = 3, 0.5, 60


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
        heads = [cell.text.strip().casefold() for cell in table.children[0].children]
        short = not {"c", "i"}.isdisjoint(heads)  # | Step | R | A | C | I |
        columns = [
            next((at for at, head in enumerate(heads) if head.startswith(word) or (short and head == word[0])), -1)
            for word in _COLUMNS
        ]
        if -1 not in columns:
            yield from _named(sop, library, table, columns)
        elif _is_matrix(sop, table):
            yield from _lettered(sop, table)


def _is_matrix(sop: Sop, table: Block) -> bool:
    cells = [cell.text.strip() for row in table.children[1:] for cell in row.children[1:] if cell.text.strip()]
    letters = [match for text in cells if (match := _letters(text))]
    every = set("".join(letters))
    return (
        len(table.children[0].children) >= _LEAST_COLUMNS
        and len(letters) > len(cells) * _LEAST_SHARE
        and {"A", "R"} <= every
        and (not every.isdisjoint("SCI") or sop.source.has(b"raci", b"rasci"))
    )


def _letters(text: str) -> str:
    """The letters in a cell of a matrix, or nothing."""
    match = _CELL.match(text) if len(text) <= _LONGEST_CELL else None
    return match[1] if match else ""


def _lettered(sop: Sop, table: Block) -> Iterator[Finding]:
    for row in table.children[1:]:
        letters = [match for cell in row.children[1:] if (match := _letters(cell.text.strip()))]
        if not letters:
            continue
        accountable = sum("A" in found for found in letters)
        wrong = _wrong(accountable, any("R" in found for found in letters))
        if wrong:
            yield sop.finding(_place(row), f"`{_title(row)}` has {wrong}; name one A and at least one R")


def _named(sop: Sop, library: Library, table: Block, columns: list[int]) -> Iterator[Finding]:
    for row in table.children[1:]:
        if not any(cell.text.strip() for cell in row.children[1:]):
            continue
        responsible, accountable = (row.children[at].text.strip(" \t-–—") for at in columns)  # noqa: RUF001 - as people type them
        if _TICK.fullmatch(accountable) or _TICK.fullmatch(responsible):
            continue  # the rows are roles
        if wrong := _wrong(_count(accountable, library), bool(responsible)):
            yield sop.finding(
                _place(row), f"`{_title(row)}` has {wrong}; name one role that is accountable, and who does it"
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


def _title(row: Block) -> str:
    return " ".join(row.children[0].text.split())


def _place(row: Block) -> tuple[int, int]:
    first = row.children[0]
    return (first.inlines[0].start, first.inlines[-1].end) if first.inlines else (row.start, row.end)
