"""The columns of a register, and which column of a table is which of them."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import Enum, StrEnum
from functools import cache
from types import UnionType
from typing import Literal, Union, get_args, get_origin

from pydantic.fields import FieldInfo

from sopkit.model.config import ScalesTable
from sopkit.model.durations import Duration
from sopkit.model.errors import SopkitError
from sopkit.model.registers import (
    HOLDER_COLUMNS,
    REFERENCE_COLUMNS,
    REGISTERS,
    SCALE_COLUMNS,
    Holder,
    RowModel,
    SigningKey,
)
from sopkit.model.similarity import nearest
from sopkit.tables.grid import Grid

END_COLUMNS = {"people": "to", "assets": "retired", "risks": "closed", "vendors": "offboarded"}
"""Register to the column that holds the last day of a row."""


class FieldKind(StrEnum):
    """What the cells of a column hold."""

    TEXT = "text"
    CHOICE = "choice"
    DAY = "day"
    TRUTH = "truth"
    NUMBER = "number"
    DURATION = "duration"
    TEXTS = "texts"
    LOGINS = "logins"
    HOLDERS = "holders"
    KEYS = "keys"
    CONTROLS = "controls"


@dataclass(frozen=True, slots=True)
class RegisterColumn:
    """A column. `field` is its name in the model, `about` what it holds.

    `choices` are the words of the schema; `scaled` says that they are those of the scale of its name. `names` is the
    register whose rows it names, or `sops`.
    """

    name: str
    field: str
    kind: FieldKind
    about: str
    required: bool = False
    choices: tuple[str, ...] = ()
    scaled: bool = False
    names: str = ""

    def allowed(self, scales: ScalesTable) -> tuple[str, ...]:
        """What a cell may hold, in order; nothing where any text may stand."""
        return scales.values(self.name) if self.scaled else self.choices


@cache
def columns_of(register: str) -> tuple[RegisterColumn, ...]:
    """The columns of a register: its key first, the others as the model has them."""
    model = REGISTERS[register]
    own = [name for name in model.__annotations__ if name in model.model_fields]
    inherited = [name for name in model.model_fields if name not in own]
    ordered = sorted([*own, *inherited], key=lambda name: name != model.key_field)
    return tuple(_column(register, name, model.model_fields[name]) for name in ordered)


def key_column(register: str) -> str:
    """The name of the column by which rows are known."""
    return REGISTERS[register].key_field.rstrip("_")


def title_of(row: RowModel) -> str:
    """What a row is called, for people; empty where it has no name beside its key."""
    return next(
        (str(text) for name in ("title", "name", "meaning", "action", "what") if (text := getattr(row, name, ""))), ""
    )


def _column(register: str, field: str, info: FieldInfo) -> RegisterColumn:
    name = info.alias or field
    kind, choices = _field_kind(info.annotation)
    names = "people" if field in HOLDER_COLUMNS else REFERENCE_COLUMNS.get(register, {}).get(field, "")
    scaled = field in SCALE_COLUMNS.get(register, ())
    return RegisterColumn(name, field, kind, info.description or "", info.is_required(), choices, scaled, names)


_SCALAR_KINDS = {
    bool: FieldKind.TRUTH,
    int: FieldKind.NUMBER,
    date: FieldKind.DAY,
    Duration: FieldKind.DURATION,
    str: FieldKind.TEXT,
}
_LIST_KINDS = {str: FieldKind.TEXTS, Holder: FieldKind.HOLDERS, SigningKey: FieldKind.KEYS}


def _field_kind(annotation: object) -> tuple[FieldKind, tuple[str, ...]]:
    """The kind of a column and the words that it takes."""
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin in {Union, UnionType}:
        return _field_kind(next(one for one in arguments if one is not type(None)))
    if origin is Literal:
        return FieldKind.CHOICE, tuple(map(str, arguments))
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        return FieldKind.CHOICE, tuple(str(one.value) for one in annotation)
    if origin is tuple:
        return _LIST_KINDS[arguments[0]], ()
    if origin is dict:
        return (FieldKind.LOGINS if arguments[1] is str else FieldKind.CONTROLS), ()
    if hasattr(annotation, "__metadata__"):  # Annotated: the type below it
        return _field_kind(arguments[0])
    return next(kind for of, kind in _SCALAR_KINDS.items() if annotation is of), ()


_ROW_NOUN = {
    "people": "person",
    "roles": "role",
    "policies": "policy",
    "assets": "asset",
    "risks": "risk",
    "vendors": "vendor",
    "glossary": "term",
    "exceptions": "exception",
    "external": "document",
    "actions": "action",
    "soa": "control",
}
"""What a row of each register is called, as in `Risk ID`."""
TITLE_OF_CONTROL = "title"
"""A column of soa in workbooks, for people; it is computed, and passed over when it comes back."""
_NUMBERS = ("id", "no", "nr", "number", "ref", "key")
_DATE_WORDS = re.compile(r"^next|date$")
_SCALE = re.compile(r"\s*\(\d[\d\s.,/\u2013-]*\)\s*$")
"""What `Impact (1-5)` says of its scale; words in brackets may mean another column."""


@dataclass(frozen=True, slots=True)
class TableHeaders:
    """Column of the register to that of the table, from 0, and the heads of those that are left out."""

    at: Mapping[str, int]
    left_out: tuple[str, ...]


def match_headers(grid: Grid, register: str, columns: Mapping[str, str], *, ignore: bool) -> TableHeaders:
    """The columns by what the caller says, else by their names: case, blanks and underscores count for nothing.

    Raises SopkitError for a column that nobody knows, unless such are to be ignored, and for one that is there twice.
    """
    known = [column.name for column in columns_of(register)]
    for ours in columns:
        if ours not in known:
            near = "".join(nearest(ours, known))
            advice = f"did you mean `{near}`? " if near else ""
            raise SopkitError(f"--columns: {register} has no column `{ours}`", f"{advice}columns: {', '.join(known)}")
    found = {ours: grid.column(theirs) for ours, theirs in columns.items()}
    names = {name: ours for ours in known for name in _header_names(register, ours) if ours not in found}
    unknown = []
    for at, head in enumerate(grid.header):
        if not head or at in found.values() or (register == "soa" and _normalize(head) == TITLE_OF_CONTROL):
            continue
        bare = _normalize(_SCALE.sub("", head) or head)
        ours = names.get(_normalize(head)) or names.get(bare) or names.get(_DATE_WORDS.sub("", bare), "")
        if ours in found:
            raise SopkitError(
                f"{grid.path}: two columns are `{ours}`: `{grid.header[found[ours]]}` and `{head}`",
                f"say which one is meant: --columns '{ours}={head}'",
            )
        if ours:
            found[ours] = at
        elif any(line.cells[at].strip() for line in grid.rows):
            unknown.append(head)
    if unknown and not ignore:
        _raise_unknown(grid, register, unknown, [name for name in known if name not in found])
    return TableHeaders(found, tuple(unknown))


def _raise_unknown(grid: Grid, register: str, unknown: list[str], free: list[str]) -> None:
    near = ["".join(nearest(_normalize(head), free)) for head in unknown]
    words = [f"`{head}`{f' (is it `{ours}`?)' if ours else ''}" for head, ours in zip(unknown, near, strict=True)]
    raise SopkitError(
        f"{grid.path}: {register} has no such column: {', '.join(words)}",
        f"say what they are: --columns '{near[0] or 'OURS'}={unknown[0]}'; or leave them out: --ignore-columns\n"
        f"columns that the table lacks: {', '.join(free)}",
    )


def _header_names(register: str, column: str) -> Iterator[str]:
    """The heads under which people have a column, as they are compared; the column's own name counts first."""
    own = _normalize(column)
    row = _ROW_NOUN[register]
    yield from (own, f"{row}{own}", f"{own}{row}")
    if column == key_column(register):
        yield from (f"{before}{number}" for number in _NUMBERS for before in ("", row, register))
    if column == "title":
        yield from ("name", f"{row}name", row)


def _normalize(head: str) -> str:
    return re.sub(r"[\W_]+", "", head.casefold())
