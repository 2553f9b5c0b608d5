"""What a register names: its rows' own ids, the rows and SOPs in its columns, and ids in its text."""

from collections.abc import Iterator, Mapping

from sopkit.library import Library
from sopkit.model.claims import claims_of
from sopkit.model.places import Loc
from sopkit.model.references import COLUMNS, HOLDERS
from sopkit.model.registers import REGISTERS
from sopkit.occurrences.occurrence import CONTROLS, Form, Occurrence, Target
from sopkit.occurrences.tokens import ids_in_text
from sopkit.text.register import Register


def in_register(register: Register, library: Library) -> Iterator[Occurrence]:
    """Everything that a register names, in no order."""
    if not register.path:
        return
    found = {(one.start, one.end): one for one in _in_cells(register, library)}
    for target, start, end in ids_in_text(library, register.source.data, 0, len(register.source.data)):
        found.setdefault((start, end), Occurrence(target, register.path, start, end))
    yield from found.values()


def _in_cells(register: Register, library: Library) -> Iterator[Occurrence]:
    key_name = REGISTERS[register.name].key_field.rstrip("_")
    rows = register.tree.value if isinstance(register.tree.value, list) else []
    for index, row in enumerate(rows):
        if not isinstance(row, dict):
            continue
        key = row.get(key_name)
        if isinstance(key, str):
            yield from _cell(register, Target(register.name, key), (index, key_name), Form.DEFINITION)
            if register.name == "soa":
                yield from _controls(register, library, key, (index, key_name))
        for column, kind in COLUMNS.get(register.name, {}).items():
            if isinstance(value := row.get(column), str):
                yield from _cell(register, Target(kind, value), (index, column))
        if register.name == "roles":
            yield from _people(register, index, row)
        if "controls" in REGISTERS[register.name].model_fields and row.get("controls") is not None:
            yield from _controls(register, library, row["controls"], (index,))


def _people(register: Register, index: int, row: Mapping[str, object]) -> Iterator[Occurrence]:
    for column in HOLDERS:
        holders = row.get(column)
        for at, holder in enumerate(holders if isinstance(holders, list) else []):
            if isinstance(holder, dict) and isinstance(person := holder.get("person"), str):
                yield from _cell(register, Target("people", person), (index, column, at, "person"))


def _controls(register: Register, library: Library, value: object, row: Loc) -> Iterator[Occurrence]:
    """The controls in a cell that maps frameworks to ids, or of a row whose key is the id of one."""
    for claim in claims_of(value, library.catalogue, library.first_framework):
        loc = row if len(row) > 1 else (*row, *claim.loc)
        for control in claim.ids:
            yield from _cell(register, Target(CONTROLS, control, claim.framework), loc, typed=claim.typed)


def _cell(register: Register, target: Target, loc: Loc, form: Form = Form.ID, typed: str = "") -> Iterator[Occurrence]:
    place = register.tree.places.get(loc)
    written = (typed or target.id).encode()
    if place is not None and written:
        start = register.source.data.find(written, place.start, place.end)
        if start >= 0:
            yield Occurrence(target, register.path, start, start + len(written), form)
