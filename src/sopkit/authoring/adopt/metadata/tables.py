"""Metadata in tables: a row for each thing, or a row of names above one of values; and histories of versions."""

import re
from collections.abc import Iterator, Mapping

from sopkit.authoring.adopt.metadata.labels import is_label, keys_of
from sopkit.authoring.adopt.metadata.statement import Confidence
from sopkit.authoring.adopt.metadata.told import Told
from sopkit.authoring.adopt.metadata.values import is_placeholder, plain
from sopkit.model.body import Block
from sopkit.model.sop import Sop

_FEWEST = 2
"""A table with fewer labels that we know is about something else, unless it has but one row."""
_CHANGED = frozenset({"change", "changes", "description", "description of change", "comment", "comments", "summary"})
_NUMBER = re.compile(r"\d+")


def told_in_table(sop: Sop, table: Block, aliases: Mapping[str, str]) -> Iterator[Told]:
    """What a table in a place of metadata tells."""
    line = sop.source.line_of(table.start)
    rows = [(row, [cell_text(sop, cell) for cell in row.children]) for row in table.children]
    rows = [(row, cells) for row, cells in rows if any(cells)]
    if not rows:
        return
    down = [(row, cells) for row, cells in rows if len(cells) > 1 and is_label(cells[0], aliases)]
    across = [cell for cell in rows[0][1] if is_label(cell, aliases)]
    if len(across) >= _FEWEST and len(rows) > 1 and not is_label(rows[1][1][0], aliases):
        names, (row, cells) = rows[0][1], rows[1]
        for name, text, cell in zip(names, cells, row.children, strict=False):
            if is_label(name, aliases):
                yield Told(name, text, cell.start, cell.end, f"column `{name}` of the table of line {line}")
        return
    if len(down) < _FEWEST and len(rows) > _FEWEST:
        return
    for row, cells in down:
        pairs = zip(cells[::2], cells[1::2], strict=False) if _paired(cells, aliases) else [(cells[0], cells[1])]
        for name, text in pairs:
            if is_label(name, aliases):
                yield Told(name, text, row.start, row.end, f"row `{name}` of the table of line {line}")


def is_history(table: Block) -> bool:
    """Whether the columns are those of a history of versions, wherever the table stands."""
    names = {cell.text.strip(" *_:").casefold() for cell in table.children[0].children} if table.children else set()
    return bool(names & {"version", "revision", "rev"}) and "date" in names and bool(names & _CHANGED)


def told_in_history(sop: Sop, table: Block, aliases: Mapping[str, str]) -> Iterator[Told]:
    """What the newest row of a history of versions tells: the version, when, and whose it is."""
    if not table.children:
        return
    names = [cell_text(sop, cell) for cell in table.children[0].children]
    columns = {keys_of(name, aliases)[:1]: at for at, name in enumerate(names) if keys_of(name, aliases)}
    version = columns.get(("version",))
    rows = [(row, [cell_text(sop, cell) for cell in row.children]) for row in table.children[1:]]
    dated = [(row, cells) for row, cells in rows if version is not None and _numbers(cells, version)]
    if version is None or not dated:
        return
    row, cells = max(dated, key=lambda pair: _numbers(pair[1], version))
    line = sop.source.line_of(row.start)
    for at, (name, text) in enumerate(zip(names, cells, strict=False)):
        keys = keys_of(name, aliases)
        is_date = name.casefold().strip() in {"date", "date of change", "change date", "release date"}
        if at == version or (keys and keys[0] in {"owner", "approvers"}):
            where = f"column `{name}` of the newest row of the history, line {line}"
            yield Told(name, text, row.start, row.end, where, Confidence.LIKELY)
        elif (is_date or (keys and keys[0] in {"updated", "effective"})) and not is_placeholder(text):
            where = f"date of the newest row of the history, line {line}"
            yield Told("Last updated", text, row.start, row.end, where, Confidence.LIKELY)


def cell_text(sop: Sop, cell: Block) -> str:
    """The words of a cell, those of its images included."""
    return plain(sop.source.data[cell.start : cell.end].decode("utf-8", "replace").strip().strip("|"))


def _paired(cells: list[str], aliases: Mapping[str, str]) -> bool:
    """Whether a row holds two labels with a value each: `| Owner | CISO | Version | 1.0 |`."""
    return len(cells) == 4 and is_label(cells[2], aliases)  # noqa: PLR2004 - two pairs


def _numbers(cells: list[str], version: int) -> tuple[int, ...]:
    text = cells[version] if version < len(cells) else ""
    return tuple(int(number) for number in _NUMBER.findall(text)[:3])
