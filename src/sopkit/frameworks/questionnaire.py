"""Turn the rows of a questionnaire sheet into groups and controls, and find the common form of their ids."""

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, count

from sopkit.model.errors import SopkitError
from sopkit.model.frameworks import Control, ControlGroup, IdKey, id_key
from sopkit.tables.grid import Grid, GridRow, fold_name, list_briefly

_LEAD = re.compile(r"(.*?)[\s._-]*\d", re.DOTALL)
_NUMBER = re.compile(r"\d+")
_PIECES = re.compile(r"[A-Z&]+|[a-z]+|[0-9]+|.", re.DOTALL)
_MAX_FORMS = 4
_MIN_DISTINCT_LENGTH = 4


def id_prefix(control_id: str) -> str:
    """What stands before the first number of an id, or that number where it begins with one: `A&A` in A&A-01.1."""
    found = _LEAD.match(control_id)
    number = _NUMBER.search(control_id)
    if found is None or number is None:
        return control_id
    return found[1].strip() or number[0]


def id_form(ids: Sequence[str]) -> str:
    """The regular expression of ids that have few forms with numbers; nothing where each has its own."""
    forms: dict[tuple[str, ...], list[list[str]]] = {}
    for control_id in ids:
        pieces = _PIECES.findall(control_id)
        forms.setdefault(tuple(map(_piece_kind, pieces)), []).append(pieces)
    if len(forms) > _MAX_FORMS or not all(len(rows) > 1 and r"\d" in kinds for kinds, rows in forms.items()):
        return ""
    written = ["".join(map(_piece_pattern, kinds, zip(*rows, strict=True))) for kinds, rows in forms.items()]
    return "|".join(sorted(written, key=len, reverse=True))  # of two that begin alike the longer one is tried first


def is_ambiguous_in_text(ids: Sequence[str]) -> bool:
    """Whether text has such ids that mean something else: bare numbers, no numbers, very short ones such as Q1."""
    return any(
        control_id[:1].isdigit() or len(control_id) < _MIN_DISTINCT_LENGTH or not _NUMBER.search(control_id)
        for control_id in ids
    )


def _piece_kind(piece: str) -> str:
    if piece.isascii() and piece.isdigit():
        return r"\d"
    if piece.isascii() and (piece.isalpha() or "&" in piece):
        return "[a-z]" if piece.islower() else "[A-Z]"
    return piece if piece in "- _/:" else re.escape(piece)


def _piece_pattern(kind: str, pieces: tuple[str, ...]) -> str:
    """The expression for the pieces that all ids have at one place."""
    if kind not in {r"\d", "[A-Z]", "[a-z]"}:
        return kind
    kind = "[A-Z&]" if any("&" in piece for piece in pieces) else kind
    least, most = min(map(len, pieces)), max(map(len, pieces))
    return kind + ("" if most == 1 else f"{{{most}}}" if least == most else f"{{{least},{most}}}")


_MAX_ID = 60
_MAX_HEADING = 150
_MAX_SLUG = 40
_DIGIT = re.compile(r"\d")
_SPREADSHEET_ERROR = re.compile(r"#(?:N/A|REF!|VALUE!|DIV/0!|NAME\?|NUM!|NULL!)")


@dataclass(frozen=True, slots=True)
class SheetColumns:
    """In which columns a sheet has what, from 0."""

    id: int
    title: int
    group: int | None = None
    parent: int | None = None


@dataclass(frozen=True, slots=True)
class FrameworkDraft:
    """The groups and controls of a sheet, from where the groups come, and what is to be told of its rows."""

    groups: tuple[ControlGroup, ...]
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


_RowNotes = defaultdict[str, list[int | str]]
"""The rows by what there is to note about them."""


def draft_framework(grid: Grid, columns: SheetColumns) -> FrameworkDraft:
    """The framework in a sheet. SopkitError when no row has an id and a text."""
    notes = _RowNotes(list)
    items = list(_unique_items(_items(grid, columns, notes), notes))
    if not items:
        raise SopkitError(
            f"{grid.path}: no row has an id and a text",
            "name the right columns: --columns id=…,title=…; and the row of their heads: --header-row N",
        )
    if all(item.under is None for item in items):
        by = "the beginnings of the ids"
        leads = Counter(id_prefix(item.id) for item in items)
        alone = 2 * sum(count == 1 for count in leads.values()) > len(leads) > 1  # most of them: then all are one group
        for item in items:
            item.under = "" if alone else id_prefix(item.id)
    else:
        by = "a column" if columns.group is not None else "the headings between the rows"
        for item in items:
            if item.under is None:
                item.under = id_prefix(item.id)
                notes["no group and no heading above, taken to be in that of its id's beginning"].append(item.number)
    groups = _groups(items)
    known = {item.id for item in items}
    controls = []
    for item in items:
        parent = item.parent if item.parent in known and item.parent != item.id else None
        controls.append(Control(id=item.id, title=item.title, group=groups[item.under or ""].id, parent=parent))
        if item.parent and item.parent not in known:
            notes["its parent is no id of the sheet and was left out"].append(f"{item.number} ({item.parent})")
    lines = (f"{what}: row{'s' if len(rows) > 1 else ''} {list_briefly(rows)}" for what, rows in notes.items())
    return FrameworkDraft(tuple(groups.values()), tuple(controls), by, tuple(lines))


