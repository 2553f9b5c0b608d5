"""Read one register: rows, their places, and findings."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from pydantic import ValidationError

from sopkit.model.finding import Finding
from sopkit.model.registers import REGISTERS, RowModel
from sopkit.model.source import Place, Source
from sopkit.parsing.sop import unreadable_finding
from sopkit.parsing.validation import code_of, explain_error, group_errors, key_fix, value_fix
from sopkit.parsing.yaml import YamlTree, read_yaml


@dataclass(frozen=True)
class Register:
    """The rows of one register; `keys` also holds the keys of those that are `invalid`, which stand as in the file."""

    name: str
    path: str = ""
    source: Source = field(default_factory=lambda: Source(b""))
    rows: tuple[RowModel, ...] = ()
    keys: frozenset[str] = frozenset()
    tree: YamlTree = field(default_factory=YamlTree)
    findings: tuple[Finding, ...] = ()
    invalid: tuple[object, ...] = ()

    def __bool__(self) -> bool:
        """Whether its rows can be relied on: rules that need the register are silent otherwise.

        A key twice may be the row whose first line is gone: what leads to it is then no finding of its own.
        """
        return bool(self.keys) and not any(finding.code in {"SOP003", "SOP007"} for finding in self.findings)

    @property
    def file(self) -> str:
        """Its path in the library, also where it has no file yet."""
        return self.path or f"registers/{self.name}.yaml"

    def place(self, key: str, *loc: str | int) -> Place:
        """Where a cell of a row stands, or the nearest thing around it."""
        return self.tree.place((self._row_at.get(key, 0), *loc)) or self.source.line_place(1)

    @cached_property
    def rows_at(self) -> tuple[str, ...]:
        """The key of each row of the file, in order."""
        items = self.tree.value if isinstance(self.tree.value, list) else []
        name = REGISTERS[self.name].key_field.rstrip("_")
        return tuple(str(item.get(name, "")) if isinstance(item, dict) else "" for item in items)

    @cached_property
    def _row_at(self) -> dict[str, int]:
        return {key: at for at, key in reversed(list(enumerate(self.rows_at)))}

    @cached_property
    def by_key(self) -> dict[str, RowModel]:
        """Valid rows by key; of two with one key the first."""
        rows: dict[str, RowModel] = {}
        for row in self.rows:
            rows.setdefault(row.key, row)
        return rows

    @cached_property
    def by_name(self) -> dict[str, RowModel]:
        """Valid rows by every spelling of their names, without case."""
        return {name.casefold(): row for row in reversed(self.rows) for name in row.names}

    def gone(self, key: str, day: date) -> str | None:
        """Why a row is no longer in force on a day, or None."""
        row = self.by_key.get(key)
        return row.gone(day) if row else None


def read_register(name: str, path: str, data: bytes) -> Register:
    """Read a register from the bytes of its file; any bytes give rows and findings."""
    source = Source(data)
    if (unreadable := unreadable_finding(source, path)) is not None:
        return Register(name, path, source, findings=(unreadable,))
    tree = read_yaml(source, source.text_start, len(data), path, f"register {name}")
    if tree.broken or tree.value is None:
        return Register(name, path, source, findings=tuple(tree.findings))
    if not isinstance(tree.value, list):
        place = source.line_place(1)
        message = f"register {name} is not a list of rows; begin each row with `- `"
        return Register(name, path, source, findings=(*tree.findings, Finding(path, place, message, "SOP002")))
    return _read_rows(name, path, source, tree, tree.value)


def _read_rows(name: str, path: str, source: Source, tree: YamlTree, items: Sequence[object]) -> Register:
    model = REGISTERS[name]
    key_name = model.key_field.rstrip("_")
    rows: list[RowModel] = []
    findings: list[Finding] = list(tree.findings)
    keys: set[str] = set()
    invalid: list[object] = []
    for index, item in enumerate(items):
        key = item.get(key_name) if isinstance(item, dict) else None
        if isinstance(key, str):
            if key in keys:
                message = f"`{key}` is there twice; give the row another {key_name}"
                findings.append(Finding(path, tree.places[index, key_name], message, "SOP007"))
            keys.add(key)
        value = {name: cell for name, cell in item.items() if cell is not None} if isinstance(item, dict) else item
        try:
            rows.append(model.model_validate(value))
        except ValidationError as error:
            findings += _row_findings(error, index, item, tree, path, model)
            invalid.append(item)
    return Register(name, path, source, tuple(rows), frozenset(keys), tree, tuple(findings), tuple(invalid))


def _row_findings(
    error: ValidationError, index: int, item: object, tree: YamlTree, path: str, model: type[RowModel]
) -> Iterator[Finding]:
    name = path.rpartition("/")[2].removesuffix(".yaml")
    known = [info.alias or name for name, info in model.model_fields.items()]
    renamed: set[str] = set()
    for detail in group_errors(error.errors(include_url=False), least=0):
        loc = (index, *detail["loc"])
        code = code_of(detail)
        place = tree.key_place(loc) if code == "SOP004" else tree.place(loc)
        if place is None:
            continue
        if code == "SOP006":
            place = tree.place((index,)) or place
        # the sentences for the keys of an SOP do not fit a row: say where the key belongs
        inside = detail["loc"] if len(detail["loc"]) > 1 else (name if detail["loc"] else "row", *detail["loc"])
        fix = None
        if code == "SOP004":
            present = set(item) if len(detail["loc"]) == 1 and isinstance(item, dict) else set(known)
            fix = key_fix(tree.places.source, place, str(loc[-1]), known, present | renamed)
            renamed |= {edit.text for edit in fix.edits} if fix else set()
        elif code == "SOP005":
            fix = value_fix(tree.places.source, place, detail)
        yield Finding(path, place, explain_error({**detail, "loc": inside}, known), code, fix=fix)
