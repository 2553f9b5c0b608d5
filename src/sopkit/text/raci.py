"""Who is responsible (R), accountable (A), consulted (C) and informed (I), as the tables of an SOP tell it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from sopkit.model.blocks import Block
from sopkit.model.sop import Sop

_CELL = re.compile(r"^\W*([RASCIV](?:(?:\s*[/,&+]\s*|\s*)[RASCIV])*)\W*(?:\([^)]*\)\W*)?$")
"""A cell of a matrix: `R`, `A/R`, `RA`, `R, C`, `R (backup)`. RASCI has S for support, RACI-VS V for verify."""
_TICK = re.compile(r"[xX\u2713\u2714\u2611\u2705\u25cf\u2022]")
_WORDS = {"R": "responsible", "A": "accountable", "C": "consulted", "I": "informed"}
_LEAST_COLUMNS, _LEAST_SHARE, _LONGEST_CELL = 3, 0.5, 60


@dataclass(frozen=True, slots=True)
class Assigned:
    """What a table assigns to a role, as it is named there: one of the letters R, A, C and I for the title of a row."""

    role: str
    letter: str
    title: str
    start: int
    end: int


def assigned(sop: Sop) -> Iterator[Assigned]:
    """Everything that the RACI tables of an SOP assign."""
    for table in sop.body.blocks:
        if table.kind != "table":
            continue
        columns = named_columns(table)
        if "R" in columns and "A" in columns:
            yield from _of_names(table, columns)
        elif is_matrix(sop, table):
            yield from _of_letters(table)


def named_columns(table: Block) -> dict[str, int]:
    """Letter to the column whose head is its word, such as "Responsible", or the letter beside C or I."""
    heads = [cell.text.strip().casefold() for cell in table.children[0].children]
    short = not {"c", "i"}.isdisjoint(heads)  # | Step | R | A | C | I |
    found = {}
    for letter, word in _WORDS.items():
        names = (at for at, head in enumerate(heads) if head.startswith(word) or (short and head == letter.casefold()))
        if (at := next(names, None)) is not None:
            found[letter] = at
    return found


def is_matrix(sop: Sop, table: Block) -> bool:
    """Whether most cells of a table are the letters, both A and R among them."""
    cells = [cell.text.strip() for row in table.children[1:] for cell in row.children[1:] if cell.text.strip()]
    found = [match for text in cells if (match := letters(text))]
    every = set("".join(found))
    return (
        len(table.children[0].children) >= _LEAST_COLUMNS
        and len(found) > len(cells) * _LEAST_SHARE
        and {"A", "R"} <= every
        and (not every.isdisjoint("SCI") or sop.source.has(b"raci", b"rasci"))
    )


def letters(text: str) -> str:
    """The letters in a cell of a matrix, or nothing."""
    match = _CELL.match(text) if len(text) <= _LONGEST_CELL else None
    return match[1] if match else ""


def is_tick(text: str) -> bool:
    """Whether a cell is a mark: then the rows are roles."""
    return _TICK.fullmatch(text) is not None


def row_title(row: Block) -> str:
    """What a row is about."""
    return " ".join(row.children[0].text.split())


def row_place(row: Block) -> tuple[int, int]:
    """The bytes of its title."""
    first = row.children[0]
    return (first.inlines[0].start, first.inlines[-1].end) if first.inlines else (row.start, row.end)


def _of_letters(table: Block) -> Iterator[Assigned]:
    heads = [cell.text.strip() for cell in table.children[0].children]
    for row in table.children[1:]:
        for role, cell in zip(heads[1:], row.children[1:], strict=False):
            for letter in dict.fromkeys(letters(cell.text.strip())):
                if role and letter in _WORDS:
                    yield Assigned(role, letter, row_title(row), *row_place(row))


def _of_names(table: Block, columns: dict[str, int]) -> Iterator[Assigned]:
    for row in table.children[1:]:
        for letter, at in columns.items():
            name = row.children[at].text.strip(" \t-–—") if at < len(row.children) else ""  # noqa: RUF001 - as people type them
            if name and not is_tick(name):
                yield Assigned(" ".join(name.split()), letter, row_title(row), *row_place(row))
