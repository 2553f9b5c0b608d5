"""What SOPs promise that others can contradict: time limits, retention of records, RPO and RTO of assets."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from sopkit.library import Library
from sopkit.model.blocks import Block
from sopkit.model.durations import Duration
from sopkit.model.places import Loc
from sopkit.model.registers import Asset
from sopkit.model.sop import Sop
from sopkit.promises import glance

_TARGETS = re.compile(r"\b(RPO|RTO)\b")
_TABLE = re.compile(rb"\|[^|\n]{0,80}\bR[PT]O\b")
_TARGET = re.compile(rb"R[PT]O\b")
"""Asked before `_TABLE`, which takes four times as long."""
_BRACKETS = re.compile(r"\s*\([^()]*\)$")


@dataclass(frozen=True, slots=True)
class Promise:
    """A length of time that an SOP, or the register of assets, names.

    `about` is the same for promises that may not differ.
    """

    about: tuple[str, ...]
    typed: str
    path: str
    said_in: str
    where: Loc | tuple[int, int] = ()

    @property
    def minutes(self) -> float:
        """How long it is."""
        return Duration(self.typed).minutes


def has_targets(data: bytes) -> bool:
    """Whether a document may have a table with a column RPO or RTO."""
    return _TARGET.search(data) is not None and _TABLE.search(data) is not None


def promised_limits(sop: Sop) -> Iterator[Promise]:
    """The time limits of the front matter that say what starts them."""
    table = sop.front.values.get("time_limits")
    for name, entry in table.items() if isinstance(table, dict) else ():
        typed, starts = (entry.get("limit"), _plain(entry.get("starts"))) if isinstance(entry, dict) else (None, "")
        if glance.names_a_step(sop, name.encode("utf-8", "replace")):
            continue
        if starts and isinstance(typed, str) and _is_duration(typed):
            loc = ("time_limits", name, "limit")
            yield Promise(("time limit", f"`{name}`", starts), typed.strip(), sop.path, sop.name, loc)


def retentions(sop: Sop) -> Iterator[Promise]:
    """How long the records of an SOP are kept, where that is a length of time."""
    rows = sop.front.values.get("records")
    for index, row in enumerate(rows if isinstance(rows, list) else ()):
        name, typed = (row.get("id"), row.get("retention")) if isinstance(row, dict) else (None, None)
        if isinstance(name, str) and isinstance(typed, str) and _is_duration(typed):
            about = ("retention of record", f"`{name}`", _plain(row.get("name")))
            yield Promise(about, typed.strip(), sop.path, sop.name, ("records", index, "retention"))


def register_targets(library: Library) -> Iterator[Promise]:
    """RPO and RTO of the assets in use, as the register has them."""
    register = library.registers["assets"]
    for row in register.rows if register else ():
        if isinstance(row, Asset) and row.gone(library.as_of) is None:
            for target, length in (("RPO", row.rpo), ("RTO", row.rto)):
                if length is not None:
                    yield Promise((target, f"of `{row.id}`"), str(length), register.path, register.path)


def table_targets(sop: Sop, library: Library) -> Iterator[Promise]:
    """What the tables of an SOP with a column RPO or RTO say of assets, which their first column names."""
    assets = _by_title(library)
    for table in (block for block in sop.body.blocks if block.kind == "table" and block.children):
        head, *rows = table.children
        columns = {at: match[1] for at, cell in enumerate(head.children) if (match := _TARGETS.search(cell.text))}
        for cells in (row.children for row in rows if columns and row.children):
            asset = assets.get(_plain(cells[0].text)) or assets.get(_BRACKETS.sub("", _plain(cells[0].text)), "")
            for at, target in columns.items():
                if asset and 0 < at < len(cells) and _is_duration(cells[at].text):
                    yield _target(sop, target, asset, cells[at])


def _target(sop: Sop, target: str, asset: str, cell: Block) -> Promise:
    place = (cell.inlines[0].start, cell.inlines[-1].end)
    return Promise((target, f"of `{asset}`"), cell.text.strip(), sop.path, sop.name, place)


def _by_title(library: Library) -> dict[str, str]:
    """The assets in use by id and title, and by a title without its brackets where only one has that."""
    rows = [row for row in library.registers["assets"].rows if isinstance(row, Asset)]
    bare: dict[str, set[str]] = {}
    for row in rows:
        bare.setdefault(_BRACKETS.sub("", _plain(row.title)), set()).add(row.id)
    short = {title: next(iter(ids)) for title, ids in bare.items() if title and len(ids) == 1}
    return short | {_plain(name): row.id for row in rows for name in (row.title, row.id) if name}


def _plain(value: object) -> str:
    return " ".join(value.split()).casefold() if isinstance(value, str) else ""


def _is_duration(typed: str) -> bool:
    try:
        Duration(typed.strip())
    except ValueError:
        return False
    return True