def _items(grid: Grid, columns: SheetColumns, notes: _RowNotes) -> Iterator[_Item]:
    """The rows that are controls; headings go along with those below them."""
    under: str | None = None
    heading: GridRow | None = None
    leads = {id_prefix(name) for line in grid.rows if _DIGIT.search(name := _text(line, columns.id))}
    for line in grid.rows:
        name, title = _text(line, columns.id), _text(line, columns.title)
        if _SPREADSHEET_ERROR.fullmatch(name) or (not name and not title):
            notes["left out, no id and no text"].append(line.number)
        elif (name, title) == (" ".join(grid.header[columns.id].split()), " ".join(grid.header[columns.title].split())):
            continue  # the head once more
        elif columns.group is None and (text := _heading(line, name, title, columns, leads)):
            if heading is not None:
                notes["left out, a heading with nothing below"].append(heading.number)
            under, heading = text, line
        elif name and title and len(name) <= _MAX_ID and (" " not in name or _DIGIT.search(name)):
            if group := _text(line, columns.group):
                under = group
            elif columns.group is not None and under is not None:
                notes["no group, taken to be in that of the row above"].append(line.number)
            heading = None
            yield _Item(line.number, name, title, under, _text(line, columns.parent))
        else:
            notes["left out, no id" if not name else "left out, no text for the id"].append(line.number)
    if heading is not None:
        notes["left out, a heading with nothing below"].append(heading.number)


def _text(line: GridRow, column: int | None) -> str:
    return " ".join(line.cells[column].split()) if column is not None else ""


def _heading(line: GridRow, name: str, title: str, columns: SheetColumns, leads: Collection[str]) -> str:
    """The text of a row that is a heading: a family, or alone under the ids, or alone in the row under the texts."""
    if name and title:
        return title if name in leads and not _DIGIT.search(name) else ""  # such as AC above AC-1
    if name:
        return name if len(name) <= _MAX_HEADING and (" " in name or not _DIGIT.search(name)) else ""
    others = [cell for at, cell in enumerate(line.cells) if at != columns.title and cell.strip()]
    return title if not others and len(title) <= _MAX_HEADING else ""


def _key(name: str) -> IdKey | str:
    return id_key(name) or name.casefold()


def _unique_items(items: Iterator[_Item], notes: _RowNotes) -> Iterator[_Item]:
    seen: dict[IdKey | str, _Item] = {}
    for item in items:
        first = seen.setdefault(_key(item.id), item)
        if first is item:
            yield item
        elif first.id != item.id:
            notes["left out, read as the id of a row above"].append(f"{item.number} ({item.id}, {first.id})")
        elif fold_name(first.title) != fold_name(item.title):
            notes["left out, the id of a row above with another text"].append(f"{item.number} ({item.id})")
        else:
            notes["the same as a row above"].append(item.number)


def _groups(items: Sequence[_Item]) -> dict[str, ControlGroup]:
    """A group for each heading. Its id is what the ids below begin with where no other has that, else its words."""
    used = {_key(item.id) for item in items}
    leads: dict[str, set[str]] = {}
    for item in items:
        leads.setdefault(item.under or "", set()).add(id_prefix(item.id))
    often = Counter(lead for some in leads.values() for lead in some)
    groups = {}
    for under, some in leads.items():
        lead = next(iter(some))
        own = len(some) == 1 and often[lead] == 1 and _key(lead) not in used
        name = (lead if own and under else _slug(under)) or "all"
        numbered = (f"{name}-{number}" for number in count(2))
        free = next(text for text in chain([name], numbered) if _key(text) not in used)
        used.add(_key(free))
        groups[under] = ControlGroup(id=free, title=under or "All")
    return groups


def _slug(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode("ascii")
    words = re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")
    return words if len(words) <= _MAX_SLUG else words[:_MAX_SLUG].rpartition("-")[0]
