"""The columns of a register, read from the model of its rows."""

from dataclasses import dataclass
from datetime import date
from enum import Enum, StrEnum
from functools import cache
from types import UnionType
from typing import Literal, Union, get_args, get_origin

from pydantic.fields import FieldInfo

from sopkit.model.config import ScalesTable
from sopkit.model.durations import Duration
from sopkit.model.references import COLUMNS, HOLDERS
from sopkit.model.registers import REGISTERS, SCALED, Holder, Row, SigningKey

ENDS = {"people": "to", "assets": "retired", "risks": "closed", "vendors": "offboarded"}
"""Register to the column that holds the last day of a row."""


class Kind(StrEnum):
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
class Column:
    """A column. `field` is its name in the model, `about` what it holds.

    `choices` are the words of the schema; `scaled` says that they are those of the scale of its name. `names` is the
    register whose rows it names, or `sops`.
    """

    name: str
    field: str
    kind: Kind
    about: str
    required: bool = False
    choices: tuple[str, ...] = ()
    scaled: bool = False
    names: str = ""

    def allowed(self, scales: ScalesTable) -> tuple[str, ...]:
        """What a cell may hold, in order; nothing where any text may stand."""
        return scales.values(self.name) if self.scaled else self.choices


@cache
def columns_of(register: str) -> tuple[Column, ...]:
    """The columns of a register: its key first, the others as the model has them."""
    model = REGISTERS[register]
    own = [name for name in model.__annotations__ if name in model.model_fields]
    inherited = [name for name in model.model_fields if name not in own]
    ordered = sorted([*own, *inherited], key=lambda name: name != model.key_field)
    return tuple(_column(register, name, model.model_fields[name]) for name in ordered)


def key_column(register: str) -> str:
    """The name of the column by which rows are known."""
    return REGISTERS[register].key_field.rstrip("_")


def title_of(row: Row) -> str:
    """What a row is called, for people; empty where it has no name beside its key."""
    return next(
        (str(text) for name in ("title", "name", "meaning", "action", "what") if (text := getattr(row, name, ""))), ""
    )


def _column(register: str, field: str, info: FieldInfo) -> Column:
    name = info.alias or field
    kind, choices = _kind(info.annotation)
    names = "people" if field in HOLDERS else COLUMNS.get(register, {}).get(field, "")
    scaled = field in SCALED.get(register, ())
    return Column(name, field, kind, info.description or "", info.is_required(), choices, scaled, names)


_PLAIN = {bool: Kind.TRUTH, int: Kind.NUMBER, date: Kind.DAY, Duration: Kind.DURATION, str: Kind.TEXT}
_LISTS = {str: Kind.TEXTS, Holder: Kind.HOLDERS, SigningKey: Kind.KEYS}


def _kind(annotation: object) -> tuple[Kind, tuple[str, ...]]:
    """The kind of a column and the words that it takes."""
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin in {Union, UnionType}:
        return _kind(next(one for one in arguments if one is not type(None)))
    if origin is Literal:
        return Kind.CHOICE, tuple(map(str, arguments))
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        return Kind.CHOICE, tuple(str(one.value) for one in annotation)
    if origin is tuple:
        return _LISTS[arguments[0]], ()
    if origin is dict:
        return (Kind.LOGINS if arguments[1] is str else Kind.CONTROLS), ()
    if hasattr(annotation, "__metadata__"):  # Annotated: the type below it
        return _kind(arguments[0])
    return next(kind for of, kind in _PLAIN.items() if annotation is of), ()
