"""A framework out of the rows of a sheet: which rows are controls or questions, which are headings over them."""

import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field

from sopkit.control_files.id_form import lead_of
from sopkit.model.errors import SopkitError
from sopkit.model.frameworks import Control, Group
from sopkit.model.id_keys import IdKey, id_key
from sopkit.sheets.grid import Grid, Line, fold, told

_MOST_ID = 60
_MOST_HEADING = 150
_MOST_SLUG = 40
_NUMBER = re.compile(r"\d")
_WRONG = re.compile(r"#(?:N/A|REF!|VALUE!|DIV/0!|NAME\?|NUM!|NULL!)")


@dataclass(frozen=True, slots=True)
class Columns:
    """In which columns a sheet has what, from 0."""

    id: int
    title: int
    group: int | None = None
    parent: int | None = None


@dataclass(frozen=True, slots=True)
class Drawn:
    """The groups and controls of a sheet, from where the groups come, and what is to be told of its rows."""

    groups: tuple[Group, ...]
    controls: tuple[Control, ...]
    grouped_by: str
    notes: tuple[str, ...]


@dataclass
class _Item:
    """A row that is a control, with the heading or group over it; None where there is none."""

    number: int
    id: str
    title: str
    under: str | None
    parent: str


@dataclass
class _Told:
    """Numbers of rows by what is to be said of them."""

    rows: dict[str, list[int | str]] = field(default_factory=dict)

    def add(self, what: str, row: int | str) -> None:
        """Put one more row under what is to be said."""
        self.rows.setdefault(what, []).append(row)

    def notes(self) -> Iterator[str]:
        """A sentence for each thing, with the first rows it is true of."""
        for what, rows in self.rows.items():
            yield f"{what}: row{'s' if len(rows) > 1 else ''} {told(rows)}"


def draw(grid: Grid, columns: Columns) -> Drawn:
    """The framework in a sheet. SopkitError when no row has an id and a text."""
    notes = _Told()
    items = list(_distinct(_items(grid, columns, notes), notes))
    if not items:
        raise SopkitError(
            f"{grid.path}: no row has an id and a text",
            "name the right columns: --columns id=…,title=…; and the row of their heads: --header-row N",
        )
    if all(item.under is None for item in items):
        by = "the beginnings of the ids"
        _by_lead(items)
    else:
        by = "a column" if columns.group is not None else "the headings between the rows"
        _without_heading(items, notes)
    groups = _groups(items)
    known = {item.id for item in items}
    controls = tuple(
        Control(
            id=item.id,
            title=item.title,
            group=groups[item.under or ""].id,
            parent=_parent(item, known, notes),
        )
        for item in items
    )
    return Drawn(tuple(groups.values()), controls, by, tuple(notes.notes()))


def _items(grid: Grid, columns: Columns, notes: _Told) -> Iterator[_Item]:
    """The rows that are controls; headings go along with those below them."""
    under: str | None = None
    heading: Line | None = None
    leads = {lead_of(name) for line in grid.rows if _NUMBER.search(name := _text(line, columns.id))}
    for line in grid.rows:
        name, title = _text(line, columns.id), _text(line, columns.title)
        if _WRONG.fullmatch(name) or (not name and not title):
            notes.add("left out, no id and no text", line.number)
        elif (name, title) == (" ".join(grid.header[columns.id].split()), " ".join(grid.header[columns.title].split())):
            continue  # the head once more
        elif columns.group is None and (said := _heading(line, name, title, columns, leads)):
            if heading is not None:
                notes.add("left out, a heading with nothing below", heading.number)
            under, heading = said, line
        elif _is_control(name, title):
            if columns.group is not None:
                under = _text(line, columns.group) or _as_above(under, line, notes)
            heading = None
            yield _Item(line.number, name, title, under, _text(line, columns.parent))
        else:
            notes.add("left out, no id" if not name else "left out, no text for the id", line.number)
    if heading is not None:
        notes.add("left out, a heading with nothing below", heading.number)


def _text(line: Line, column: int | None) -> str:
    return " ".join(line.cells[column].split()) if column is not None else ""


def _as_above(under: str | None, line: Line, notes: _Told) -> str | None:
    if under is not None:
        notes.add("no group, taken to be in that of the row above", line.number)
    return under


def _is_control(name: str, title: str) -> bool:
    return bool(name and title) and len(name) <= _MOST_ID and (" " not in name or bool(_NUMBER.search(name)))


def _heading(line: Line, name: str, title: str, columns: Columns, leads: Collection[str]) -> str:
    """The text of a row that is a heading: a family, or alone under the ids, or alone in the row under the texts."""
    if name and title:
        return title if name in leads and not _NUMBER.search(name) else ""  # such as AC above AC-1
    if name:
        return name if len(name) <= _MOST_HEADING and (" " in name or not _NUMBER.search(name)) else ""
    others = [cell for at, cell in enumerate(line.cells) if at != columns.title and cell.strip()]
    return title if not others and len(title) <= _MOST_HEADING else ""


def _key(name: str) -> IdKey | str:
    return id_key(name) or name.casefold()


def _distinct(items: Iterator[_Item], notes: _Told) -> Iterator[_Item]:
    seen: dict[IdKey | str, _Item] = {}
    for item in items:
        first = seen.setdefault(_key(item.id), item)
        if first is item:
            yield item
        elif first.id != item.id:
            notes.add("left out, read as the id of a row above", f"{item.number} ({item.id}, {first.id})")
        elif fold(first.title) != fold(item.title):
            notes.add("left out, the id of a row above with another text", f"{item.number} ({item.id})")
        else:
            notes.add("the same as a row above", item.number)


def _by_lead(items: Sequence[_Item]) -> None:
    """Put each under the beginning of its id; all under one where most of them would be alone."""
    leads = Counter(lead_of(item.id) for item in items)
    alone = 2 * sum(count == 1 for count in leads.values()) > len(leads) > 1
    for item in items:
        item.under = "" if alone else lead_of(item.id)


def _without_heading(items: Sequence[_Item], notes: _Told) -> None:
    for item in items:
        if item.under is None:
            item.under = lead_of(item.id)
            notes.add("no group and no heading above, taken to be in that of its id's beginning", item.number)


def _groups(items: Sequence[_Item]) -> dict[str, Group]:
    """A group for each heading. Its id is what the ids below begin with where no other has that, else its words."""
    taken = {_key(item.id) for item in items}
    leads: dict[str, set[str]] = {}
    for item in items:
        leads.setdefault(item.under or "", set()).add(lead_of(item.id))
    often = Counter(lead for some in leads.values() for lead in some)
    groups = {}
    for under, some in leads.items():
        lead = next(iter(some))
        own = len(some) == 1 and often[lead] == 1 and _key(lead) not in taken
        groups[under] = Group(id=_free(lead if own and under else _slug(under), taken), title=under or "All")
    return groups


def _slug(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode("ascii")
    words = re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")
    return words if len(words) <= _MOST_SLUG else words[:_MOST_SLUG].rpartition("-")[0]


def _free(name: str, taken: set[IdKey | str]) -> str:
    """The name, or with a number behind it where it is the id of something else already."""
    name = name or "all"
    free, number = name, 1
    while _key(free) in taken:
        number += 1
        free = f"{name}-{number}"
    taken.add(_key(free))
    return free


def _parent(item: _Item, known: set[str], notes: _Told) -> str | None:
    if not item.parent or item.parent == item.id:
        return None
    if item.parent in known:
        return item.parent
    notes.add("its parent is no id of the sheet and was left out", f"{item.number} ({item.parent})")
    return None
